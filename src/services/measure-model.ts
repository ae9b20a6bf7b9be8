import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancelledError } from "../core/errors";
import { quantileOfSorted } from "../core/statistics/quantile";
import { openEngine } from "./open-engine";

/** What a model costs on this machine, all of it through the engine, from the file to the label map. */
export interface ModelCost {
  /** From nothing to a session, in milliseconds: the graph is optimised, and kept. */
  loadMs: number;
  /** The same in a new process that finds the optimised graph. */
  secondLoadMs: number;
  /** One slice after the other, in milliseconds. */
  latencyMs: { median: number; lowerQuartile: number; upperQuartile: number };
  /** When the next slice waits already. */
  slicesPerSecond: number;
  /** The most that the engine's process held, Node and the runtime included. */
  peakMemoryBytes: number;
  provider: string;
  slices: number;
}

export interface MeasureOptions {
  /** Slices that are timed one by one, and then once more together. */
  runs: number;
  threads?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Runs before the counted ones: caches fill, and the processor leaves its rest. */
const warmUps = 3;

/**
 * Measures a model on some files' first frames, by turns. Each measurement has an engine of its own, so that no other
 * model's memory or kept graph is counted. Throws CancelledError, and what the engine throws.
 * @param folder of the model
 * @param files  at least one
 */
export async function measureModel(
  folder: string,
  files: readonly string[],
  { runs, threads, signal }: MeasureOptions,
): Promise<ModelCost> {
  const cacheFolder = await mkdtemp(join(tmpdir(), "slicebench-measure-"));
  const open = () => openEngine({ cacheFolder, spare: false, ...(threads !== undefined && { threads }) });
  const first = open();
  const engine = open();
  try {
    const { loadMs } = await first.load({ folder });
    await first.close();
    const { loadMs: secondLoadMs } = await engine.load({ folder });
    const segment = async (run: number) => {
      if (signal?.aborted === true) throw new CancelledError();
      return engine.segment({ model: { folder }, frame: { file: files[run % files.length]!, frame: 0 } });
    };
    const times: number[] = [];
    let peakMemoryBytes = 0;
    let provider = "";
    for (let run = -warmUps; run < runs; run++) {
      const begun = performance.now();
      const result = await segment(run + warmUps);
      if (run >= 0) times.push(performance.now() - begun);
      peakMemoryBytes = Math.max(peakMemoryBytes, result.peakMemoryBytes);
      ({ provider } = result);
    }
    const begun = performance.now();
    await Promise.all(Array.from({ length: runs }, (_, run) => segment(run)));
    const slicesPerSecond = (runs * 1_000) / (performance.now() - begun);
    times.sort((a, b) => a - b);
    const latencyMs = {
      median: quantileOfSorted(times, 0.5),
      lowerQuartile: quantileOfSorted(times, 0.25),
      upperQuartile: quantileOfSorted(times, 0.75),
    };
    return { loadMs, secondLoadMs, latencyMs, slicesPerSecond, peakMemoryBytes, provider, slices: runs };
  } finally {
    await Promise.all([first.close(), engine.close()]);
    await rm(cacheFolder, { recursive: true, force: true });
  }
}
