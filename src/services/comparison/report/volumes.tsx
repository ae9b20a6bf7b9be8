/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type CaseMetricKey, formatMetric, metricWords } from "../../../core/comparison/metric-words";
import type { ComparisonCase } from "../../../core/comparison/record";
import type { LetteredModel } from "../../../core/comparison/scenes";
import { ModelName } from "./parts";

const shown: readonly CaseMetricKey[] = [
  "dice",
  "hausdorff",
  "hd95",
  "assd",
  "surfaceDice",
  "relativeVolumeDifference",
];

/** Each series that is a volume, measured as a whole: distances go through its slices. */
export function Volumes({
  volumes,
  models,
}: {
  volumes: readonly ComparisonCase[];
  models: readonly LetteredModel[];
}) {
  return (
    <section>
      <h2>Series as volumes</h2>
      <p class="quiet">
        Each series measured as a whole: boundaries and distances go through its slices. Not part of the means
        and tests above.
      </p>
      {volumes.map(({ input, slices, spacingMm = [], results, agreement, referenceSha256 }) => (
        <div class="together">
          <h3>
            {`${slices} slices from ${input} `}
            <span class="quiet">{`· ${spacingMm.map((each) => Number(each.toFixed(3))).join(" × ")} mm`}</span>
          </h3>
          {referenceSha256 === undefined ? (
            <p class="label">
              {`No reference of all slices. ${agreement
                .map(({ a, b, dice }) => `Dice of ${a} and ${b} ${formatMetric("dice", dice)}`)
                .join(", ")}`}
            </p>
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  <th scope="col" class="left">
                    Segment
                  </th>
                  {shown.map((key) => (
                    <th scope="col">
                      {metricWords[key].name}
                      {metricWords[key].kind === "length" ? " mm" : ""}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {results.flatMap(({ model, segments = {} }) =>
                  Object.entries(segments).map(([label, metrics]) => (
                    <tr>
                      <th scope="row">
                        <ModelName of={models.find(({ id }) => id === model)!} />
                      </th>
                      <td class="left">{label}</td>
                      {shown.map((key) => (
                        <td>{formatMetric(key, metrics[key]?.value)}</td>
                      ))}
                    </tr>
                  )),
                )}
              </tbody>
            </table>
          )}
        </div>
      ))}
    </section>
  );
}
