import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProcessEngine } from "../engine/process-engine";
import { EngineSegmenter } from "./frame-segmenter";
import { readLabelMap } from "./label-map-files";
import { ModelStore, type StoredModel } from "./models";
import { scanInputs } from "./scan-inputs";
import { segmentBatch } from "./segment";

const slice = join(import.meta.dirname, "../../resources/samples/cardiac-cine/slice-2-phase-03.dcm");

let out: string;
let engine: ProcessEngine;
let models: StoredModel[];
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), "slicebench-probabilities-"));
  engine = new ProcessEngine({ spare: false, cacheFolder: join(out, "graphs") });
  models = await new ModelStore().find(["cardiac-lv-unet"]);
});
afterAll(async () => {
  await engine.close();
  rmSync(out, { recursive: true });
});

async function segment(what: { probabilities: boolean; resume: boolean }) {
  const inputs = await scanInputs([slice], { resultsFolder: out });
  const batch = { inputs, models, out, formats: ["png"] as const, engineName: "onnxruntime", ...what };
  return segmentBatch(new EngineSegmenter(engine), batch, { onEvent: () => undefined });
}

test("probability maps lie beside the label map and decide as it does; a resumed run makes those that are missing", async () => {
  expect(await segment({ probabilities: false, resume: false })).toMatchObject({ written: 1, skipped: 0 });
  expect(await segment({ probabilities: true, resume: true })).toMatchObject({ written: 1, skipped: 0 });
  expect(await segment({ probabilities: true, resume: true })).toMatchObject({ written: 0, skipped: 1 });

  const labels = await readLabelMap(join(out, "slice-2-phase-03.png"));
  const map = decode(readFileSync(join(out, "slice-2-phase-03.probability-1.png")));
  expect(map).toMatchObject({ width: labels.columns, height: labels.rows, channels: 1, depth: 16 });
  const decided = Uint8Array.from(map.data, (value) => (value > 32_767 ? 1 : 0));
  const inside = labels.values.filter((value) => value === 1).length;
  const different = decided.filter((value, at) => value !== labels.values[at]).length;
  expect(inside).toBeGreaterThan(300);
  expect(different).toBeLessThan(0.01 * inside);
});
