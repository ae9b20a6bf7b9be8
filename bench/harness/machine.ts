import { cpus, loadavg } from "node:os";
import { onnxruntimeVersion } from "../../src/engine/onnxruntime";
import { computeThreads } from "../../src/engine/processor";

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

export function describeThisMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? "unknown processor",
    threads: computeThreads(),
    load: loadavg()[0]!,
    node: process.versions.node,
    onnxruntime: onnxruntimeVersion,
    date: new Date().toISOString().slice(0, 10),
  };
}
