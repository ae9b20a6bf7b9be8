import { Button } from "@mantine/core";
import { IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useState } from "react";
import {
  perturbationGroups,
  perturbationNames,
  perturbationStrength,
  type Robustness as Found,
} from "../../core/comparison/robustness";
import type { LetteredModel } from "../../core/comparison/scenes";
import type { LaboratoryView, RobustnessView } from "../../host/contract";
import { attempt } from "../actions/report";
import { isActive } from "../actions/runs";
import { host, robustnessPictureUrl } from "../api/host";
import controls from "../app/controls/controls.module.css";
import { LayerBadge } from "../app/controls/layer-badge";
import { counted, formatRatio } from "../app/format";
import { Choice } from "../inspector/choice";
import { useLaboratory } from "../state/laboratory";
import { useJobs, useRobustness } from "../state/queries";
import { shortName } from "./agreement-panel";
import styles from "./robustness.module.css";

interface RobustnessProps {
  models: readonly LetteredModel[];
  seriesId: string;
  /** The slice that is perturbed and shown. */
  place: LaboratoryView["places"][number];
  referenceLayerId: string | undefined;
}

/** So many slices, where not one alone. */
const several = 10;

/** The slice with noise, blur, another gamma and turned, with each model's mask, and how far masks hold. */
export function Robustness({ models, seriesId, place, referenceLayerId }: RobustnessProps) {
  const found = useRobustness(seriesId).data;
  const job = useJobs().data?.find((each) => each.kind === "robustness" && isActive(each));
  const [slices, setSlices] = useState<"one" | "several">("one");
  const runnable = models.filter(
    ({ origin, weightsSha256 }) => origin === "model" && weightsSha256 !== undefined,
  );
  // The slice of this series: cases of a study's other series are not perturbed from here.
  const frame = place.seriesId === seriesId ? place.frame : 0;
  const start = () =>
    attempt("Robustness could not be measured", () =>
      host.startRobustness({
        seriesId,
        models: runnable.map(({ id }) => id),
        frame,
        slices: slices === "one" ? 1 : several,
        ...(referenceLayerId !== undefined && { referenceLayerId }),
      }),
    );
  return (
    <main className={styles.workplace} aria-label="Robustness">
      <header className={styles.bar}>
        <h1>Robustness</h1>
        <span className={styles.words} role="status">
          {job === undefined
            ? found && describe(found)
            : `Measuring, ${job.done} of ${job.total ?? "…"} runs`}
        </span>
        <span className={controls.spring} />
        <Choice
          label="Slices"
          value={slices}
          choices={[
            { value: "one", label: `Slice ${frame + 1}` },
            { value: "several", label: `${several} slices` },
          ]}
          onChange={setSlices}
        />
        <Button
          variant="filled"
          leftSection={<IconPlayerPlay size={16} />}
          disabled={job !== undefined || runnable.length === 0}
          onClick={() => void start()}
        >
          {`Perturb and run ${counted(runnable.length, "model")}`}
        </Button>
        <Button
          leftSection={<IconX size={16} />}
          onClick={() => useLaboratory.setState({ isRobustnessShown: false })}
        >
          Close
        </Button>
      </header>
      <div className={styles.body}>
        {found ? (
          <Strips view={found} models={models} />
        ) : (
          <p className={styles.empty}>
            Each model runs again on the slice with noise, blur, another gamma and turned, three steps each.
            The closer its masks stay to what it found on the slice as it is, the more stable it is. That says
            nothing about who is right.
          </p>
        )}
      </div>
    </main>
  );
}

function describe({ frame, robustness: { slices, models } }: RobustnessView): string {
  const against = models.some(({ reference }) => reference) ? "; below it Dice to the reference" : "";
  return `Slice ${frame + 1} shown. Mean Dice to the model's own mask over ${counted(slices.length, "slice")}${against}`;
}

function Strips({ view, models }: { view: RobustnessView; models: readonly LetteredModel[] }) {
  const { perturbations, models: measured } = view.robustness;
  return (
    <table className={styles.strips}>
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            Model
          </th>
          <th scope="col" rowSpan={2}>
            As it is
          </th>
          {perturbationGroups(perturbations).map(({ kind, count }) => (
            <th key={kind} scope="colgroup" colSpan={count}>
              {perturbationNames[kind]}
            </th>
          ))}
        </tr>
        <tr>
          {perturbations.map((each, at) => (
            <th key={at} scope="col">
              {perturbationStrength(each)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {measured.map((each) => (
          <Strip key={each.model} view={view} each={each} of={models.find(({ id }) => id === each.model)} />
        ))}
      </tbody>
    </table>
  );
}

interface StripProps {
  view: RobustnessView;
  each: Found["models"][number];
  /** Undefined where its layer was removed since. */
  of: LetteredModel | undefined;
}

function Strip({ view: { id, robustness }, each: { model, steps, reference, stability }, of }: StripProps) {
  const name = shortName(of?.name ?? model);
  return (
    <tr>
      <th scope="row">
        <span className={styles.model}>
          {of && <LayerBadge letter={of.badge.letter} colour={of.badge.colour} />}
          {name}
        </span>
        <span className={styles.words}>
          Stability <strong>{formatRatio(stability)}</strong>
        </span>
      </th>
      <td>
        <img src={robustnessPictureUrl(id, model, 0)} alt={`${name}, the slice as it is`} />
        {reference && <small>{formatRatio(reference.mean)}</small>}
      </td>
      {steps.map(({ own, reference: against }, at) => {
        const perturbation = robustness.perturbations[at]!;
        const words = `${perturbationNames[perturbation.kind]} ${perturbationStrength(perturbation)}`;
        return (
          <td key={at}>
            <img src={robustnessPictureUrl(id, model, at + 1)} alt={`${name}, ${words}`} />
            <span>{formatRatio(own.mean)}</span>
            {against && <small>{formatRatio(against.mean)}</small>}
          </td>
        );
      })}
    </tr>
  );
}
