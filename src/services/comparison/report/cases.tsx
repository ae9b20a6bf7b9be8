/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { meanDice, whatStandsOut, worstFirst } from "../../../core/comparison/notable-cases";
import { caseName } from "../../../core/comparison/case-name";
import type { ComparisonCase, ComparisonRecord } from "../../../core/comparison/record";
import type { LetteredModel } from "../../../core/comparison/scenes";
import { Badge, Bar, DifferenceLegend } from "./parts";
import type { CaseStrip } from "./thumbnails";

/** Pictures of the worst, the middle and the best cases: the slice, then what each candidate made of it. */
export function NotableCases({
  record,
  models,
  strips,
}: {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
  strips: readonly CaseStrip[];
}) {
  if (strips.length === 0) return null;
  const hasReference = record.reference !== undefined;
  return (
    <section>
      <h2>{hasReference ? "Worst, median and best cases" : "Most, median and least disputed cases"}</h2>
      <p class="quiet">
        {hasReference
          ? "By mean Dice over all models. The dashed line is the reference."
          : "By how far the models disagree. What a candidate marked is compared with the majority of all."}
      </p>
      <DifferenceLegend
        words={
          hasReference
            ? { agreed: "agreed", tooMuch: "too much", missed: "missed" }
            : { agreed: "with the majority", tooMuch: "alone", missed: "missed of the majority" }
        }
      />
      {strips.map(({ why, of, picture, answers }) => (
        <div class="together">
          <h3>
            {caseName(of)} <span class="quiet">{`· ${why}`}</span>
          </h3>
          <div class="strip">
            <figure>
              <img
                src={picture}
                alt={`The slice${hasReference ? " with the reference" : ""}`}
                width="180"
                height="180"
              />
              <figcaption class="label">{hasReference ? "slice, reference" : "slice"}</figcaption>
            </figure>
            {answers.map(({ model, image }) => {
              const lettered = models.find(({ id }) => id === model)!;
              const dice = meanDice(of, model);
              return (
                <figure>
                  <img src={image} alt={`What ${lettered.name} marked`} width="180" height="180" />
                  <figcaption>
                    <Badge of={lettered} />
                    {dice === undefined ? lettered.name : `Dice ${dice.toFixed(3)}`}
                  </figcaption>
                </figure>
              );
            })}
          </div>
        </div>
      ))}
    </section>
  );
}

/** So many rows are read; the others are folded away, and in the CSV. */
const mostRows = 20;

/** The cases, the one that went worst first. */
export function CaseTable({
  record,
  models,
}: {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
}) {
  const ordered = worstFirst(record);
  const rest = ordered.slice(mostRows);
  return (
    <section>
      <h2>{record.reference === undefined ? "Cases, most disputed first" : "Cases, worst first"}</h2>
      <p class="quiet">
        {`${Math.min(mostRows, ordered.length)} of ${ordered.length}. ${record.reference === undefined ? "A figure is the Dice to the majority." : "A figure is the mean Dice over the segments."} Every metric of every case is in comparison.csv.`}
      </p>
      <Rows cases={ordered.slice(0, mostRows)} from={1} record={record} models={models} />
      {rest.length > 0 && (
        <details>
          <summary>{`The other ${rest.length}`}</summary>
          <Rows cases={rest} from={mostRows + 1} record={record} models={models} />
        </details>
      )}
    </section>
  );
}

function Rows({
  cases,
  from,
  record,
  models,
}: {
  cases: readonly ComparisonCase[];
  from: number;
  record: ComparisonRecord;
  models: readonly LetteredModel[];
}) {
  const letters = new Map(models.map(({ id, badge }) => [id, badge.letter]));
  const hasReference = record.reference !== undefined;
  const counts = record.options.objects && hasReference;
  const figureOf = (of: ComparisonCase, model: string): number | undefined =>
    hasReference
      ? meanDice(of, model)
      : (of.consensus?.readers.find((reader) => reader.model === model)?.diceToMajority ?? undefined);
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={`Cases from ${from} on`}>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="quiet">#</span> Case
            </th>
            {models.map((model) => (
              <th scope="col" aria-label={model.name}>
                <Badge of={model} />
              </th>
            ))}
            <th scope="col">Disagreement</th>
            {counts && <th scope="col">Objects</th>}
            {hasReference && (
              <th scope="col" class="left">
                What stands out
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {cases.map((of, index) => (
            <tr>
              <th scope="row" class="case">
                <span class="quiet">{`${from + index} `}</span>
                {caseName(of)}
              </th>
              {models.map(({ id, badge }) => {
                const figure = figureOf(of, id);
                return (
                  <td>
                    {figure?.toFixed(3) ?? "n/a"}
                    {figure !== undefined && <Bar share={figure} colour={badge.colour} />}
                  </td>
                );
              })}
              <td>{of.disagreement?.toFixed(3) ?? "n/a"}</td>
              {counts && <td>{objectsOf(of)}</td>}
              {hasReference && <td class="left label">{whatStandsOut(of, letters)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How many there are, and how many each candidate counted. */
function objectsOf({ referenceObjects = {}, results }: ComparisonCase): string {
  const sum = (counts: Record<string, number> = {}): number =>
    Object.values(counts).reduce((a, b) => a + b, 0);
  return `${sum(referenceObjects)}: ${results.map(({ objects }) => sum(objects)).join(", ")}`;
}
