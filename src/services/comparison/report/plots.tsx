/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type CaseMetricKey, metricWords } from "../../../core/comparison/metric-words";
import type { ComparisonRecord } from "../../../core/comparison/record";
import {
  costAxes,
  type CostKind,
  costScene,
  type LetteredModel,
  spreadScene,
} from "../../../core/comparison/scenes";
import { ScenePlot } from "./scene-plot";

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
          <ScenePlot scene={spreadScene({ record, models, segment }, key, 540)} />
        </figure>
      ))}
    </div>
  );
}

/** Accuracy against what it costs on this machine: time, memory and parameters. */
export function Costs(parts: PlotProps) {
  const shown = (Object.keys(costAxes) as CostKind[]).flatMap(
    (kind) => costScene(parts, kind, { width: 360, height: 280 }) ?? [],
  );
  if (shown.length === 0) return null;
  return (
    <div class="grid thirds">
      {shown.map((scene) => (
        <figure class="dark">
          <ScenePlot scene={scene} />
        </figure>
      ))}
    </div>
  );
}
