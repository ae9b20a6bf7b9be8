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
