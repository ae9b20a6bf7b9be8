import { type Goal, type PairedComparison, rankPaired } from "../statistics/paired-ranking";
import { type CaseMetricKey, metricWords } from "./metric-words";
import type { ComparisonCase, ComparisonRecord, Ranking } from "./record";

/** From so many series on, series are paired and not their slices, which are not independent of each other. */
const fewestSeries = 6;

/**
 * Which series each case belongs to, where cases of one series must count as one: several slices a series, and enough
 * series for a test. Undefined where cases stand for themselves.
 */
export function seriesClusters(cases: readonly ComparisonCase[]): string[] | undefined {
  const series = new Set(cases.map((each) => each.series));
  if (series.size === cases.length || series.size < fewestSeries) return undefined;
  return cases.map((each) => String(each.series));
}

/** One value of each case, in their order; null where it is undefined or missing. */
export function valuesByCase(
  cases: readonly ComparisonCase[],
  model: string,
  { segment, metric }: { segment: string; metric: CaseMetricKey },
): (number | null)[] {
  return cases.map(
    ({ results }) =>
      results.find((each) => each.model === model)?.segments?.[segment]?.[metric]?.value ?? null,
  );
}

const goals: Record<(typeof metricWords)[CaseMetricKey]["better"], Goal> = {
  higher: "high",
  lower: "low",
  "nearer 0": "zero",
};

/**
 * Orders candidates by their mean of a metric, and says which of them the data tell apart.
 * @returns undefined with one candidate, or where no two share a case
 */
export function rankCandidates(
  of: { segment: string; metric: CaseMetricKey },
  { models, cases }: Pick<ComparisonRecord, "models" | "cases">,
): Ranking | undefined {
  const clusters = seriesClusters(cases);
  const candidates = models.map(({ id }) => ({ name: id, values: valuesByCase(cases, id, of) }));
  const { ranking, comparisons } = rankPaired(candidates, {
    goal: goals[metricWords[of.metric].better],
    ...(clusters && { clusters }),
  });
  if (!comparisons.some(({ cases: shared }) => shared > 1)) return undefined;
  return {
    ...of,
    unit: clusters === undefined ? "case" : "series",
    order: ranking.map(({ name, mean, cases: n }) => ({ model: name, mean, n })),
    leaders: ranking.filter(({ isAmongBest }) => isAmongBest).map(({ name }) => name),
    pairs: comparisons.map(describePair),
  };
}

function describePair({
  a,
  b,
  cases,
  difference,
  test,
  adjustedPValue,
  better,
}: PairedComparison): Ranking["pairs"][number] {
  return {
    a,
    b,
    n: cases,
    difference: difference?.estimate ?? null,
    interval: difference === undefined ? null : [difference.low, difference.high],
    p: test.pValue,
    adjustedP: adjustedPValue,
    better: better === "tie" ? null : better === "a" ? a : b,
  };
}

/**
 * The ranking in words: who leads alone, or who cannot be told from the first.
 * @param nameOf what a candidate is called
 */
export function describeRanking(
  { metric, order, leaders, pairs, unit }: Ranking,
  nameOf: (model: string) => string,
): string {
  const { name } = metricWords[metric as CaseMetricKey];
  const [first, ...tied] = leaders;
  if (first === undefined) return `${name} could not be ranked.`;
  const withFirst = pairs.filter(({ a, b }) => a === first || b === first);
  const basis = `${Math.max(...withFirst.map(({ n }) => n))} cases${unit === "case" ? "" : ", by series"}`;
  if (tied.length === 0) {
    const largest = Math.max(...withFirst.map(({ adjustedP }) => adjustedP));
    const second = order[1]!.model;
    return `${nameOf(first)} leads in ${name}: these data tell it apart from ${order.length === 2 ? nameOf(second) : "every other"} (${formatP(largest, "at most")}, ${basis}).`;
  }
  const tiedPairs = withFirst.filter(({ better }) => better === null);
  const smallest = Math.min(...tiedPairs.map(({ adjustedP }) => adjustedP));
  const listed = `${[first, ...tied.slice(0, -1)].map(nameOf).join(", ")} and ${nameOf(tied.at(-1)!)}`;
  const others = order.length - leaders.length;
  const behind =
    others === 0 ? "" : others === 1 ? " The other one is behind." : ` The other ${others} are behind.`;
  return `${name} is a tie: ${listed} are not told apart by these data (${formatP(smallest, "at least")}, ${basis}).${behind}`;
}

/** A p value as one reads it; with a word where it is the limit of several. */
export function formatP(p: number, limit?: "at least" | "at most"): string {
  if (p < 0.001) return "p < 0.001";
  const figure = p.toFixed(p < 0.01 ? 3 : 2);
  return limit === undefined ? `p = ${figure}` : `p ${limit} ${figure}`;
}
