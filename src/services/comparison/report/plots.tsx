/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type CaseMetricKey, formatMetric, metricWords } from "../../../core/comparison/metric-words";
import { caseName, type ComparisonRecord } from "../../../core/comparison/record";
import { costPlot } from "../../../core/plots/cost-plot";
import type { Scene } from "../../../core/plots/scene";
import { spreadPlot } from "../../../core/plots/spread-plot";
import { commonUnit } from "./overview";
import { ScenePlot } from "./scene-plot";
import type { LetteredModel } from "./words";

interface PlotProps {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
  segment: string;
}

/** Distributions of the two metrics that say most together: overlap and distance; of objects their quality. */
export function Spreads({ record, models, segment }: PlotProps) {
  const keys = (record.options.objects ? ["dice", "panopticQuality"] : ["dice", "hd95"]) as CaseMetricKey[];
  return (
    <div class="grid">
      {keys.map((key) => (
        <figure class="dark">
          <figcaption>
            {`${metricWords[key].name} `}
            <small>a dot is a case, the box holds the middle half, the white line is the mean</small>
          </figcaption>
          <ScenePlot scene={spreadScene({ record, models, segment }, key)} />
        </figure>
      ))}
    </div>
  );
}

function spreadScene({ record, models, segment }: PlotProps, key: CaseMetricKey): Scene {
  const { kind, name } = metricWords[key];
  const rows = models.map(({ id, badge, name: model }) => {
    const figures = record.summary[id]?.segments[segment]?.[key];
    const values = record.cases.flatMap((each) => {
      const value = each.results.find((result) => result.model === id)?.segments?.[segment]?.[key]?.value;
      if (value === null || value === undefined) return [];
      const title = `${caseName(each)}: ${formatMetric(key, value)}`;
      return [{ key: `${each.input}#${each.frame}`, title, value }];
    });
    return { badge, name: model, values, mean: figures?.mean ?? null, interval: figures?.interval ?? null };
  });
  const unit = kind === "length" ? `, ${commonUnit(record)}` : "";
  return spreadPlot(rows, {
    width: 540,
    axis: `${name} against the reference${unit}`,
    digits: kind === "length" ? 1 : 3,
    ...(kind === "share" && { domain: [0, 1] as const }),
  });
}

/** Accuracy against what it costs on this machine: time, memory and parameters. */
export function Costs({ record, models, segment }: PlotProps) {
  const costs = [
    {
      axis: "ms a slice on this machine (log)",
      of: ({ id }: LetteredModel) => record.summary[id]?.cost.millisecondsMedian,
    },
    {
      axis: "MB of memory (log)",
      of: ({ id }: LetteredModel) => megabytes(record.summary[id]?.cost.memoryBytes),
    },
    { axis: "million parameters (log)", of: ({ parameters }: LetteredModel) => megabytes(parameters) },
  ];
  const shown = costs.flatMap(({ axis, of }) => {
    const points = models.flatMap((model) => {
      const cost = of(model);
      const figures = record.summary[model.id]?.segments[segment]?.dice;
      if (
        cost === null ||
        cost === undefined ||
        cost <= 0 ||
        figures?.mean === undefined ||
        figures.mean === null
      )
        return [];
      return [
        { badge: model.badge, name: model.name, cost, score: figures.mean, interval: figures.interval },
      ];
    });
    if (points.length < 2) return [];
    return [
      { axis, scene: costPlot(points, { width: 360, height: 280, costAxis: axis, scoreAxis: "mean Dice" }) },
    ];
  });
  if (shown.length === 0) return null;
  return (
    <div class="grid thirds">
      {shown.map(({ scene }) => (
        <figure class="dark">
          <ScenePlot scene={scene} />
        </figure>
      ))}
    </div>
  );
}

const megabytes = (value: number | null | undefined): number | undefined =>
  value === null || value === undefined ? undefined : value / 1e6;
