/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type CaseMetricKey, formatMetric, metricWords } from "../../../core/comparison/metric-words";
import { describeRanking } from "../../../core/comparison/ranking";
import type { ComparisonRecord } from "../../../core/comparison/record";
import { commonUnit, type LetteredModel } from "../../../core/comparison/scenes";
import { ModelName } from "./parts";
import { formatMegabytes, formatMillions, formatWhole, listWords, plural } from "./words";

/** The metrics that the overview has room for. */
const overviewMetrics: CaseMetricKey[] = ["dice", "hd95", "surfaceDice", "panopticQuality"];

/** What came out, in words: who leads where, and where nobody does. */
export function Verdicts({ record, models }: { record: ComparisonRecord; models: readonly LetteredModel[] }) {
  const nameOf = (id: string): string => models.find((model) => model.id === id)!.name;
  const shown = record.rankings.filter(({ metric }) => overviewMetrics.includes(metric as CaseMetricKey));
  if (record.reference === undefined) return <WithoutReference record={record} nameOf={nameOf} />;
  if (shown.length === 0)
    return <p class="verdict">{"There are too few candidates or cases for a ranking."}</p>;
  const isClustered = shown.some(({ unit }) => unit === "case") && hasSharedSeries(record);
  return (
    <>
      <ul class="verdicts">
        {shown.map((ranking) => (
          <li class={ranking.metric === "dice" ? "verdict" : ""}>
            {record.segments.length > 1 && <strong>{`${ranking.segment}. `}</strong>}
            {describeRanking(ranking, nameOf)}
          </li>
        ))}
      </ul>
      {isClustered && (
        <p class="quiet">
          {
            "Slices of one series resemble each other and were tested as if they did not: take the intervals for too narrow, and small p values with care."
          }
        </p>
      )}
    </>
  );
}

function hasSharedSeries({ cases }: ComparisonRecord): boolean {
  return new Set(cases.map(({ series }) => series)).size < cases.length;
}

function WithoutReference({ record, nameOf }: { record: ComparisonRecord; nameOf: (id: string) => string }) {
  const pairs = record.agreement.flatMap(({ dice, ...pair }) => (dice === null ? [] : [{ ...pair, dice }]));
  const [closest] = [...pairs].sort((a, b) => b.dice - a.dice);
  const farthest = [...pairs].sort((a, b) => a.dice - b.dice)[0];
  return (
    <>
      <p class="verdict">
        {
          "There is no reference, so nothing here says which candidate is right: they were measured against each other."
        }
      </p>
      {closest !== undefined && farthest !== undefined && pairs.length > 1 && (
        <p>
          {`${listWords([nameOf(closest.a), nameOf(closest.b)])} agree most (mean Dice ${closest.dice.toFixed(3)}), ` +
            `${listWords([nameOf(farthest.a), nameOf(farthest.b)])} least (${farthest.dice.toFixed(3)}). Agreement is no proof: models that learned from the same pictures err alike.`}
        </p>
      )}
    </>
  );
}

/** One row a candidate: how good, and at what cost. */
export function ModelTable({
  record,
  models,
}: {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
}) {
  return (
    <>
      {record.segments.map(({ label }) => (
        <SegmentTable record={record} models={models} segment={label} />
      ))}
    </>
  );
}

function SegmentTable({
  record,
  models,
  segment,
}: {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
  segment: string;
}) {
  const { summary, rankings } = record;
  const metrics = overviewMetrics.filter((key) =>
    models.some(({ id }) => summary[id]?.segments[segment]?.[key] !== undefined),
  );
  const leaderOf = (metric: string): string | undefined => {
    const ranking = rankings.find((each) => each.segment === segment && each.metric === metric);
    return ranking?.leaders.length === 1 ? ranking.leaders[0] : undefined;
  };
  const unit = commonUnit(record);
  const hasCost = models.some(({ id }) => (summary[id]?.cost.slices ?? 0) > 0);
  return (
    <>
      <h3>{segment}</h3>
      <div class="scroll" tabindex={0} role="region" aria-label={`Means of ${segment} by model`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              {metrics.map((key) => (
                <th scope="col">
                  {metricWords[key].name}
                  {metricWords[key].kind === "length" && ` ${unit}`}
                </th>
              ))}
              {hasCost && <th scope="col">ms a slice</th>}
              {hasCost && <th scope="col">memory MB</th>}
              <th scope="col">parameters M</th>
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <tr>
                <th scope="row">
                  <ModelName of={model} />
                </th>
                {metrics.map((key) => {
                  const figures = summary[model.id]?.segments[segment]?.[key];
                  return (
                    <td>
                      <span class={leaderOf(key) === model.id ? "best" : ""}>
                        {formatMetric(key, figures?.mean)}
                      </span>
                      {figures?.interval && (
                        <>
                          <br />
                          <small>
                            {`${formatMetric(key, figures.interval[0])} to ${formatMetric(key, figures.interval[1])}`}
                          </small>
                        </>
                      )}
                    </td>
                  );
                })}
                {hasCost && <td>{formatWhole(summary[model.id]?.cost.millisecondsMedian)}</td>}
                {hasCost && <td>{formatMegabytes(summary[model.id]?.cost.memoryBytes)}</td>}
                <td>{formatMillions(model.parameters)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">
        {metrics.length > 0
          ? `Mean over the cases in which a metric is defined (of ${plural(record.cases.length, "case")}), with the bootstrap 95 % interval below. Underlined is who leads alone; where nothing is, the data tell no one apart from the first.`
          : "Without a reference there is no accuracy to show."}
      </p>
    </>
  );
}
