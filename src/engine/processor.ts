import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, platform } from "node:os";

/** Linux's own table of processors; undefined elsewhere. */
function processorTable(): string | undefined {
  try {
    return readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return undefined;
  }
}

/**
 * How many threads do arithmetic best: one a physical core, as two on one core share its vector units.
 * Where the system does not tell cores from hardware threads, all that may be used.
 */
export function computeThreads(): number {
  const allowed = availableParallelism();
  const cores = new Set<string>();
  for (const entry of (processorTable() ?? "").split("\n\n")) {
    const core = /^core id\s*:\s*(\d+)/m.exec(entry)?.[1];
    const socket = /^physical id\s*:\s*(\d+)/m.exec(entry)?.[1];
    if (core !== undefined && socket !== undefined) cores.add(`${socket}/${core}`);
  }
  return cores.size === 0 ? allowed : Math.min(allowed, cores.size);
}

/** What an optimised graph depends on beside the model: kernels are chosen by the processor's features. */
export function processorFingerprint(): string {
  const features = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(processorTable() ?? "")?.[1] ?? "";
  const model = cpus()[0]?.model ?? "";
  return createHash("sha256").update([platform(), arch(), model, features].join("\n")).digest("hex");
}
