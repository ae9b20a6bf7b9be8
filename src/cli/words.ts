import { InvalidArgumentError } from "commander";
import { SlicebenchError } from "../core/errors";

/** Splits "a,b" into its ids, each once. Throws USAGE where nothing is left. */
export function parseIds(text: string): string[] {
  const ids = text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
  if (ids.length === 0)
    throw new SlicebenchError("USAGE", "An id is missing.", { hint: "Write them as A,B." });
  return [...new Set(ids)];
}

/** A whole number above 0, as an option's value. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("A whole number above 0 is wanted.");
}

/** The command as one would type it again: words with other characters than those of plain paths are quoted. */
export function typedCommand(words: readonly string[] = process.argv.slice(2)): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return ["slicebench", ...quoted].join(" ");
}
