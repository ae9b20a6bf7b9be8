import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EnginePool } from "../engine/engine-pool";
import { ProcessEngine } from "../engine/process-engine";
import { EngineSegmenter } from "./frame-segmenter";
import { ModelStore } from "./models";
import { scanInputs } from "./scan-inputs";
import { segmentBatch } from "./segment";

const cine = join(import.meta.dirname, "../../resources/samples/cardiac-cine");

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "slicebench-processes-"));
});
afterAll(() => rmSync(work, { recursive: true }));

/** What a batch wrote, by name, and how many processes wrote it. */
async function segmentWith(processes: number, threads: number) {
  const out = join(work, `${processes}`);
  const engines = Array.from(
    { length: processes },
    () => new ProcessEngine({ spare: false, threads, cacheFolder: join(work, "graphs") }),
  );
  const engine = new EnginePool(engines);
  try {
    const models = await new ModelStore().find(["cardiac-lv-resnet18-unet"]);
    const inputs = await scanInputs([cine]);
    const batch = {
      inputs,
      models,
      out,
      formats: ["png"] as const,
      resume: false,
      engineName: "onnxruntime",
    };
    await segmentBatch(new EngineSegmenter(engine, processes), batch, { onEvent: () => undefined });
    const working = engines.filter((each) => each.processIds().length > 0).length;
    const files = readdirSync(out).map((name): [string, string] => [
      name,
      readFileSync(join(out, name), "base64"),
    ]);
    return { working, files: Object.fromEntries(files) };
  } finally {
    await engine.close();
  }
}

test("label maps and their record are the same, byte for byte, however many processes share the frames", async () => {
  const alone = await segmentWith(1, 2);
  const shared = await segmentWith(3, 1);
  expect([alone.working, shared.working]).toEqual([1, 3]);
  expect(Object.keys(alone.files).length).toBeGreaterThan(18);
  expect(shared.files).toEqual(alone.files);
});
