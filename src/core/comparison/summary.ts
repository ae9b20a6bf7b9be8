import { boxNumbers, quantileOf } from "../plots/box";
import { caseMetricKeys, type CaseMetricKey } from "./metric-words";
import { bootstrapInterval } from "../statistics/bootstrap";
import { rankCandidates, seriesClusters, valuesByCase } from "./ranking";
import type {
  CaseResult,
  ComparedModel,
  ComparisonCase,
  ComparisonRecord,
  MetricSummary,
  ModelCost,
} from "./record";

/** Enough for limits that are read to three digits; every metric of every candidate has its interval. */
const resamples = 4000;

type Parts = Omit<ComparisonRecord, "schemaVersion" | "summary" | "rankings" | "agreement">;

/** Puts a comparison's record together: what follows from its cases is computed here. */
export function buildComparisonRecord(parts: Parts): ComparisonRecord {
  const { models, segments, cases } = parts;
  const { failures, ...rest } = parts;
  return {
    schemaVersion: 2,
    ...rest,
    summary: Object.fromEntries(models.map(({ id }) => [id, summariseModel(id, parts)])),
    rankings: segments.flatMap(({ label }) =>
      measuredKeys(cases, label).flatMap(
        (metric) => rankCandidates({ segment: label, metric }, { models, cases }) ?? [],
      ),
    ),
    agreement: meanAgreements(cases, models),
    failures,
  };
}

function summariseModel(model: string, { cases, segments }: Parts): ComparisonRecord["summary"][string] {
  return {
    cost: summariseCost(resultsOf(cases, model)),
    segments: Object.fromEntries(segments.map(({ label }) => [label, summariseSegment(cases, model, label)])),
  };
}

function resultsOf(cases: readonly ComparisonCase[], model: string): CaseResult[] {
  return cases.flatMap(({ results }) => results.filter((result) => result.model === model));
}

/** The metrics that were measured of a segment in any case, in their order. */
export function measuredKeys(cases: readonly ComparisonCase[], label: string): CaseMetricKey[] {
  return caseMetricKeys.filter((key) =>
    cases.some(({ results }) => results.some(({ segments }) => segments?.[label]?.[key] !== undefined)),
  );
}

function summariseSegment(
  cases: readonly ComparisonCase[],
  model: string,
  segment: string,
): Record<string, MetricSummary> {
  const clusters = seriesClusters(cases);
  return Object.fromEntries(
    measuredKeys(cases, segment).map((metric) => {
      const values = valuesByCase(cases, model, { segment, metric });
      const defined = values.flatMap((value, at) =>
        value === null ? [] : [{ value, cluster: clusters?.[at] ?? "" }],
      );
      const owners = clusters && defined.map(({ cluster }) => cluster);
      return [
        metric,
        summariseValues(
          defined.map(({ value }) => value),
          owners,
        ),
      ];
    }),
  );
}

function summariseValues(values: readonly number[], clusters: readonly string[] | undefined): MetricSummary {
  const box = boxNumbers(values);
  if (box === undefined)
    return { n: 0, mean: null, interval: null, min: null, q1: null, median: null, q3: null, max: null };
  const interval = bootstrapInterval(values, { ...(clusters && { clusters }), resamples });
  return {
    n: values.length,
    mean: meanOf(values),
    interval: interval === undefined ? null : [interval.low, interval.high],
    ...box,
  };
}

function summariseCost(results: readonly CaseResult[]): ModelCost {
  const timings = results.flatMap(({ timings: each }) => each ?? []);
  const totals = timings.map(({ total }) => total);
  const memory = results.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  return {
    slices: timings.length,
    millisecondsMedian: quantileOf(totals, 0.5) ?? null,
    millisecondsP95: quantileOf(totals, 0.95) ?? null,
    inferenceMedian:
      quantileOf(
        timings.map(({ inference }) => inference),
        0.5,
      ) ?? null,
    memoryBytes: memory.length === 0 ? null : Math.max(...memory),
  };
}

function meanAgreements(
  cases: readonly ComparisonCase[],
  models: readonly Pick<ComparedModel, "id">[],
): ComparisonRecord["agreement"] {
  return models.flatMap(({ id: a }, index) =>
    models.slice(index + 1).map(({ id: b }) => {
      const dices = cases.flatMap(
        ({ agreement }) => agreement.find((pair) => pair.a === a && pair.b === b)?.dice ?? [],
      );
      return { a, b, dice: dices.length === 0 ? null : meanOf(dices), n: dices.length };
    }),
  );
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
