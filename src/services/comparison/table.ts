import { stringify } from "csv-stringify/sync";
import { caseMetricKeys, metricWords } from "../../core/comparison/metric-words";
import type { ComparisonRecord } from "../../core/comparison/record";

const columns = [
  "input",
  "frame",
  "series",
  "model",
  "segment",
  "metric",
  "value",
  "unit",
  "reason",
  "slices",
] as const;

/**
 * `comparison.csv`: one row a case (a series as a volume has its slices counted in the last column), model, segment and metric; an undefined value is empty, with its reason. RFC 4180,
 * and a file's name that a spreadsheet would take for a formula is kept from being one.
 */
export function formatComparisonTable({
  cases,
  volumes = [],
}: Pick<ComparisonRecord, "cases" | "volumes">): string {
  const rows = [...cases, ...volumes].flatMap(({ input, frame, series, unit, results, slices = 1 }) =>
    results.flatMap(({ model, segments = {} }) =>
      Object.entries(segments).flatMap(([segment, metrics]) =>
        caseMetricKeys.flatMap((metric) => {
          const measured = metrics[metric];
          if (measured === undefined) return [];
          const length = metricWords[metric].kind === "length" ? unit : "";
          const value = measured.value ?? "";
          const reason = measured.value === null ? measured.reason : "";
          return [[input, frame, series, model, segment, metric, value, length, reason, slices]];
        }),
      ),
    ),
  );
  return stringify(rows, {
    header: true,
    columns: [...columns],
    record_delimiter: "windows",
    escape_formulas: true,
  });
}
