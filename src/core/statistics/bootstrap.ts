import { SeededRandom } from "../random";
import type { Interval } from "./interval";
import { normalProbability, normalQuantile } from "./normal";
import { quantileOfSorted } from "./quantile";

type Sample = readonly number[] | Float64Array;

export interface BootstrapOptions {
  /** Of a sample; default the mean. */
  statistic?: (values: Sample) => number;
  /** Who each value belongs to, such as a patient: values of one are drawn together. Absent: each for itself. */
  clusters?: readonly string[];
  /** Default 0.95. */
  confidence?: number;
  /** Default 10,000. */
  resamples?: number;
  /** Same seed, same interval. Default 1. */
  seed?: number;
}

export interface BootstrapInterval extends Interval {
  estimate: number;
  /** Bias-corrected and accelerated, or where that has no answer (an estimate at the edge of all resamples) percentile. */
  method: "BCa" | "percentile";
}

/** @param values at least one */
export function meanOf(values: Sample): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * The bootstrap interval of a statistic (BCa, Efron 1987), resampling values or whole clusters of them (Davison &
 * Hinkley 1997, section 3.8).
 * @returns undefined for fewer than two clusters, which cannot tell how much another sample would differ
 */
export function bootstrapInterval(
  values: readonly number[],
  { statistic = meanOf, clusters, confidence = 0.95, resamples = 10_000, seed = 1 }: BootstrapOptions = {},
): BootstrapInterval | undefined {
  const groups = clusters === undefined ? values.map((value) => [value]) : groupByCluster(values, clusters);
  if (groups.length < 2) return undefined;
  const estimate = statistic(values);
  const drawn = resample(groups, { statistic, resamples, random: new SeededRandom(seed) }).sort();
  const tails = [(1 - confidence) / 2, (1 + confidence) / 2];
  const corrected = correctTails(tails, { estimate, drawn, acceleration: accelerationOf(groups, statistic) });
  const [low, high] = (corrected ?? tails).map((tail) => quantileOfSorted(drawn, tail)) as [number, number];
  return { estimate, low, high, method: corrected === undefined ? "percentile" : "BCa" };
}

/** Values that belong together, in the order of their first ones. */
export function groupByCluster(values: readonly number[], clusters: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  values.forEach((value, at) => {
    const name = clusters[at]!;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [value]);
    else group.push(value);
  });
  return [...groups.values()];
}

type Statistic = NonNullable<BootstrapOptions["statistic"]>;

function resample(
  groups: readonly number[][],
  { statistic, resamples, random }: { statistic: Statistic; resamples: number; random: SeededRandom },
): Float64Array {
  const largest = groups.reduce((most, { length }) => Math.max(most, length), 0);
  const sample = new Float64Array(groups.length * largest);
  return Float64Array.from({ length: resamples }, () => {
    let filled = 0;
    groups.forEach(() => {
      for (const value of groups[random.below(groups.length)]!) sample[filled++] = value;
    });
    return statistic(sample.subarray(0, filled));
  });
}

/** The skewness of the statistic, by leaving out one cluster after the other. */
function accelerationOf(groups: readonly number[][], statistic: Statistic): number {
  const left = groups.map((_, out) => statistic(groups.flatMap((group, at) => (at === out ? [] : group))));
  const mean = meanOf(left);
  const [squares, cubes] = left.reduce(
    ([two, three], value) => [two + (mean - value) ** 2, three + (mean - value) ** 3],
    [0, 0],
  );
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Which quantiles of the resamples stand for the tails, or undefined where the correction has no answer. */
function correctTails(
  tails: readonly number[],
  { estimate, drawn, acceleration }: { estimate: number; drawn: Float64Array; acceleration: number },
): number[] | undefined {
  let below = 0;
  for (const value of drawn) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const share = below / drawn.length;
  if (share === 0 || share === 1) return undefined;
  const bias = normalQuantile(share);
  return tails.map((tail) => {
    const shifted = bias + normalQuantile(tail);
    return normalProbability(bias + shifted / (1 - acceleration * shifted));
  });
}
