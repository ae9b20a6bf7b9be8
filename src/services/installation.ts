import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import envPaths from "env-paths";
import packageJson from "../../package.json" with { type: "json" };

/** The program's version, as on every file that it writes. */
export const programVersion: string = packageJson.version;

/**
 * The folder that holds package.json and resources/: above the source when it runs as it is, above out/ once built.
 * `node_modules` hold other package.json files, so the name is looked at.
 */
function installationFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file) && readFileSync(file, "utf8").includes(`"name": "${packageJson.name}"`))
      return folder;
    if (dirname(folder) === folder)
      throw new Error("The installation has no package.json above the program.");
  }
}

/** A folder of `resources/`, as shipped: in the desktop program beside its archive, where native code can read. */
export function resourceFolder(name: "models" | "samples"): string {
  const folder = installationFolder();
  return basename(folder) === "app.asar" ? join(dirname(folder), name) : join(folder, "resources", name);
}

/** The built page: index.html and its assets. */
export function builtPageFolder(): string {
  return join(installationFolder(), "out", "renderer");
}

/** Where the user's own models are kept; the environment variable SLICEBENCH_MODELS names another folder. */
export function userModelsFolder(): string {
  return process.env.SLICEBENCH_MODELS ?? join(envPaths("slicebench", { suffix: "" }).data, "models");
}
