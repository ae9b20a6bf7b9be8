import type { WireError } from "../core/errors";
import type { Segment } from "../core/mask/label-map";
import { lengthMetricKeys, metricKeys, type MetricKey, type MetricValue } from "../core/metrics/measure";
import { programVersion } from "./installation";

/** Every metric of one segment. */
export type SegmentMetrics = Record<MetricKey, MetricValue>;

/** What one model gave on one frame. */
export interface CaseResult {
  model: string;
  /** The label map, relative to the comparison's folder. */
  output: string;
  /** From file to label map, in milliseconds; absent where an earlier run had done it. */
  milliseconds?: number;
  /** Against the reference, by segment label; absent without one. */
  segments?: Record<string, SegmentMetrics>;
}

/** One frame and all that was measured on it. */
export interface ComparisonCase {
  input: string;
  frame: number;
  rows: number;
  columns: number;
  /** Of every length of this case. */
  unit: "mm" | "px";
  results: CaseResult[];
  /** Dice between each two models, mean over the segments that either of them sees; null where neither sees any. */
  agreement: { a: string; b: string; dice: number | null }[];
  /** 1 minus the mean agreement; absent with one model. */
  disagreement?: number;
}

/** A model as it was compared. */
export interface ComparedModel {
  id: string;
  name: string;
  version: string;
  weightsSha256: string;
  parameters: number;
  macs?: number;
  use: string;
}

/** `comparison.json`. */
export interface ComparisonRecord {
  schemaVersion: 1;
  software: { name: "slicebench"; version: string };
  models: ComparedModel[];
  segments: Segment[];
  hasReference: boolean;
  /** Means over the cases where a metric is defined, with their number; by model, segment label and metric. */
  summary: Record<
    string,
    { cases: number; millisecondsPerFrame?: number; segments: Record<string, MetricMeans> }
  >;
  cases: ComparisonCase[];
  failures: WireError[];
}

export type MetricMeans = Record<MetricKey, { mean: number | null; n: number }>;

/** Puts a comparison's record together. */
export function buildComparisonRecord(parts: {
  models: ComparedModel[];
  segments: Segment[];
  cases: ComparisonCase[];
  failures: WireError[];
}): ComparisonRecord {
  const { models, segments, cases, failures } = parts;
  return {
    schemaVersion: 1,
    software: { name: "slicebench", version: programVersion },
    models,
    segments,
    hasReference: cases.some(({ results }) => results.some((result) => result.segments !== undefined)),
    summary: Object.fromEntries(models.map(({ id }) => [id, summarise(resultsOf(cases, id), segments)])),
    cases,
    failures,
  };
}

function resultsOf(cases: readonly ComparisonCase[], model: string): CaseResult[] {
  return cases.flatMap(({ results }) => results.filter((result) => result.model === model));
}

function summarise(
  results: readonly CaseResult[],
  segments: readonly Segment[],
): ComparisonRecord["summary"][string] {
  const times = results.flatMap(({ milliseconds }) => (milliseconds === undefined ? [] : [milliseconds]));
  return {
    cases: results.length,
    ...(times.length > 0 && { millisecondsPerFrame: meanOf(times)! }),
    segments: meanMetrics(results, segments),
  };
}

/** Means of what was measured, by segment label, with the number of cases in which a metric is defined. */
export function meanMetrics(
  results: readonly Pick<CaseResult, "segments">[],
  segments: readonly Pick<Segment, "label">[],
): Record<string, MetricMeans> {
  const meansOf = (label: string) =>
    metricKeys.map((key) => {
      const values = results.flatMap((result) => result.segments?.[label]?.[key].value ?? []);
      return [key, { mean: meanOf(values), n: values.length }];
    });
  return Object.fromEntries(
    segments.map(({ label }) => [label, Object.fromEntries(meansOf(label)) as MetricMeans]),
  );
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `comparison.csv`: one row a case, model, segment and metric. An undefined value is empty, with its reason. */
export function formatComparisonTable({ cases }: Pick<ComparisonRecord, "cases">): string {
  const lines = [["input", "frame", "model", "segment", "metric", "value", "unit", "reason"]];
  for (const { input, frame, unit, results } of cases) {
    for (const { model, segments = {} } of results) {
      for (const [label, metrics] of Object.entries(segments)) {
        for (const key of metricKeys) {
          const metric = metrics[key];
          const [value, reason] = metric.value === null ? ["", metric.reason] : [String(metric.value), ""];
          lines.push([
            input,
            String(frame),
            model,
            label,
            key,
            value,
            lengthMetricKeys.has(key) ? unit : "",
            reason,
          ]);
        }
      }
    }
  }
  return lines.map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

/** RFC 4180; a text that a spreadsheet would take for a formula is kept from being one. */
function quoted(cell: string): string {
  const text = /^[=+@\t]|^-(?!\d)/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
