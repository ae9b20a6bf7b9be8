import { randomUUID } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue, QueueEvents } from "bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hasRedis, type RedisServer, startRedis } from "../../../test-support/redis";
import { ProcessEngine } from "../../engine/process-engine";
import { resourceFolder } from "../installation";
import { hashFile, ModelStore, type StoredModel } from "../models";
import { scanInputs } from "../scan-inputs";
import { segmentBatch } from "../segment";
import type { SegmentEvent } from "../segment-batch";
import { EngineSegmenter, type FrameSegmenter } from "../frame-segmenter";
import { type Chunk, chunkResultSchema, queueName } from "./chunk";
import { QueueSegmenter } from "./queue-segmenter";
import { SharedFolder } from "./shared-folder";
import { QueueWorker } from "./worker";

const cine = join(resourceFolder("samples"), "cardiac-cine");

describe.skipIf(!hasRedis)("a batch over a queue", () => {
  let redis: RedisServer;
  let engine: ProcessEngine;
  let models: StoredModel[];
  let share: string;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    engine = new ProcessEngine({ spare: false });
    models = await new ModelStore().find(["cardiac-lv-unet"]);
  });
  afterAll(async () => {
    await engine.close();
    await redis.stop();
  });
  beforeEach(() => {
    share = mkdtempSync(join(tmpdir(), "slicebench-share-"));
    mkdirSync(join(share, "in"));
    for (const name of readdirSync(cine)
      .filter((each) => each.endsWith(".dcm"))
      .slice(0, 12))
      copyFileSync(join(cine, name), join(share, "in", name));
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    rmSync(share, { recursive: true });
  });

  async function startWorker(): Promise<string[]> {
    const done: string[] = [];
    const worker = await QueueWorker.open({
      address: redis.address,
      share: await SharedFolder.open(share),
      engine,
      models: new ModelStore(),
      takeoverMs: 2_000,
      onFrame: ({ input }) => done.push(input),
    });
    closers.push(() => worker.close());
    return done;
  }

  async function openQueue(chunkFrames: number): Promise<QueueSegmenter> {
    const parts = { address: redis.address, share: await SharedFolder.open(share), chunkFrames };
    const segmenter = await QueueSegmenter.open(parts);
    closers.push(() => segmenter.close());
    return segmenter;
  }

  async function segment(
    segmenter: FrameSegmenter,
    out: string,
    { signal, resume = false }: { signal?: AbortSignal; resume?: boolean } = {},
  ) {
    const events: SegmentEvent[] = [];
    const inputs = await scanInputs([join(share, "in")], { resultsFolder: out });
    const summary = await segmentBatch(
      segmenter,
      { inputs, models, out, formats: ["png"], resume, engineName: "onnxruntime" },
      { ...(signal && { signal }), onEvent: (event) => events.push(event) },
    );
    return { summary, events };
  }

  const contentOf = (folder: string) =>
    new Map(
      readdirSync(folder)
        .sort()
        .map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
    );

  /** Sends a chunk as any program that can reach the server could. */
  async function send(frames: Chunk["frames"], changes: Partial<Chunk> = {}) {
    const { card, cardSha256 } = models[0]!;
    const { hostname, port } = new URL(redis.address);
    const connection = { host: hostname, port: Number(port) };
    const queue = new Queue(queueName, { connection });
    const events = new QueueEvents(queueName, { connection });
    try {
      await events.waitUntilReady();
      const job = await queue.add("segment", {
        batch: randomUUID(),
        model: { id: card.id, weightsSha256: card.weights.sha256, cardSha256 },
        probabilities: false,
        folder: "out",
        frames,
        ...changes,
      });
      return chunkResultSchema.parse(await job.waitUntilFinished(events));
    } finally {
      await events.close();
      await queue.close();
    }
  }

  test("gives, by two workers, what one machine gives, byte for byte, the record too", async () => {
    await segment(new EngineSegmenter(engine), join(share, "alone"));
    const workers = [await startWorker(), await startWorker()];
    const { summary } = await segment(await openQueue(2), join(share, "together"));
    expect(summary).toEqual({ written: 12, skipped: 0, failed: 0, cancelled: false });
    expect(contentOf(join(share, "together"))).toEqual(contentOf(join(share, "alone")));
    expect(workers.flat()).toHaveLength(12);
  });

  test("a picture that cannot be read costs itself alone", async () => {
    await startWorker();
    const bad = join(share, "in", readdirSync(join(share, "in"))[3]!);
    const bytes = readFileSync(bad);
    // The header is whole, so that it is found and sent; its pixels are not.
    writeFileSync(bad, bytes.subarray(0, bytes.length - 5_000));
    const { summary, events } = await segment(await openQueue(4), join(share, "out"));
    expect(summary.written).toBe(11);
    const failures = events.flatMap((event) => ("error" in event ? [event.error] : []));
    expect(failures).toEqual([expect.objectContaining({ file: bad })]);
  });

  test("a cancel takes back what nobody has begun", async () => {
    const controller = new AbortController();
    const segmenting = segment(await openQueue(1), join(share, "out"), { signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    const { summary } = await segmenting;
    expect(summary).toEqual({ written: 0, skipped: 0, failed: 0, cancelled: true });
    expect(await startWorker()).toEqual([]);
  });

  test("a server that is restarted with its memory costs nothing: every picture is done, the same bytes", async () => {
    await segment(new EngineSegmenter(engine), join(share, "alone"));
    const segmenting = segment(await openQueue(1), join(share, "restarted"));
    const done = await startWorker();
    await vi.waitFor(() => expect(done.length).toBeGreaterThan(2), { timeout: 30_000, interval: 20 });
    await redis.restart("kept");
    expect(done.length).toBeLessThan(12);
    const { summary } = await segmenting;
    expect(summary).toEqual({ written: 12, skipped: 0, failed: 0, cancelled: false });
    expect(contentOf(join(share, "restarted"))).toEqual(contentOf(join(share, "alone")));
  }, 90_000);

  test("a server that comes back without its memory ends the run by itself, with every picture done or named", async () => {
    const segmenting = segment(await openQueue(1), join(share, "forgotten"));
    const done = await startWorker();
    await vi.waitFor(() => expect(done.length).toBeGreaterThan(2), { timeout: 30_000, interval: 20 });
    await redis.restart("lost");
    const { summary, events } = await segmenting;
    expect(summary.written + summary.failed).toBe(12);
    expect(summary.failed).toBeGreaterThan(0);
    const failures = events.flatMap((event) => ("error" in event ? [event.error] : []));
    expect(failures).toHaveLength(summary.failed);
    for (const { code, file } of failures)
      expect({ code, isNamed: file?.startsWith(share) }).toEqual({ code: "WORKER_FAILED", isNamed: true });
    // The same run again does what is missing.
    const again = await segment(await openQueue(4), join(share, "forgotten"), { resume: true });
    expect(again.summary).toMatchObject({ skipped: summary.written, written: summary.failed, failed: 0 });
  }, 120_000);

  test("a chunk that names files outside of the shared folder reads and writes nothing there", async () => {
    await startWorker();
    const name = readdirSync(join(share, "in"))[0]!;
    const inputSha256 = await hashFile(join(share, "in", name));
    const outside = mkdtempSync(join(tmpdir(), "slicebench-outside-"));
    symlinkSync(outside, join(share, "link"));
    mkdirSync(join(share, "out"));
    const frame = { file: `in/${name}`, frame: 0, inputSha256, name: "mask.png" };
    const refused: unknown = [{ error: expect.objectContaining({ code: "OUTSIDE_SHARE" }) as unknown }];
    expect(await send([{ ...frame, file: `../${outside.split("/").at(-1)}/secret.dcm` }])).toEqual(refused);
    expect(await send([{ ...frame, file: join(share, "in", name) }])).toEqual(refused);
    expect(await send([frame], { folder: "link" })).toEqual(refused);
    expect(await send([frame], { folder: ".." })).toEqual(refused);
    expect(await send([{ ...frame, name: "../../mask.png" }])).toEqual(refused);
    expect(await send([{ ...frame, name: "../link/mask.png" }])).toEqual(refused);
    expect(readdirSync(outside)).toEqual([]);
    expect(await send([frame])).toMatchObject([
      { files: { outputSha256: await hashFile(join(share, "out/mask.png")) } },
    ]);
    rmSync(outside, { recursive: true });
  });

  test("a worker with another model, and work of another shape, are refused in words", async () => {
    await startWorker();
    const frame = { file: "in/x", frame: 0, inputSha256: "", name: "mask.png" };
    const other = { id: "cardiac-lv-unet", weightsSha256: "0".repeat(64), cardSha256: "0".repeat(64) };
    await expect(send([frame], { model: other })).rejects.toThrow("is another version");
    await expect(send([frame], { model: { ...other, id: "none" } })).rejects.toThrow(
      'no model with the id "none"',
    );
    await expect(send([])).rejects.toThrow("in a shape that this version does not know");
  });
});

test("a server that does not answer is named without its password", async () => {
  const share = await SharedFolder.open(tmpdir());
  const opened = QueueSegmenter.open({ address: "redis://me:secret@127.0.0.1:1", share, chunkFrames: 1 });
  await expect(opened).rejects.toMatchObject({
    code: "QUEUE_UNREACHABLE",
    message: "No Redis server answers at 127.0.0.1:1.",
  });
  await expect(QueueSegmenter.open({ address: "http://x", share, chunkFrames: 1 })).rejects.toMatchObject({
    code: "USAGE",
  });
});
