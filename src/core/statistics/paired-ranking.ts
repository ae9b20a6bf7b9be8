import { bootstrapInterval, type BootstrapInterval, groupByCluster, meanOf } from "./bootstrap";
import { adjustByHolm } from "./holm";
import { type SignedRankTest, wilcoxonSignedRank } from "./wilcoxon";

/** What is better of a metric: more, less, or nearer to 0. */
export type Goal = "high" | "low" | "zero";

/** One model's values, case by case in the same order for all; null where a metric is undefined. */
export interface PairedValues {
  name: string;
  values: readonly (number | null)[];
}

/** Two models on the cases that have a value for both. */
export interface PairedComparison {
  a: string;
  b: string;
  cases: number;
  /** Mean of a's value minus b's over those cases (of their magnitudes where 0 is best); absent for fewer than two. */
  difference?: BootstrapInterval;
  test: SignedRankTest;
  /** The test's p-value after Holm's correction for all pairs. */
  adjustedPValue: number;
  /** The better one, or a tie where the difference may be chance. */
  better: "a" | "b" | "tie";
}

export interface RankedModel {
  name: string;
  /** Over the cases with a value, of magnitudes where 0 is best; null without one. */
  mean: number | null;
  cases: number;
  /** Whether it cannot be told from the one with the best mean, or is that one. */
  isAmongBest: boolean;
}

export interface RankingOptions {
  goal: Goal;
  /** Whose each case is, such as a patient's. Cases of one count as one in the test and are resampled together. */
  clusters?: readonly string[];
  /** Default 0.05. */
  significance?: number;
  seed?: number;
}

/**
 * Ranks models by their mean and says where the ranking is a tie: every pair by Wilcoxon's signed-rank test on the
 * paired differences with Holm's correction, and the mean difference with a bootstrap interval.
 * @returns models best first, those without a value last; comparisons of each with each in the given order
 */
export function rankPaired(
  models: readonly PairedValues[],
  options: RankingOptions,
): { ranking: RankedModel[]; comparisons: PairedComparison[] } {
  const pairs = models.flatMap((a, at) => models.slice(at + 1).map((b) => comparePair(a, b, options)));
  const adjusted = adjustByHolm(pairs.map(({ test }) => test.pValue));
  const comparisons = pairs.map((pair, at): PairedComparison => {
    const adjustedPValue = adjusted[at]!;
    const isTie = adjustedPValue >= (options.significance ?? 0.05);
    const isAHigher = pair.test.ranksAbove > pair.test.ranksBelow;
    return {
      ...pair,
      adjustedPValue,
      better: isTie ? "tie" : isAHigher === (options.goal === "high") ? "a" : "b",
    };
  });
  return { comparisons, ranking: rank(models, comparisons, options.goal) };
}

/** What is compared: how far a value is from 0 where that is the goal. */
const scoreOf = (value: number, goal: Goal): number => (goal === "zero" ? Math.abs(value) : value);

function comparePair(
  a: PairedValues,
  b: PairedValues,
  { goal, clusters, seed }: RankingOptions,
): Omit<PairedComparison, "adjustedPValue" | "better"> {
  const paired = a.values.flatMap((value, at) => {
    const other = b.values[at] ?? null;
    if (value === null || other === null) return [];
    return [
      { difference: scoreOf(value, goal) - scoreOf(other, goal), cluster: clusters?.[at] ?? String(at) },
    ];
  });
  const differences = paired.map(({ difference }) => difference);
  const owners = paired.map(({ cluster }) => cluster);
  const interval = bootstrapInterval(differences, { clusters: owners, ...(seed !== undefined && { seed }) });
  return {
    a: a.name,
    b: b.name,
    cases: paired.length,
    ...(interval && { difference: interval }),
    test: wilcoxonSignedRank(groupByCluster(differences, owners).map(meanOf)),
  };
}

function rank(
  models: readonly PairedValues[],
  comparisons: readonly PairedComparison[],
  goal: Goal,
): RankedModel[] {
  const means = models.map(({ name, values }) => {
    const scores = values.flatMap((value) => (value === null ? [] : [scoreOf(value, goal)]));
    return { name, cases: scores.length, mean: scores.length === 0 ? null : meanOf(scores) };
  });
  const order = means.toSorted((x, y) => {
    if (x.mean === null || y.mean === null) return Number(x.mean === null) - Number(y.mean === null);
    return goal === "high" ? y.mean - x.mean : x.mean - y.mean;
  });
  const best = order[0];
  const tiesWithBest = (name: string): boolean =>
    comparisons.some(
      ({ a, b, better, cases }) =>
        better === "tie" &&
        cases > 0 &&
        ((a === name && b === best?.name) || (b === name && a === best?.name)),
    );
  return order.map((model) => ({
    ...model,
    isAmongBest: model.mean !== null && (model === best || tiesWithBest(model.name)),
  }));
}
