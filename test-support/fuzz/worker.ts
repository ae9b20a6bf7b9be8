import { readFileSync, writeFileSync } from "node:fs";
import { describeFile } from "../../src/services/info";

/** What `info --pixels` made of one file, and what it cost. */
export interface FuzzAnswer {
  outcome: string;
  isImage: boolean;
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
  const info = await describeFile(file, { pixels: true });
  const { user, system } = process.cpuUsage(before);
  const isImage = info.ok && info.kind === "image" && info.sha256FirstFrame !== undefined;
  const outcome = info.ok ? (isImage ? "image" : info.kind) : info.error.code;
  return { outcome, isImage, cpuMs: (user + system) / 1000, peakBytes: readPeak() };
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
