import { markdownTable } from "markdown-table";
import { caseMetricKeys, metricWords } from "../../src/core/comparison/metric-words";
import { cell, generatedNote } from "./markdown";

const kinds = {
  share: "0 to 1",
  length: "mm, or px where the spacing is unknown",
  number: "number",
} as const;

/** docs/reference/metrics.md: the definitions that every report prints too. */
export function metricReference(): string {
  const rows = caseMetricKeys.map((key) => {
    const { name, better, kind, definition } = metricWords[key];
    return [`\`${key}\``, name, cell(definition), kinds[kind], better];
  });
  return [
    "# Metrics",
    generatedNote,
    "P is the prediction's mask, R the reference's, |.| counts pixels. The key is that of `comparison.json` and of the CSV. What " +
      "is undefined is `null` with a `reason`, and n/a in the window: [decisions/metrics-edge-cases.md](../decisions/metrics-edge-cases.md).",
    markdownTable([["key", "metric", "definition", "in", "better"], ...rows]),
  ].join("\n\n");
}
