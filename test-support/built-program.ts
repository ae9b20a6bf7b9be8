import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The program as people run it: built, in a process of its own, without the models that someone here brought. */
const repository = resolve(import.meta.dirname, "..");
export const program = join(repository, "bin", "slicebench.mjs");
export const isBuilt = existsSync(join(repository, "out", "main", "cli.mjs"));
if (!isBuilt) console.warn("skipped: the program is not built (npm run build)");

export const environment = { ...process.env, SLICEBENCH_MODELS: join(tmpdir(), "slicebench-no-models") };

export interface Ended {
  status: number | null;
  /** The objects on standard output. */
  items: Record<string, unknown>[];
  stderr: string;
}

/** Runs the program with `--json` among its words, to its end. */
export function runProgram(...words: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: "utf8",
    env: environment,
    maxBuffer: 2 ** 26,
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { status, stderr, items: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
