import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const repository = resolve(import.meta.dirname, "..");

/** Debian's Chromium where it is there; without it Playwright takes the one that it installed. */
const debianChromium = "/usr/bin/chromium";

/** How Chromium is started: Debian's where it is there. Root has no namespaces of its own to put the sandbox in. */
export const chromiumOptions = {
  args: ["--no-sandbox"],
  ...(existsSync(debianChromium) && { executablePath: debianChromium }),
};

/** What a workstation is opened with. */
export interface Opening {
  /** Files and folders. */
  inputs: readonly string[];
  /** Run on each series that is found. */
  models: readonly string[];
}

export interface BuiltWorkstation {
  url: string;
  child: ChildProcess;
}

/** The words that stand for an opening, in every door. */
export function wordsOf({ inputs, models }: Opening): string[] {
  return [...inputs, ...(models.length > 0 ? ["--models", models.join(",")] : [])];
}

/**
 * Starts `slicebench serve` of the build, with a folder of its own for imported models. Its starter ends it with SIGTERM.
 * @param options of serve; a new workspace where they are left out
 */
export async function startBuiltWorkstation(
  opening: Opening,
  options?: readonly string[],
): Promise<BuiltWorkstation> {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-serve-"));
  const words = options ?? ["--workspace", join(folder, "workspace.sqlite")];
  const child = spawn(
    process.execPath,
    [join(repository, "bin", "slicebench.mjs"), "serve", "--json", ...words, ...wordsOf(opening)],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, SLICEBENCH_MODELS: join(folder, "models") },
    },
  );
  for await (const line of createInterface(child.stdout)) {
    const { url } = JSON.parse(line) as { url: string };
    return { url, child };
  }
  throw new Error("slicebench serve ended without an address; run `npm run build` first.");
}
