import { join } from "node:path";
import { encode } from "fast-png";
import { mkdirSync, writeFileSync } from "node:fs";
import { ProcessEngine } from "../src/engine/process-engine";
import { SeededRandom } from "../src/core/random";
import { EngineSegmenter } from "../src/services/frame-segmenter";
import { ModelStore } from "../src/services/models";
import { scanInputs } from "../src/services/scan-inputs";
import { segmentBatch } from "../src/services/segment";
import { residentMegabytes } from "../test-support/soak";
import type { Bench, Benchmark } from "./harness/benchmark";
import type { Figure, Findings } from "./harness/figure";

const imageCount = { full: 10_000, short: 1_000 } as const;
const side = 128;
const modelId = "cardiac-lv-unet";
/** Beside the batch, the engine alone is asked for so many. */
const rawCount = 300;
const warm = 100;

function writePictures(folder: string, count: number): void {
  const random = new SeededRandom(1);
  mkdirSync(folder, { recursive: true });
  const noise = Uint8Array.from({ length: side * side * 2 }, () => random.between(0, 256));
  for (let index = 0; index < count; index++) {
    const data = noise.slice((index * 31) % (side * side), ((index * 31) % (side * side)) + side * side);
    const bytes = encode({ width: side, height: side, data, channels: 1, depth: 8 });
    writeFileSync(join(folder, `${String(index).padStart(6, "0")}.png`), bytes);
  }
}

/** A folder of pictures, as `segment` does it: images a second beside the engine alone, and memory from image 100 on. */
async function measure({ folder, threads, short, tell }: Bench): Promise<Findings> {
  const count = imageCount[short ? "short" : "full"];
  const input = join(folder, "in");
  tell(`writing ${count} pictures`);
  writePictures(input, count);
  const engine = new ProcessEngine({ cacheFolder: join(folder, "graphs"), threads, spare: false });
  try {
    const models = await new ModelStore().find([modelId]);
    tell("scanning");
    const inputs = await scanInputs([input]);
    const frames = inputs.series.flatMap((series) => series.frames);
    const rawMs = async () => {
      const start = performance.now();
      for (const { file, frame } of frames.slice(0, rawCount))
        await engine.segment({ model: { folder: models[0]!.folder }, frame: { file, frame } });
      return (performance.now() - start) / rawCount;
    };
    tell("the engine alone");
    await rawMs();
    const before = await rawMs();
    const memory: { done: number; caller: number; engine: number }[] = [];
    let done = 0;
    const start = performance.now();
    await segmentBatch(
      new EngineSegmenter(engine),
      {
        inputs,
        models,
        out: join(folder, "out"),
        formats: ["png"],
        resume: false,
        engineName: "onnxruntime",
      },
      {
        onEvent: (event) => {
          if (event.type !== "frame-done" || ++done % warm !== 0) return;
          memory.push({
            done,
            caller: residentMegabytes(process.pid) ?? NaN,
            engine: residentMegabytes(engine.processIds()[0]!) ?? NaN,
          });
          if (done % 1_000 === 0) tell(`${done} images`);
        },
      },
    );
    const batchMs = (performance.now() - start) / count;
    tell("the engine alone");
    // Before and after, as other work on the machine comes and goes.
    const raw = (before + (await rawMs())) / 2;
    const [first, last] = [memory[0]!, memory.at(-1)!];
    const growth = (what: "caller" | "engine", name: string): Figure => ({
      subject: name,
      measured: { name: `memory at image ${last.done.toLocaleString("en")}`, value: last[what] },
      against: { name: `at image ${first.done}`, value: first[what] },
      unit: "MB",
      ratio: { median: last[what] / first[what] },
    });
    return {
      figures: [
        {
          subject: `${count.toLocaleString("en")} pictures of ${side} x ${side}`,
          measured: { name: "the engine alone, a picture", value: raw },
          against: { name: "the batch, a picture", value: batchMs },
          unit: "ms",
          ratio: { median: raw / batchMs },
          budget: { atLeast: 0.95 },
        },
        growth("caller", "the program"),
        growth("engine", "the engine's process"),
      ],
      notes: [
        `${modelId}; the batch hashes each picture and writes each label map with its line of the journal.`,
      ],
    };
  } finally {
    await engine.close();
  }
}

export const batch: Benchmark = {
  id: "batch",
  title: "Batch: a large folder",
  run: measure,
};
