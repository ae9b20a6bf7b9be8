/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ComparisonRecord } from "../../../core/comparison/record";
import { agreementScene, type LetteredModel } from "../../../core/comparison/scenes";
import { ModelName } from "./parts";
import { ScenePlot } from "./scene-plot";

/** How far the candidates agree, with each other and with what they find together. */
export function Agreement({
  record,
  models,
}: {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
}) {
  const scene = agreementScene(record, models);
  const withConsensus = record.cases.flatMap(({ consensus }) => consensus?.readers ?? []);
  return (
    <div class="grid">
      <figure class="dark">
        <figcaption>
          {"Agreement "}
          <small>mean Dice between two</small>
        </figcaption>
        <div class="matrix">
          <ScenePlot scene={scene} />
        </div>
      </figure>
      {withConsensus.length > 0 && <ConsensusTable readers={withConsensus} models={models} />}
    </div>
  );
}

type Reader = NonNullable<ComparisonRecord["cases"][number]["consensus"]>["readers"][number];

function ConsensusTable({
  readers,
  models,
}: {
  readers: readonly Reader[];
  models: readonly LetteredModel[];
}) {
  const meanOf = (model: string, pick: (reader: Reader) => number | null | undefined): string => {
    const values = readers.flatMap((reader) => (reader.model === model ? (pick(reader) ?? []) : []));
    return values.length === 0
      ? "n/a"
      : (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3);
  };
  const sensitivity = ({ sensitivity: each }: Reader): number | undefined => Object.values(each)[0];
  return (
    <div>
      <h3>Against the consensus</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Dice to majority</th>
            <th scope="col">Dice to STAPLE</th>
            <th scope="col">sensitivity</th>
            <th scope="col">specificity</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr>
              <th scope="row">
                <ModelName of={model} />
              </th>
              <td>{meanOf(model.id, ({ diceToMajority }) => diceToMajority)}</td>
              <td>{meanOf(model.id, ({ diceToStaple }) => diceToStaple)}</td>
              <td>{meanOf(model.id, sensitivity)}</td>
              <td>{meanOf(model.id, ({ specificity }) => specificity)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        Means over the cases. Each candidate is itself part of the consensus. Sensitivity and specificity are
        STAPLE's own estimates{models.length > 0 && ", for the first segment"}.
      </p>
    </div>
  );
}
