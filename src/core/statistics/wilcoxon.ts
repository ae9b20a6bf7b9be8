import { normalProbability } from "./normal";

/** What the signed-rank test found. */
export interface SignedRankTest {
  /** Differences that are not 0. */
  cases: number;
  /** Sums of the ranks of the differences above and below 0; the smaller one is Wilcoxon's T. */
  ranksAbove: number;
  ranksBelow: number;
  /** Two-sided. 1 where no difference is left. */
  pValue: number;
  method: "exact" | "normal";
}

/** Up to so many differences the distribution is counted out, as SciPy does. */
const mostExact = 50;

/**
 * The Wilcoxon signed-rank test of paired differences: are they symmetric about 0?
 * Zeros are left out (Wilcoxon 1945). Equal magnitudes share their mean rank; up to 50 differences the p-value is exact
 * with shared ranks too, over all 2^n signs (where SciPy goes over to the normal distribution), above that it is the
 * normal distribution's with the correction for ties and none for continuity, as SciPy's.
 * @param differences of paired values
 */
export function wilcoxonSignedRank(differences: readonly number[]): SignedRankTest {
  const left = differences.filter((difference) => difference !== 0);
  const { ranks, ties } = rankMagnitudes(left);
  const total = (left.length * (left.length + 1)) / 2;
  const ranksAbove = left.reduce((sum, difference, at) => sum + (difference > 0 ? ranks[at]! : 0), 0);
  const ranksBelow = total - ranksAbove;
  const smaller = Math.min(ranksAbove, ranksBelow);
  const method = left.length <= mostExact ? "exact" : "normal";
  const pValue =
    method === "exact" ? exactProbability(ranks, smaller) : normalApproximation(left.length, smaller, ties);
  return { cases: left.length, ranksAbove, ranksBelow, pValue, method };
}

/** Ranks of the magnitudes from 1 on, equal ones with their mean rank, and the sum of t^3 - t over groups of equals. */
function rankMagnitudes(differences: readonly number[]): { ranks: number[]; ties: number } {
  const order = differences
    .map((_, at) => at)
    .sort((a, b) => Math.abs(differences[a]!) - Math.abs(differences[b]!));
  const ranks: number[] = [];
  let ties = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const magnitude = Math.abs(differences[order[start]!]!);
    while (end < order.length && Math.abs(differences[order[end]!]!) === magnitude) end++;
    for (let place = start; place < end; place++) ranks[order[place]!] = (start + 1 + end) / 2;
    ties += (end - start) ** 3 - (end - start);
  }
  return { ranks, ties };
}

/** Twice the probability of a rank sum of at most `smaller`, when every sign is as likely as the other. */
function exactProbability(ranks: readonly number[], smaller: number): number {
  // Mean ranks may end in a half: sums of doubled ranks are whole.
  const doubled = ranks.map((rank) => 2 * rank);
  const probability = new Float64Array(doubled.reduce((sum, rank) => sum + rank, 0) + 1);
  probability[0] = 1;
  for (const rank of doubled)
    for (let sum = probability.length - 1; sum >= 0; sum--)
      probability[sum] = (probability[sum]! + (sum >= rank ? probability[sum - rank]! : 0)) / 2;
  const tail = probability.subarray(0, 2 * smaller + 1).reduce((sum, each) => sum + each, 0);
  return Math.min(1, 2 * tail);
}

function normalApproximation(count: number, smaller: number, ties: number): number {
  const mean = (count * (count + 1)) / 4;
  const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1) - ties / 2) / 24);
  return Math.min(1, 2 * normalProbability((smaller - mean) / deviation));
}
