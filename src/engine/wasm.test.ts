import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";
import { describeProviderUse } from "../core/execution-providers";
import { ProcessEngine } from "./process-engine";

const root = join(import.meta.dirname, "../..");
const cases = [
  { id: "cardiac-lv-unet", file: "cardiac-cine/slice-3-phase-01.dcm" },
  { id: "nuclei-lenet-fcn", file: "nuclei/cell.png" },
].map(({ id, file }) => ({
  id,
  model: { folder: join(root, "resources/models", id) },
  frame: { file: join(root, "resources/samples", file), frame: 0 },
  probabilities: true,
}));

const cacheFolder = mkdtempSync(join(tmpdir(), "slicebench-wasm-"));
const engines: ProcessEngine[] = [];
afterEach(async () => {
  delete process.env.NODE_OPTIONS;
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

function openEngine(provider: "cpu" | "wasm"): ProcessEngine {
  const engine = new ProcessEngine({ cacheFolder, spare: false, choice: { id: provider, unused: {} } });
  engines.push(engine);
  return engine;
}

test.each(cases)("$id gives the same masks as WebAssembly, probabilities within 1e-5", async (request) => {
  const native = await openEngine("cpu").segment(request);
  const wasm = await openEngine("wasm").segment(request);
  expect([native.provider, wasm.provider]).toEqual(["cpu", "wasm"]);
  expect(native.labelMap.some((value) => value > 0)).toBe(true);
  expect(wasm.labelMap).toEqual(native.labelMap);
  const differences = native.probabilities!.flatMap((plane, segment) =>
    Array.from(plane, (value, pixel) => Math.abs(value - wasm.probabilities![segment]![pixel]!)),
  );
  expect(differences.reduce((largest, each) => Math.max(largest, each), 0)).toBeLessThan(1e-5);
});

test("where the native library cannot be loaded, WebAssembly takes over and says why and that it is slower", async () => {
  const [request] = cases;
  const expected = await openEngine("cpu").segment(request!);
  const standIn = pathToFileURL(join(root, "test-support/stand-in-missing-library.mjs")).href;
  process.env.NODE_OPTIONS = `--import ${standIn}`;
  const engine = openEngine("cpu");
  const result = await engine.segment(request!);
  const why = `onnxruntime has no native library for ${process.platform} ${process.arch}`;
  expect(result).toMatchObject({ provider: "wasm", unused: { cpu: why } });
  expect(describeProviderUse(result)).toBe(
    `WebAssembly is several times slower than the native library. CPU is not used: ${why}.`,
  );
  expect(result.labelMap).toEqual(expected.labelMap);
  expect((await engine.describe())[0]).toMatchObject({
    id: "onnxruntime",
    available: true,
    reason: `${why}; models run as WebAssembly, several times slower`,
    providers: [{ id: "wasm", inUse: true, available: true }],
  });
});
