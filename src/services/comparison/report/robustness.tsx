/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import {
  perturbationGroups,
  perturbationNames,
  perturbationStrength,
  type Robustness,
} from "../../../core/comparison/robustness";
import type { LetteredModel } from "../../../core/comparison/scenes";
import type { MeasuredRobustness } from "../robustness";
import { ModelName } from "./parts";
import { plural } from "./words";

interface RobustnessProps {
  found: Robustness;
  models: readonly LetteredModel[];
  /** Figures alone without them. */
  pictures: MeasuredRobustness["pictures"] | undefined;
}

/** One slice with each perturbation and each model's mask on it, and how far the masks hold. */
export function RobustnessStrips({ found, models, pictures }: RobustnessProps) {
  const { slices, shown, perturbations } = found;
  const hasReference = found.models.some(({ reference }) => reference !== undefined);
  return (
    <section>
      <h2>Robustness</h2>
      <p class="quiet">
        {`${plural(slices.length, "slice")} with noise (share of the contrast), blur (standard deviation), another gamma, and turned. ` +
          "A figure is the mean Dice to the model's own mask of the slice as it is" +
          (hasReference ? ", below it that to the reference" : "") +
          `. The pictures are of ${slices[shown]!.input}.`}
      </p>
      {perturbationGroups(perturbations).map(({ kind }) => (
        <div class="together">
          <h3>{perturbationNames[kind]}</h3>
          <table class="strips">
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col">as it is</th>
                {perturbations
                  .filter((each) => each.kind === kind)
                  .map((each) => (
                    <th scope="col">{perturbationStrength(each)}</th>
                  ))}
              </tr>
            </thead>
            <tbody>
              {found.models.map((each) => (
                <Strip {...{ found, kind, each, pictures, models }} />
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </section>
  );
}

function Strip({
  found: { perturbations },
  kind,
  each: { model, steps, reference, stability },
  models,
  pictures,
}: RobustnessProps & { kind: string; each: Robustness["models"][number] }) {
  const lettered = models.find(({ id }) => id === model);
  return (
    <tr>
      <th scope="row">
        {lettered === undefined ? model : <ModelName of={lettered} />}
        <br />
        <small>{`stability ${dice(stability)}`}</small>
      </th>
      <td class="left">
        <Picture of={pictures?.get(model)?.[0]} />
        {reference && <small>{dice(reference.mean)}</small>}
      </td>
      {perturbations.map((perturbation, at) =>
        perturbation.kind !== kind ? null : (
          <td class="left">
            <Picture of={pictures?.get(model)?.[at + 1]} />
            {dice(steps[at]!.own.mean)}
            {steps[at]!.reference && (
              <>
                <br />
                <small>{dice(steps[at]!.reference.mean)}</small>
              </>
            )}
          </td>
        ),
      )}
    </tr>
  );
}

function Picture({ of }: { of: Buffer | undefined }) {
  if (of === undefined) return null;
  return <img src={`data:image/webp;base64,${of.toString("base64")}`} alt="" width="88" height="88" />;
}

const dice = (value: number | null): string => value?.toFixed(3) ?? "n/a";
