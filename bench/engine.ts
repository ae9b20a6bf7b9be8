import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeModel } from "../src/core/onnx/write";
import { zooEntry } from "../src/core/zoo/registry";
import type { SegmentFrameRequest } from "../src/engine/engine";
import { ProcessEngine } from "../src/engine/process-engine";
import { resourceFolder } from "../src/services/installation";
import type { Bench, Benchmark } from "./harness/benchmark";
import { byTurns, median, timed } from "./harness/by-turns";
import { compared, type Figure, type Findings } from "./harness/figure";

const modelIds = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"];
const modelFolder = (id: string) => join(resourceFolder("models"), id);
const slice = {
  file: join(resourceFolder("samples"), "cardiac-cine", "slice-3-phase-01.dcm"),
  frame: 0,
};
const requestOf = (folder: string): SegmentFrameRequest => ({ model: { folder }, frame: slice });

/** Several models on one slice, beside the sum of what each takes when it has the engine to itself. */
async function measureSeveral({ threads, folder }: Bench): Promise<Figure> {
  const engine = new ProcessEngine({ cacheFolder: join(folder, "graphs"), threads, spare: false });
  const requests = modelIds.map((id) => requestOf(modelFolder(id)));
  try {
    const samples = await byTurns({
      together: () => timed(() => Promise.all(requests.map((request) => engine.segment(request)))),
      alone: async () => {
        let sum = 0;
        for (const request of requests) {
          // The run before it is the same model's, as it would be were there no other.
          await engine.segment(request);
          sum += await timed(() => engine.segment(request));
        }
        return sum;
      },
    });
    return compared(
      "one slice",
      [
        { name: `${requests.length} models together`, samples: samples.together },
        { name: "the sum of their single runs", samples: samples.alone },
      ],
      { budget: { atMost: 1.05 } },
    );
  } finally {
    await engine.close();
  }
}

/** Loads of a model in a new process: the first, which optimises the graph, and the next, which finds it on disk. */
async function measureLoads(id: string, { threads, folder }: Bench): Promise<Figure> {
  const first: number[] = [];
  const second: number[] = [];
  for (let round = 0; round < 5; round++) {
    const cacheFolder = mkdtempSync(join(folder, "loads-"));
    for (const samples of [first, second]) {
      const engine = new ProcessEngine({ cacheFolder, threads, spare: false });
      samples.push((await engine.load({ folder: modelFolder(id) })).loadMs);
      await engine.close();
    }
  }
  return compared(
    id,
    [
      { name: "second load", samples: second },
      { name: "first load", samples: first },
    ],
    { budget: { atMost: 0.6 } },
  );
}

/** A network that takes so long that a cancel comes in the middle of its run: U-Net at half its width on 512 x 512. */
function writeSlowModel(folder: string): string {
  const bytes = writeModel({
    graph: zooEntry("unet").build({ width: 0.5, rows: "rows", columns: "columns" }),
    operatorSets: { "": 17 },
    producer: "slicebench",
    description: "",
    metadata: {},
  });
  const slow = join(folder, "slow");
  mkdirSync(slow);
  const card = JSON.parse(readFileSync(join(modelFolder("cardiac-lv-unet"), "model.json"), "utf8")) as {
    weights: object;
    input: object;
  };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const weights = { ...card.weights, sha256, bytes: bytes.length, storage: "float32" };
  const input = { ...card.input, size: { kind: "fit", rows: 512, columns: 512 } };
  writeFileSync(join(slow, "model.json"), JSON.stringify({ ...card, id: "slow", weights, input }));
  writeFileSync(join(slow, "model.onnx"), bytes);
  return slow;
}

/** From cancelling a run in its middle to the next result, with a spare that has the models loaded. */
async function measureCancel({ threads, folder }: Bench): Promise<Findings> {
  const engine = new ProcessEngine({ cacheFolder: join(folder, "graphs"), threads });
  const slow = requestOf(writeSlowModel(folder));
  const next = requestOf(modelFolder("cardiac-lv-resnet18-unet"));
  /** Long enough for a new spare to have started and loaded both models. */
  const warmUpMs = 4000;
  try {
    const samples = await byTurns(
      {
        cancelled: async () => {
          await engine.segment(slow);
          await engine.segment(next);
          await sleep(warmUpMs);
          const controller = new AbortController();
          const cancelled = engine.segment(slow, { signal: controller.signal }).catch(() => undefined);
          await sleep(60);
          controller.abort();
          const ms = await timed(() => engine.segment(next));
          await cancelled;
          return ms;
        },
        undisturbed: async () => {
          await engine.segment(next);
          return timed(() => engine.segment(next));
        },
      },
      { warmUp: 1, most: 6, seconds: 60, least: 3 },
    );
    return {
      figures: [
        {
          subject: "a run cancelled in its middle",
          measured: { name: "cancel to the next result", value: median(samples.cancelled) },
          unit: "ms",
          budget: { atMost: 100 },
        },
      ],
      notes: [`The next result alone takes ${median(samples.undisturbed).toFixed(1)} ms.`],
    };
  } finally {
    await engine.close();
  }
}

export const engine: Benchmark = {
  id: "engine",
  title: "Engine: several models, loading, cancelling",
  async run(bench) {
    const figures: Figure[] = [];
    bench.tell("several models on one slice");
    figures.push(await measureSeveral(bench));
    for (const id of modelIds) {
      bench.tell(`loading ${id}`);
      figures.push(await measureLoads(id, bench));
    }
    bench.tell("cancelling");
    const cancel = await measureCancel(bench);
    return { figures: [...figures, ...cancel.figures], notes: cancel.notes };
  },
};
