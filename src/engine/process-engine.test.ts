import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { CancelledError } from "../core/errors";
import type { SegmentFrameResult } from "./engine";
import { GraphCache } from "./graph-cache";
import { loadNetwork } from "./onnxruntime";
import { ProcessEngine } from "./process-engine";

/** The engine as it is: a real process, a real model, a real slice. */
const resources = join(import.meta.dirname, "../../resources");
const model = { folder: join(resources, "models/cardiac-lv-unet") };
const cine = join(resources, "samples/cardiac-cine");
const slices = readdirSync(cine)
  .sort()
  .map((name) => ({ file: join(cine, name), frame: 0 }));
const cacheFolder = mkdtempSync(join(tmpdir(), "slicebench-engine-"));
const engines: ProcessEngine[] = [];

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

function openEngine(options: ConstructorParameters<typeof ProcessEngine>[0] = {}): ProcessEngine {
  const engine = new ProcessEngine({ cacheFolder, spare: false, ...options });
  engines.push(engine);
  return engine;
}

test("the process starts with the first call, stays for the next, and is gone when the engine is closed", async () => {
  const engine = openEngine();
  expect(engine.processIds()).toEqual([]);
  await engine.segment({ model, frame: slices[0]! });
  const [pid] = engine.processIds();
  await engine.segment({ model, frame: slices[1]! });
  expect(engine.processIds()).toEqual([pid]);
  await engine.close();
  expect(() => process.kill(pid!, 0)).toThrow();
  await expect(engine.describe()).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
});

test("a process that dies costs the call that it was working on, and those that wait are done by the next", async () => {
  const engine = openEngine();
  const first = await engine.segment({ model, frame: slices[0]! });
  const pid = engine.processIds()[0]!;
  const results = [0, 0, 1].map((index) => engine.segment({ model, frame: slices[index]! }));
  process.kill(pid, "SIGKILL");
  const [lost, again, other] = await Promise.allSettled(results);
  expect(lost).toMatchObject({
    status: "rejected",
    reason: { code: "ENGINE_CRASHED", file: slices[0]!.file },
  });
  expect(again).toMatchObject({ status: "fulfilled", value: { labelMap: first.labelMap } });
  expect(other!.status).toBe("fulfilled");
  expect(engine.processIds()).not.toEqual([pid]);
});

test("a cancelled call is rejected as such, in the queue and at work, and the next one is served", async () => {
  const engine = openEngine({ spare: true });
  await engine.segment({ model, frame: slices[0]! });
  const [working, waiting] = [new AbortController(), new AbortController()];
  const calls = [
    engine.segment({ model, frame: slices[1]! }, { signal: working.signal }),
    engine.segment({ model, frame: slices[2]! }, { signal: waiting.signal }),
    engine.segment({ model, frame: slices[3]! }),
  ];
  waiting.abort();
  working.abort();
  const [first, second, third] = await Promise.allSettled(calls);
  expect(first).toMatchObject({ reason: expect.any(CancelledError) as Error });
  expect(second).toMatchObject({ reason: expect.any(CancelledError) as Error });
  expect(third!.status).toBe("fulfilled");
});

test("a cancel while the process starts costs the calls that wait nothing", async () => {
  const engine = openEngine();
  const controller = new AbortController();
  const cancelled = engine.segment({ model, frame: slices[0]! }, { signal: controller.signal });
  const next = engine.segment({ model, frame: slices[1]! });
  controller.abort();
  await expect(cancelled).rejects.toBeInstanceOf(CancelledError);
  expect(await next).toMatchObject({ rows: 256, columns: 256 });
});

test.skipIf(process.platform === "win32")(
  "a process that is suspended in mid-run answers when it goes on, once, as if nothing had been",
  async () => {
    const engine = openEngine();
    const first = await engine.segment({ model, frame: slices[0]! });
    const pid = engine.processIds()[0]!;
    const answers: SegmentFrameResult[] = [];
    const calls = [0, 0].map((index) =>
      engine.segment({ model, frame: slices[index]! }).then((result) => answers.push(result)),
    );
    process.kill(pid, "SIGSTOP");
    // Whatever lies in its channel is read while it is suspended.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answers).toEqual([]);
    process.kill(pid, "SIGCONT");
    await Promise.all(calls);
    expect(answers.map(({ labelMap }) => labelMap)).toEqual([first.labelMap, first.labelMap]);
    expect(engine.processIds()).toEqual([pid]);
  },
);

test.skipIf(process.platform === "win32")(
  "a call to a suspended process can be cancelled, and the next one is served by another process",
  async () => {
    const engine = openEngine();
    const first = await engine.segment({ model, frame: slices[0]! });
    const pid = engine.processIds()[0]!;
    process.kill(pid, "SIGSTOP");
    const controller = new AbortController();
    const cancelled = engine.segment({ model, frame: slices[1]! }, { signal: controller.signal });
    // Now it has left the queue, and is with the process.
    await new Promise((resolve) => setImmediate(resolve));
    const next = engine.segment({ model, frame: slices[0]! });
    controller.abort();
    await expect(cancelled).rejects.toBeInstanceOf(CancelledError);
    expect((await next).labelMap).toEqual(first.labelMap);
    expect(() => process.kill(pid, 0)).toThrow();
  },
);

test("a program that was itself held does not blame the process that it was starting", async () => {
  const engine = openEngine({ startTimeoutMs: 5_000 });
  const called = engine.describe();
  // Its clock runs on while nothing of it does, as in a suspension.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_500);
  expect(await called).not.toEqual([]);
});

test("a program that does not start rejects every call that waits for it, with a reason", async () => {
  const engine = openEngine({
    start: () => ({
      pid: undefined,
      send: () => undefined,
      onMessage: () => undefined,
      onEnd: (listener) => void setImmediate(() => listener({ code: 1, signal: null })),
      kill: () => undefined,
    }),
  });
  const results = await Promise.allSettled([engine.describe(), engine.load(model)]);
  expect(results).toMatchObject([
    { reason: { code: "ENGINE_NOT_STARTED" } },
    { reason: { code: "ENGINE_NOT_STARTED" } },
  ]);
});

test("a model loads where its optimised graph cannot be written", async () => {
  class FullDisk extends GraphCache {
    override draftOf(): Promise<string> {
      return Promise.resolve(join(cacheFolder, "no", "such", "folder", "graph.onnx"));
    }
  }
  const bytes = readFileSync(join(model.folder, "model.onnx"));
  const cache = new FullDisk(cacheFolder);
  const session = await loadNetwork(
    { file: "model.onnx", bytes, sha256: "full disk" },
    { cache, threads: 1 },
  );
  expect(session.inputs).toHaveLength(1);
  await session.release();
});
