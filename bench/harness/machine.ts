import { cpus, loadavg } from "node:os";
import { computeThreads } from "../../src/engine/processor";
import { openRuntime } from "../../src/engine/runtime";

/** What figures depend on beside the program. */
export interface Machine {
  processor: string;
  /** Threads that every contestant's arithmetic gets. */
  threads: number;
  /** Processes that wanted to run, on average over the last minute: a quiet machine has 0. */
  load: number;
  node: string;
  onnxruntime: string;
  date: string;
}

export async function describeThisMachine(): Promise<Machine> {
  const threads = computeThreads();
  return {
    processor: cpus()[0]?.model ?? "unknown processor",
    threads,
    load: loadavg()[0]!,
    node: process.versions.node,
    onnxruntime: (await openRuntime(threads)).version,
    date: new Date().toISOString().slice(0, 10),
  };
}
