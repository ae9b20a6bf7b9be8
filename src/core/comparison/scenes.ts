import { type LayerBadge, layerBadge } from "../mask/layer-colours";
import { costPlot } from "../plots/cost-plot";
import { matrixPlot } from "../plots/matrix-plot";
import type { Scene } from "../plots/scene";
import { spreadPlot } from "../plots/spread-plot";
import { caseName } from "./case-name";
import { type CaseMetricKey, formatMetric, metricWords } from "./metric-words";
import type { ComparedModel, ComparisonCase, ComparisonRecord } from "./record";

/** A candidate with the letter and colour that it has wherever it appears. */
export interface LetteredModel extends ComparedModel {
  badge: LayerBadge;
}

/** Letters and colours in the order of the candidates. */
export const withBadges = (models: readonly ComparedModel[]): LetteredModel[] =>
  models.map((model, index) => ({ ...model, badge: layerBadge(index) }));

/** The unit of lengths, where all cases share one. */
export function commonUnit({ cases }: Pick<ComparisonRecord, "cases">): string {
  const units = new Set(cases.map(({ unit }) => unit));
  return units.size === 1 ? [...units][0]! : "mm or px";
}

/** Tells a case of a record from its others: the key of its marks in every plot. */
export const caseKeyOf = ({ series, input, frame }: ComparisonCase): string => `${series}/${input}#${frame}`;

interface SceneParts {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
  segment: string;
}

/** Distribution of a metric over the cases, a row a candidate. */
export function spreadScene(
  { record, models, segment }: SceneParts,
  key: CaseMetricKey,
  width: number,
): Scene {
  const { kind, name } = metricWords[key];
  const rows = models.map(({ id, badge, name: model }) => {
    const figures = record.summary[id]?.segments[segment]?.[key];
    const values = record.cases.flatMap((each) => {
      const value = each.results.find((result) => result.model === id)?.segments?.[segment]?.[key]?.value;
      if (value === null || value === undefined) return [];
      const title = `${caseName(each)}: ${formatMetric(key, value)}`;
      return [{ key: caseKeyOf(each), title, value }];
    });
    return { badge, name: model, values, mean: figures?.mean ?? null, interval: figures?.interval ?? null };
  });
  const unit = kind === "length" ? `, ${commonUnit(record)}` : "";
  return spreadPlot(rows, {
    width,
    axis: `${name} against the reference${unit}`,
    digits: kind === "length" ? 1 : 3,
    ...(kind === "share" && { domain: [0, 1] as const }),
  });
}

/** What a candidate costs on this machine. */
export type CostKind = "time" | "memory" | "parameters";

export const costAxes: Record<CostKind, string> = {
  time: "ms a slice on this machine (log)",
  memory: "MB of memory (log)",
  parameters: "million parameters (log)",
};

/** Mean Dice against one cost; undefined where fewer than two candidates have both. */
export function costScene(
  { record, models, segment }: SceneParts,
  kind: CostKind,
  size: { width: number; height: number },
): Scene | undefined {
  const points = models.flatMap((model) => {
    const cost = costOf(model, kind, record);
    const figures = record.summary[model.id]?.segments[segment]?.dice;
    if (cost === undefined || cost <= 0 || figures?.mean === undefined || figures.mean === null) return [];
    return [{ badge: model.badge, name: model.name, cost, score: figures.mean, interval: figures.interval }];
  });
  if (points.length < 2) return undefined;
  return costPlot(points, { ...size, costAxis: costAxes[kind], scoreAxis: "mean Dice" });
}

function costOf({ id, parameters }: ComparedModel, kind: CostKind, record: ComparisonRecord) {
  const cost = record.summary[id]?.cost;
  if (kind === "time") return cost?.millisecondsMedian ?? undefined;
  const bytes = kind === "memory" ? (cost?.memoryBytes ?? undefined) : parameters;
  return bytes === undefined ? undefined : bytes / 1e6;
}

/** Mean Dice between each two candidates. */
export function agreementScene(record: ComparisonRecord, models: readonly LetteredModel[]): Scene {
  return matrixPlot({
    badges: models.map(({ badge }) => badge),
    value: (row, column) => {
      const [a, b] = [models[Math.min(row, column)]!.id, models[Math.max(row, column)]!.id];
      return record.agreement.find((pair) => pair.a === a && pair.b === b)?.dice ?? undefined;
    },
    description: `Mean Dice between each two of ${models.map(({ name }) => name).join(", ")}.`,
  });
}
