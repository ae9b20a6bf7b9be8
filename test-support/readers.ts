import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Other people's readers and the shared images, for tests. They are used where they are present; a test
 * that needs one and has none is skipped and says so. `.ci/run` installs them first and sets
 * SLICEBENCH_REQUIRE_READERS, so that there a missing one is a failure and not a skip.
 */
const required = process.env.SLICEBENCH_REQUIRE_READERS === "1";
/** A virtual environment beside the repository's files, with what Debian does not package: `.ci/run` makes it. */
const peersPython = resolve(import.meta.dirname, "../.peers/bin/python3");
/** One more, with a pydicom of its own. */
const highdicomPython = resolve(import.meta.dirname, "../.peers/highdicom/bin/python3");
const pythons = new Map<string, string | undefined>();

/** Says that a test is skipped for want of this; where `.ci/run` should have installed it, it fails instead. */
export function reportMissing(what: string): void {
  if (required) throw new Error(`${what} is missing, and SLICEBENCH_REQUIRE_READERS is set.`);
  reportSkipped(what);
}

function reportSkipped(what: string): void {
  console.warn(`skipped: ${what} is not on this machine`);
}

/** The first Python that can import all of these modules, or undefined (then skip, with `test.skipIf`). */
export function pythonWith(...modules: string[]): string | undefined {
  const key = modules.join(", ");
  if (!pythons.has(key)) {
    const found = [peersPython, "/usr/bin/python3", "python3", highdicomPython].find(
      (python) => spawnSync(python, ["-c", `import ${key}`]).status === 0,
    );
    if (found === undefined) reportMissing(`a Python with ${key}`);
    pythons.set(key, found);
  }
  return pythons.get(key);
}

/** Runs a Python program given as text, with `input` on its standard input, and parses what it prints as JSON. */
export function runPython(python: string, program: string, args: string[] = [], input = ""): unknown {
  const result = spawnSync(python, ["-c", program, ...args], { encoding: "utf8", maxBuffer: 2 ** 28, input });
  if (result.status !== 0) throw new Error(`Python failed: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** A folder of the shared images (`nuclei/val`), or undefined where they are not beside the repository. */
export function sharedData(folder: string): string | undefined {
  const path = resolve(import.meta.dirname, "../../shared/data", folder);
  if (existsSync(path)) return path;
  // Nothing can install these, so their absence is never a failure.
  reportSkipped(`../shared/data/${folder}`);
  return undefined;
}

/** The files of a folder with one of these endings, sorted, as absolute paths. */
export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

/** The path of a program on this machine, or undefined (then skip, with `test.skipIf`). @param packageName its Debian package */
export function programOrSkip(program: string, packageName: string): string | undefined {
  const found = spawnSync("which", [program], { encoding: "utf8" });
  if (found.status === 0) return found.stdout.trim();
  reportMissing(`${program} (${packageName})`);
  return undefined;
}
