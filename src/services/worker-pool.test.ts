import { expect, test } from "vitest";
import { CancelledError } from "../core/errors";
import type { MeasureRequest } from "./comparison-worker";
import { WorkerPool } from "./worker-pool";

const empty = { rows: 2, columns: 2, values: new Uint8Array(4) };
const request: MeasureRequest = { prediction: empty, reference: empty, segments: [1] };

test("work that is under way when the pool closes is cancelled, and so is what comes after", async () => {
  const pool = new WorkerPool<MeasureRequest, unknown>("comparison-worker", { maxThreads: 1 });
  const underWay = pool.run(request);
  const cancelled = expect(underWay).rejects.toBeInstanceOf(CancelledError);
  await pool.close();
  await cancelled;
  await expect(pool.run(request)).rejects.toBeInstanceOf(CancelledError);
});

test("what a program throws reaches the caller", async () => {
  const pool = new WorkerPool<MeasureRequest, unknown>("comparison-worker", { maxThreads: 1 });
  const larger = { rows: 1, columns: 9, values: new Uint8Array(9) };
  await expect(pool.run({ ...request, reference: larger })).rejects.toThrow();
  await pool.close();
});
