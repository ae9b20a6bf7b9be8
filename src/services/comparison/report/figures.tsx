/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type CaseMetricKey, formatMetric, metricWords } from "../../../core/comparison/metric-words";
import { formatP } from "../../../core/comparison/ranking";
import type { ComparisonRecord, Ranking } from "../../../core/comparison/record";
import { measuredKeys } from "../../../core/comparison/summary";
import { Badge } from "./parts";
import { commonUnit, type LetteredModel } from "../../../core/comparison/scenes";

/** Every metric by model: mean, median and the number of cases in which it is defined. */
export function AllFigures({
  record,
  models,
}: {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
}) {
  const unit = commonUnit(record);
  return (
    <section>
      <h2>Every metric</h2>
      <p class="quiet">Mean, below it median and the number of cases in which the metric is defined.</p>
      {record.segments.map(({ label }) => (
        <>
          <h3>{label}</h3>
          <div class="scroll" tabindex={0} role="region" aria-label={`Every metric of ${label}`}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Metric</th>
                  {models.map((model) => (
                    <th scope="col" aria-label={model.name}>
                      <Badge of={model} />
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {measuredKeys(record.cases, label).map((key) => (
                  <tr>
                    <th scope="row">
                      {metricWords[key].name}
                      <small>{`${metricWords[key].kind === "length" ? ` ${unit}` : ""}, ${metricWords[key].better} is better`}</small>
                    </th>
                    {models.map(({ id }) => {
                      const figures = record.summary[id]?.segments[label]?.[key];
                      return (
                        <td>
                          {formatMetric(key, figures?.mean)}
                          <br />
                          <small>{`${formatMetric(key, figures?.median)}, n ${figures?.n ?? 0}`}</small>
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      ))}
    </section>
  );
}

/** The paired tests of one metric. */
export function PairTests({
  record,
  models,
}: {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
}) {
  const shown = record.rankings.filter(
    ({ metric }) => metric === "dice" || metric === "hd95" || metric === "panopticQuality",
  );
  if (shown.length === 0) return null;
  return (
    <section>
      <h2>Paired tests</h2>
      <p class="quiet">
        Mean difference of the first less the second with its bootstrap 95 % interval, Wilcoxon's signed-rank
        p, and p after Holm over the pairs of the metric. A tie is what stays at 0.05 or above.
      </p>
      <div class="grid">
        {shown.map((ranking) => (
          <RankingTable ranking={ranking} models={models} />
        ))}
      </div>
    </section>
  );
}

function RankingTable({ ranking, models }: { ranking: Ranking; models: readonly LetteredModel[] }) {
  const key = ranking.metric as CaseMetricKey;
  const find = (id: string): LetteredModel => models.find((model) => model.id === id)!;
  return (
    <div class="together">
      <h3>{`${metricWords[key].name}, ${ranking.segment}${ranking.unit === "series" ? ", by series" : ""}`}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Pair</th>
            <th scope="col">difference</th>
            <th scope="col">95 % interval</th>
            <th scope="col">p</th>
            <th scope="col">p, Holm</th>
            <th scope="col" class="left">
              verdict
            </th>
          </tr>
        </thead>
        <tbody>
          {ranking.pairs.map(({ a, b, difference, interval, p, adjustedP, better }) => (
            <tr>
              <th scope="row">
                <Badge of={find(a)} />
                <Badge of={find(b)} />
              </th>
              <td>{signed(key, difference)}</td>
              <td>
                {interval === null ? "n/a" : `${signed(key, interval[0])} to ${signed(key, interval[1])}`}
              </td>
              <td>{formatP(p).replace("p = ", "").replace("p ", "")}</td>
              <td>{formatP(adjustedP).replace("p = ", "").replace("p ", "")}</td>
              <td class="left">{better === null ? "tie" : `${find(better).badge.letter} better`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const signed = (key: CaseMetricKey, value: number | null): string =>
  value === null ? "n/a" : `${value >= 0 ? "+" : "−"}${formatMetric(key, Math.abs(value))}`;
