/** Milliseconds and megabytes are read whole; below ten, with a digit more. */
export const formatWhole = (value: number | null | undefined): string =>
  value === null || value === undefined ? "n/a" : value.toFixed(value < 10 ? 1 : 0);

export const formatMegabytes = (bytes: number | null | undefined): string =>
  formatWhole(bytes === null || bytes === undefined ? bytes : bytes / 1e6);

/** Parameters in millions. */
export const formatMillions = (count: number | undefined): string =>
  count === undefined ? "n/a" : (count / 1e6).toFixed(2);

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** "A", "A and B", "A, B and C". */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)!}`;
}
