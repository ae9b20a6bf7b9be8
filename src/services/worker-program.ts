import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A worker thread's program: TypeScript beside its service in the source tree, one file of the build elsewhere.
 * @param name the file's name without its ending; electron.vite.config.ts has an entry of the same name
 */
export function workerProgram(name: string): { filename: string; argv: string[] } {
  const here = import.meta.dirname;
  const source = join(here, "source-worker.mjs");
  if (existsSync(source)) return { filename: source, argv: [name] };
  // Shared chunks of the build lie one folder below its entries.
  const built = [here, dirname(here)].map((folder) => join(folder, `${name}.mjs`));
  return { filename: built.find((file) => existsSync(file)) ?? built[0]!, argv: [] };
}
