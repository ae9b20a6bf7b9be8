import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { Queue, QueueEvents } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, startRedis } from "../../test-support/redis";

const repository = resolve(import.meta.dirname, "../..");
const program = join(repository, "bin", "slicebench.mjs");
const cine = join(repository, "resources", "samples", "cardiac-cine");
const isBuilt = existsSync(join(repository, "out", "main", "cli.mjs"));
if (!isBuilt) console.warn("skipped: the program is not built (npm run build)");

const run = promisify(execFile);

interface FrameLine {
  ok: boolean;
  input: string;
  output: string;
}

const linesOf = (text: string): FrameLine[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as FrameLine);

describe.skipIf(!isBuilt || !hasRedis)("slicebench segment --queue", () => {
  let redis: RedisServer;
  let share: string;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    share = mkdtempSync(join(tmpdir(), "slicebench-share-"));
    mkdirSync(join(share, "in"));
    for (const name of readdirSync(cine).filter((each) => each.endsWith(".dcm")))
      copyFileSync(join(cine, name), join(share, "in", name));
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill("SIGKILL");
    await redis.stop();
    rmSync(share, { recursive: true });
  });

  async function startWorker(): Promise<{ worker: ChildProcess; frames: AsyncIterableIterator<string> }> {
    const where = ["--queue", redis.address, "--share", share];
    const words = ["worker", ...where, "--takeover", "2", "--json", "--threads", "1"];
    const worker = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    workers.push(worker);
    await once(worker.stderr, "data");
    return { worker, frames: createInterface(worker.stdout)[Symbol.asyncIterator]() };
  }

  test("what is outside of the share is refused before anything is done", async () => {
    const words = ["segment", cine, "--model", "cardiac-lv-unet", "--out", join(share, "none")];
    const failed = run(process.execPath, [program, ...words, "--queue", redis.address]);
    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--share") as string,
    });
    await expect(
      run(process.execPath, [program, "worker", "--queue", redis.address, "--share", "/none"]),
    ).rejects.toMatchObject({
      code: 2,
    });
  });

  test("every output is there once, and is what one machine gives, though a worker is killed in the middle", async () => {
    const doomed = await startWorker();
    const words = ["segment", join(share, "in"), "--model", "cardiac-lv-unet", "--json"];
    const queued = run(
      process.execPath,
      [
        program,
        ...words,
        "--out",
        join(share, "queued"),
        "--queue",
        redis.address,
        "--share",
        share,
        "--chunk",
        "4",
      ],
      { maxBuffer: 2 ** 26 },
    );
    // It is held in the middle of its second chunk until others are at work, then killed.
    for (let frames = 0; frames < 6; frames++) await doomed.frames.next();
    doomed.worker.kill("SIGSTOP");
    const others = await Promise.all([startWorker(), startWorker()]);
    await Promise.race(others.map(({ frames }) => frames.next()));
    doomed.worker.kill("SIGKILL");
    const lines = linesOf((await queued).stdout);
    const alone = linesOf(
      (
        await run(process.execPath, [program, ...words, "--out", join(share, "alone")], {
          maxBuffer: 2 ** 26,
        })
      ).stdout,
    );
    expect(lines.every(({ ok }) => ok)).toBe(true);
    expect(lines.map(({ input }) => input).sort()).toEqual(alone.map(({ input }) => input).sort());
    for (const { output } of alone) {
      const other = output.replace(join(share, "alone"), join(share, "queued"));
      expect(readFileSync(other).equals(readFileSync(output))).toBe(true);
    }
    const record = (folder: string) => readFileSync(join(share, folder, "segmentation.json"), "utf8");
    expect(record("queued")).toBe(record("alone"));
    // A worker that is told to stop has done its work: 0.
    const { worker } = others[0];
    worker.kill("SIGTERM");
    expect(await once(worker, "exit")).toEqual([0, null]);
    others[1].worker.kill("SIGTERM");
    await once(others[1].worker, "exit");
  }, 180_000);

  test("a picture that kills every worker is given up and named; the others of its chunk are there", async () => {
    const names = readdirSync(join(share, "in")).sort().slice(0, 3);
    const bad = names[1]!;
    mkdirSync(join(share, "few"));
    for (const name of names) copyFileSync(join(share, "in", name), join(share, "few", name));
    const { hostname, port } = new URL(redis.address);
    const connection = { host: hostname, port: Number(port) };
    const queue = new Queue<{ frames: { file: string }[] }>("slicebench-segment-1", { connection });
    const taken = new QueueEvents("slicebench-segment-1", { connection });
    await taken.waitUntilReady();
    await startWorker();
    let kills = 0;
    // Whoever takes the bad picture dies at once, and is started again, as a supervisor does.
    taken.on("active", ({ jobId }) => {
      void queue.getJob(jobId).then(async (job) => {
        if (job?.data.frames.some(({ file }) => file.endsWith(bad)) !== true) return;
        // It takes work before it says that it listens.
        workers.at(-1)!.kill("SIGKILL");
        kills++;
        await startWorker();
      });
    });
    try {
      const words = ["segment", join(share, "few"), "--model", "cardiac-lv-unet", "--json", "--chunk", "3"];
      const where = ["--queue", redis.address, "--share", share, "--out", join(share, "given-up")];
      const ended = await run(process.execPath, [program, ...words, ...where]).catch(
        (thrown: unknown) => thrown as { code: number; stdout: string },
      );
      expect(ended).toMatchObject({ code: 1 });
      const lines = linesOf(ended.stdout);
      expect(lines.filter(({ ok }) => ok)).toHaveLength(2);
      expect(lines.filter(({ ok }) => !ok)).toEqual([
        expect.objectContaining({
          input: expect.stringContaining(bad) as string,
          error: expect.objectContaining({ code: "WORKER_FAILED" }) as object,
        }),
      ]);
      // With its chunk, and alone.
      expect(kills).toBeGreaterThanOrEqual(6);
    } finally {
      await taken.close();
      await queue.close();
    }
  }, 180_000);
});
