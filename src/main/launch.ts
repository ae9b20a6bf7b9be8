import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** What the program was asked to open, and which models to run on it. */
export const launchSchema = z.object({ paths: z.array(z.string()), models: z.array(z.string()) });
export type Launch = z.infer<typeof launchSchema>;

/**
 * Reads the words that the program was started with. Words with a dash are Chromium's, apart from
 * `--models A,B`.
 * @param words what follows the program's own name
 */
export function parseLaunch(words: readonly string[], workingFolder: string): Launch {
  const launch: Launch = { paths: [], models: [] };
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === "--models") launch.models = (words[++index] ?? "").split(",").filter((id) => id !== "");
    else if (!word.startsWith("-")) launch.paths.push(...pathsOf(word, workingFolder));
  }
  return launch;
}

/** A word's path. File managers of Linux write addresses (the %U of a desktop entry), and not always of files. */
function pathsOf(word: string, workingFolder: string): string[] {
  if (word === "") return [];
  if (!/^[a-z][a-z\d+.-]+:\/\//i.test(word)) return [resolve(workingFolder, word)];
  try {
    return [fileURLToPath(word)];
  } catch {
    // http:, smb:, or file: on another machine: there is no network here.
    return [];
  }
}
