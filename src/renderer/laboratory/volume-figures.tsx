import { type CaseMetricKey, formatMetric, metricWords } from "../../core/comparison/metric-words";
import type { ComparisonCase } from "../../core/comparison/record";
import type { LetteredModel } from "../../core/comparison/scenes";
import { LayerBadge } from "../app/controls/layer-badge";
import styles from "./laboratory.module.css";

interface VolumeFiguresProps {
  volumes: readonly ComparisonCase[];
  models: readonly LetteredModel[];
  segment: string;
  metric: CaseMetricKey;
}

/** Each series that is a volume, measured as a whole. */
export function VolumeFigures({ volumes, models, segment, metric }: VolumeFiguresProps) {
  const { name, kind } = metricWords[metric];
  const figureOf = ({ results }: ComparisonCase, model: string) =>
    results.find((each) => each.model === model)?.segments?.[segment]?.[metric]?.value;
  return (
    <table className={styles.volumes} aria-label="As a volume">
      <tbody>
        {volumes.map((volume) => (
          <tr key={volume.series}>
            <th scope="row">{`${name}${kind === "length" ? " mm" : ""} of ${volume.slices} slices as a volume`}</th>
            {models.map(({ id, badge }) => (
              <td key={id}>
                <LayerBadge letter={badge.letter} colour={badge.colour} />
                {formatMetric(metric, figureOf(volume, id))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
