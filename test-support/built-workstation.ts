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

/** `slicebench serve` of the build, with a workspace of its own. */
export interface BuiltWorkstation {
  url: string;
  child: ChildProcess;
}

/** Starts the built workstation on files and folders, with models run on them. Its sender ends it with SIGTERM. */
export async function startBuiltWorkstation(
  inputs: readonly string[],
  models: readonly string[] = [],
): Promise<BuiltWorkstation> {
  const workspace = join(mkdtempSync(join(tmpdir(), "slicebench-serve-")), "workspace.sqlite");
  const words = ["serve", "--json", "--workspace", workspace, ...inputs];
  if (models.length > 0) words.push("--models", models.join(","));
  const child = spawn(process.execPath, [join(repository, "bin", "slicebench.mjs"), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    const { url } = JSON.parse(line) as { url: string };
    return { url, child };
  }
  throw new Error("slicebench serve ended without an address; run `npm run build` first.");
}
