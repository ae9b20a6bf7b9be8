import type { PairPreference } from "../../core/comparison/blind-reading";

/** What a reading found of a pair, in a sentence; a tie is called one. */
export function describePreference(
  { a, b, aWins, bWins, ties, winRate, isTie }: PairPreference,
  nameOf: (id: string) => string,
): string {
  const neither = ties === 0 ? "" : `, neither in ${ties}`;
  if (winRate === undefined) return `Nothing was preferred between ${nameOf(a)} and ${nameOf(b)}${neither}.`;
  const { decided, low, high } = winRate;
  const [winner, loser, wins, limits] =
    aWins >= bWins ? [a, b, aWins, [low, high]] : [b, a, bWins, [1 - high, 1 - low]];
  const interval = limits.map((limit) => Math.round(100 * limit)).join(" to ");
  const figures = `${wins} of ${decided} (95 % interval ${interval} %)${neither}`;
  return isTie
    ? `${nameOf(a)} and ${nameOf(b)} are not told apart by this reading: ${nameOf(winner)} was preferred in ${figures}.`
    : `${nameOf(winner)} was preferred over ${nameOf(loser)} in ${figures}.`;
}
