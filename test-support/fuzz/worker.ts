import { readFileSync, writeFileSync } from "node:fs";
import type { FuzzKindName } from "./kinds";
import { lookAt } from "./look";

/** What the program made of one file, and what it cost. */
export interface FuzzAnswer {
  outcome: string;
  /** Of an error without a type. */
  message?: string;
  cpuMs: number;
  peakBytes: number;
}

/** Looks at the files that the parent process names, one after the other. */
process.on("message", (file: string) => {
  void look(file).then((answer) => process.send?.(answer));
});

async function look(file: string): Promise<FuzzAnswer> {
  globalThis.gc?.();
  forgetPeak();
  const before = process.cpuUsage();
  const seen = await lookAt(process.argv[2] as FuzzKindName, file);
  const { user, system } = process.cpuUsage(before);
  return { ...seen, cpuMs: (user + system) / 1000, peakBytes: readPeak() };
}

/** Linux counts a process's peak anew after this (proc(5), clear_refs). */
function forgetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Elsewhere the peak is that of all files so far.
  }
}

function readPeak(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
