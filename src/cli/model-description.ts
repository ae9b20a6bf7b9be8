import type { ModelCard } from "../core/model-card";
import { describeTurbo, type Turbo, type TurboMeasurement } from "../core/turbo";
import type { StoredModel } from "../services/models";
import { formatTable } from "./output";

/** The list's fields, by name: what scripts choose a model by. */
export function describeModel({ card, bundled, folder }: StoredModel): object {
  return {
    id: card.id,
    name: card.name,
    version: card.version,
    architecture: card.architecture,
    parameters: card.architecture.parameters,
    macs: card.architecture.macs ?? null,
    bytes: card.weights.bytes,
    input: card.input,
    segments: card.output.segments,
    dice: meanDice(card) ?? null,
    evaluation: card.evaluation ?? null,
    turbo: card.turbo ?? null,
    use: card.use,
    bundled,
    folder,
  };
}

/** A table with one row a model. */
export const formatModels = (models: readonly StoredModel[]): string =>
  formatTable(tableHeads, models.map(tableRow));

const tableHeads = ["ID", "ARCHITECTURE", "PARAMETERS", "GMAC", "SIZE", "SEGMENTS", "DICE"];

function tableRow({ card }: StoredModel): string[] {
  return [
    card.id,
    architectureName(card),
    `${(card.architecture.parameters / 1e6).toFixed(1)} M`,
    gigaMacs(card, 1),
    `${(card.weights.bytes / 1e6).toFixed(1)} MB`,
    card.output.segments.map(({ label }) => label).join(", "),
    measuredDice(card),
  ];
}

function gigaMacs({ architecture: { macs } }: ModelCard, digits: number): string {
  return macs === undefined ? "n/a" : (macs / 1e9).toFixed(digits);
}

function architectureName({ architecture: { family, encoder } }: ModelCard): string {
  return family.toLowerCase() === encoder.toLowerCase() ? family : `${family}, ${encoder}`;
}

/** Mean over segments of the test split's Dice; undefined where nothing was measured. */
function meanDice({ evaluation }: ModelCard): number | undefined {
  const values = Object.values(evaluation?.segments ?? {}).flatMap(({ dice }) => dice ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, dice) => sum + dice, 0) / values.length;
}

function measuredDice(card: ModelCard): string {
  if (card.turbo !== undefined) return `${describeTurbo(card.turbo)} (n = ${card.turbo.measured.images})`;
  const dice = meanDice(card);
  if (dice === undefined || card.evaluation === undefined) return "not measured";
  return `${dice.toFixed(3)} (n = ${card.evaluation.images})`;
}

export function describeCard(card: ModelCard): string {
  const { architecture, input, output, training, evaluation, turbo } = card;
  const lines = [
    `${card.name} (${card.id}, version ${card.version})`,
    card.description,
    `Use: ${card.use}`,
    ...card.limits.map((limit) => `Limit: ${limit}`),
    `Architecture: ${architectureName(card)}, decoder ${architecture.decoder}, ${architecture.parameters.toLocaleString("en")} parameters, ${gigaMacs(card, 2)} GMAC at ${architecture.macsAt.rows} x ${architecture.macsAt.columns}`,
    `Input: ${input.channels} channel${input.channels > 1 ? "s" : ""}, ${describeSize(input.size)}, intensity by ${input.intensity.kind}`,
    `Segments: ${output.segments.map(({ value, label }) => `${value} ${label}`).join(", ")}`,
    ...(training === undefined
      ? []
      : [
          `Trained on: ${training.data}; ${training.split}; ${training.epochs} epochs, seed ${training.seed}`,
          `By: ${training.command}`,
        ]),
    ...(turbo === undefined ? [] : describeTurboOrigin(turbo)),
    ...(evaluation === undefined
      ? turbo === undefined
        ? ["Measured: not yet"]
        : []
      : Object.entries(evaluation.segments).map(
          ([label, { dice, iou, hd95 }]) =>
            `Measured: ${label}: Dice ${figure(dice)}, IoU ${figure(iou)}, HD95 ${figure(hd95, 1)} ${evaluation.unit}, over ${evaluation.images} images of ${evaluation.subjects} subjects (${evaluation.data}, ${evaluation.date})`,
        )),
    `Licence: ${card.licence}`,
    ...card.citation.map((citation) => `Cite: ${citation}`),
  ];
  return lines.join("\n");
}

function describeTurboOrigin({ parent, calibration, measured }: Turbo): string[] {
  return [
    `Made of: ${parent.name} (${parent.id}, weights ${parent.weightsSha256.slice(0, 12)}), calibrated on ${calibration.images} image${calibration.images === 1 ? "" : "s"}`,
    ...describeTurboMeasurement(measured).map((line) => `Measured: ${line}`),
  ];
}

/** What an int8 form costs and gains, in two lines. */
export function describeTurboMeasurement({
  dice,
  worst,
  agreement,
  msASlice,
  ...measured
}: TurboMeasurement): string[] {
  const images = `${measured.images} image${measured.images === 1 ? "" : "s"}`;
  return [
    `Dice ${dice.int8.toFixed(4)}, before ${dice.float.toFixed(4)}, on ${images}${measured.heldOut ? "" : " that it was calibrated on"}; most lost on one ${Math.max(0, -worst.change).toFixed(3)} (${worst.image}); agreement with the model ${agreement.toFixed(4)}`,
    `${msASlice.int8.toFixed(1)} ms a slice, before ${msASlice.float.toFixed(1)} ms (${measured.speedUp.toFixed(2)}x), ${measured.threads} thread${measured.threads === 1 ? "" : "s"}, ${measured.processor}, ${measured.date}`,
  ];
}

function describeSize(size: ModelCard["input"]["size"]): string {
  switch (size.kind) {
    case "fit":
      return `fitted into ${size.rows} x ${size.columns}`;
    case "tiles":
      return `tiles of ${size.rows} x ${size.columns}, ${Math.round(size.overlap * 100)} % overlap`;
    case "multiple-of":
      return `any size, padded to a multiple of ${size.multiple}`;
  }
}

const figure = (value: number | null, digits = 3): string => value?.toFixed(digits) ?? "n/a";
