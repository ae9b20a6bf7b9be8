import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openImports, type TestImports } from "../../test-support/open-imports";
import { pythonWith, runPython } from "../../test-support/readers";
import type { ProcessEngine } from "../engine/process-engine";
import type { ModelImports } from "./model-imports";

/** What people bring: networks of MONAI, and of segmentation-models-pytorch where it is installed. */
const python = pythonWith("torch", "monai");
const exporter = readFileSync(
  resolve(import.meta.dirname, "../../test-support/exporters/pytorch.py"),
  "utf8",
);

describe.skipIf(python === undefined)("networks of MONAI and segmentation-models-pytorch", () => {
  let opened: TestImports;
  let work: string;
  let engine: ProcessEngine;
  let imports: ModelImports;
  let exported: { name: string; shape: number[] }[];

  beforeAll(() => {
    opened = openImports();
    ({ folder: work, engine, imports } = opened);
    exported = runPython(python!, exporter, [work]) as typeof exported;
  }, 600_000);
  afterAll(() => opened.close());

  const floats = (name: string) => new Float32Array(new Uint8Array(readFileSync(join(work, name))).buffer);

  test("come in with a card that runs, and give here what PyTorch gave", async () => {
    expect(exported.length).toBeGreaterThanOrEqual(4);
    for (const { name, shape } of exported) {
      const { id, card } = await imports.begin(join(work, `${name}.onnx`));
      const model = await imports.finish(id, card);
      expect(model.card.input, name).toMatchObject({ channels: shape[1], layout: "NCHW" });
      const { data } = await engine.infer({
        model: { folder: model.folder },
        input: { data: floats(`${name}.input`), shape },
        output: card.output.name,
      });
      const wanted = floats(`${name}.output`);
      const scale = wanted.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
      const furthest = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i]!)), 0);
      expect(data.length, name).toBe(wanted.length);
      expect(furthest / scale, name).toBeLessThan(1e-5);
    }
  }, 300_000);
});
