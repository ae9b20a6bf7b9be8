import { type CaseMetricKey, formatMetric, metricWords } from "../core/comparison/metric-words";
import { describeRanking } from "../core/comparison/ranking";
import { caseName } from "../core/comparison/case-name";
import type { ComparisonRecord } from "../core/comparison/record";
import type { CaseEvent } from "../services/comparison/cases";
import type { ComparisonFiles } from "../services/comparison/files";
import type { SegmentEvent } from "../services/segment-batch";
import { describeError, formatTable, type Output } from "./output";
import type { ProgressDisplay } from "./progress-display";
import { tellSegmentEvent } from "./segment-events";

/** One JSON object a label map and a case; what a person must know as a sentence. */
export function tellComparisonEvent(
  event: SegmentEvent | CaseEvent,
  { output, display }: { output: Output; display: ProgressDisplay },
): void {
  switch (event.type) {
    case "measuring":
      // Measuring has a bar of its own: its total is another.
      if (event.progress.done === 1) display.stop();
      display.update(event.progress);
      return;
    case "case-done":
      output.item(
        {
          ok: true,
          kind: event.case.slices === undefined ? "case" : "volume",
          state: event.state,
          ...event.case,
        },
        () => undefined,
      );
      return;
    case "case-failed": {
      const { type: _type, ...item } = event;
      display.note(`Failed: ${caseName(event)}: ${describeError(event.error)}`);
      output.item({ ok: false, kind: "case", ...item }, () => undefined);
      return;
    }
    default:
      tellSegmentEvent(event, { output, display });
  }
}

/** The metrics that a terminal has room for. */
const shownMetrics: CaseMetricKey[] = ["dice", "iou", "hd95", "panopticQuality"];

/** What came out: a table and sentences, or one JSON object a model and a ranking. */
export function tellComparison(
  output: Output,
  record: ComparisonRecord,
  files: ComparisonFiles | undefined,
): void {
  const { models, cases, summary, rankings } = record;
  for (const { id } of models)
    output.item(
      { kind: "summary", model: id, cases: resultsOf(record, id), ...summary[id] },
      () => undefined,
    );
  for (const ranking of rankings) output.item({ kind: "ranking", ...ranking }, () => undefined);
  const metrics = shownMetrics.filter((key) =>
    models.some(({ id }) => Object.values(summary[id]?.segments ?? {}).some((figures) => figures[key])),
  );
  output.say(
    formatTable(
      ["model", "segment", "cases", ...metrics.map((key) => metricWords[key].name), "ms a slice", "MB"],
      models.flatMap(({ id }) =>
        Object.entries(summary[id]?.segments ?? {}).map(([label, figures]) => [
          id,
          label,
          String(resultsOf(record, id)),
          ...metrics.map((key) => formatMetric(key, figures[key]?.mean)),
          summary[id]?.cost.millisecondsMedian?.toFixed(1) ?? "n/a",
          megabytes(summary[id]?.cost.memoryBytes),
        ]),
      ),
    ),
  );
  const nameOf = (id: string): string => models.find((model) => model.id === id)?.name ?? id;
  for (const { input, slices = 1, results } of record.volumes ?? [])
    for (const { model, segments = {} } of results) {
      const figures = Object.entries(segments).map(
        ([label, { dice, hd95, assd }]) =>
          `${label} Dice ${formatMetric("dice", dice?.value)}, HD95 ${formatMetric("hd95", hd95?.value)} mm, ASSD ${formatMetric("assd", assd?.value)} mm`,
      );
      if (figures.length > 0)
        output.say(
          `${nameOf(model)} on the ${slices} slices from ${input} as a volume: ${figures.join("; ")}`,
        );
    }
  for (const ranking of rankings.filter(({ metric }) => metrics.includes(metric as CaseMetricKey)))
    output.say(`${ranking.segment}: ${describeRanking(ranking, nameOf)}`);
  for (const each of record.robustness?.models ?? []) {
    output.item({ kind: "robustness", ...each }, () => undefined);
    output.say(`${nameOf(each.model)}: stability ${formatMetric("dice", each.stability)}`);
  }
  if (record.reference === undefined && cases.length > 0)
    output.note("No reference was found: the models were measured against each other only.");
  if (files !== undefined) output.note(`Results: ${[files.report, files.json, files.csv].join(", ")}`);
}

const resultsOf = ({ cases }: ComparisonRecord, model: string): number =>
  cases.filter(({ results }) => results.some((result) => result.model === model)).length;

const megabytes = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined ? "n/a" : (bytes / 1e6).toFixed(0);
