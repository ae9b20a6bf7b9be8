import { perturbationSteps, type Robustness } from "../../core/comparison/robustness";
import { meanAgreement } from "../../core/consensus/agreement";
import type { Frame, FrameReference } from "../../core/image/frame";
import { type Perturbation, perturbFrame, restoreLabels, stillSeen } from "../../core/image/perturb";
import { type LabelMap, segmentBounds, type Segment } from "../../core/mask/label-map";
import type { Engine } from "../../engine/engine";
import type { StoredModel } from "../models";
import { drawCell } from "./picture-cell";

/** One slice to perturb. */
export interface RobustnessSlice {
  /** As the record names it. */
  input: string;
  frame: FrameReference;
  geometry: Frame["geometry"];
  reference?: LabelMap | undefined;
}

export interface RobustnessWish {
  models: readonly (StoredModel & { colour: string })[];
  slices: readonly RobustnessSlice[];
  /** Which of the slices is drawn. */
  shown: number;
  segments: readonly Segment[];
  seed: number;
}

export interface RobustnessTools {
  engine: Pick<Engine, "segment">;
  decode: (reference: FrameReference) => Promise<Frame>;
  signal?: AbortSignal | undefined;
  onProgress?: (done: number, total: number) => void;
}

/** What was found, and the shown slice with each model's mask: as it is, then step by step. WebP. */
export interface MeasuredRobustness {
  robustness: Robustness;
  pictures: ReadonlyMap<string, readonly Buffer[]>;
}

/** One model's masks of one slice: as it is, then perturbed, on the perturbed frames' grids. */
interface SliceMasks {
  base: LabelMap;
  perturbed: LabelMap[];
}

/**
 * Runs each model over each slice as it is and with every perturbation, and measures how far its masks hold. Masks of
 * turned slices are turned back and compared where the picture was still to be seen.
 * @throws what the engine throws; CancelledError
 */
export async function measureRobustness(
  { models, slices, shown, segments, seed }: RobustnessWish,
  { engine, decode, signal, onProgress }: RobustnessTools,
): Promise<MeasuredRobustness> {
  const perturbations = perturbationSteps(seed);
  const values = segments.map(({ value }) => value);
  const total = models.length * slices.length * (1 + perturbations.length);
  let done = 0;
  const masksOf = async (model: StoredModel, { frame }: RobustnessSlice): Promise<SliceMasks> => {
    const run = async (perturbation?: Perturbation): Promise<LabelMap> => {
      const request = { model: { folder: model.folder }, frame, ...(perturbation && { perturbation }) };
      const { rows, columns, labelMap } = await engine.segment(request, signal ? { signal } : {});
      onProgress?.(++done, total);
      return { rows, columns, values: labelMap };
    };
    const base = await run();
    const perturbed: LabelMap[] = [];
    for (const perturbation of perturbations) perturbed.push(await run(perturbation));
    return { base, perturbed };
  };
  const measured: Robustness["models"] = [];
  const drawn: { model: RobustnessWish["models"][number]; masks: SliceMasks }[] = [];
  onProgress?.(0, total);
  for (const model of models) {
    const dices: SliceDices[] = [];
    for (const [at, slice] of slices.entries()) {
      const masks = await masksOf(model, slice);
      dices.push(diceOf(masks, slice, { perturbations, values }));
      if (at === shown) drawn.push({ model, masks });
    }
    measured.push(summarise(model.card.id, dices, shown));
  }
  const frame = await decode(slices[shown]!.frame);
  return {
    robustness: {
      seed,
      slices: slices.map(({ input, frame: { frame: index } }) => ({ input, frame: index })),
      shown,
      perturbations,
      models: measured,
    },
    pictures: await drawStrips(frame, drawn, perturbations),
  };
}

/** Undefined where neither of two masks marks anything. */
interface SliceDices {
  base: number | undefined;
  own: (number | undefined)[];
  reference: (number | undefined)[] | undefined;
}

function diceOf(
  { base, perturbed }: SliceMasks,
  slice: RobustnessSlice,
  { perturbations, values }: { perturbations: readonly Perturbation[]; values: readonly number[] },
): SliceDices {
  const against = (wanted: LabelMap) =>
    perturbed.map((labels, at) => {
      const perturbation = perturbations[at]!;
      return meanAgreement(
        restoreLabels(labels, perturbation, slice),
        stillSeen(wanted, perturbation, slice),
        values,
      );
    });
  const { reference } = slice;
  return {
    base: reference && meanAgreement(base, reference, values),
    own: against(base),
    reference: reference && against(reference),
  };
}

function summarise(model: string, dices: readonly SliceDices[], shown: number): Robustness["models"][number] {
  const referenced = dices.filter(({ reference }) => reference !== undefined);
  const steps = dices[0]!.own.map((_, at) => ({
    own: meanOf(dices.map(({ own }) => own[at])),
    ...(referenced.length > 0 && { reference: meanOf(referenced.map(({ reference }) => reference![at])) }),
    shown: dices[shown]!.own[at] ?? null,
  }));
  return {
    model,
    ...(referenced.length > 0 && { reference: meanOf(referenced.map(({ base }) => base)) }),
    steps,
    stability: meanOf(steps.map(({ own }) => own.mean ?? undefined)).mean,
  };
}

function meanOf(values: readonly (number | undefined)[]): { mean: number | null; n: number } {
  const defined = values.flatMap((value) => value ?? []);
  const sum = defined.reduce((total, value) => total + value, 0);
  return { mean: defined.length === 0 ? null : sum / defined.length, n: defined.length };
}

/** Width and height of a picture where it is shown, in px. */
const shownPx = 88;

async function drawStrips(
  frame: Frame,
  drawn: readonly { model: RobustnessWish["models"][number]; masks: SliceMasks }[],
  perturbations: readonly Perturbation[],
): Promise<Map<string, Buffer[]>> {
  const frames = [frame, ...perturbations.map((perturbation) => perturbFrame(frame, perturbation))];
  const part = partAround(
    drawn.flatMap(({ masks: { base, perturbed } }) => [base, ...perturbed]),
    frame,
  );
  const strips = drawn.map(async ({ model, masks: { base, perturbed } }) => {
    const cells = [base, ...perturbed].map((labels, at) =>
      drawCell(
        { kind: "layer", labelMap: cutLabels(labels, part), colour: model.colour },
        cutFrame(frames[at]!, part),
        shownPx,
      ),
    );
    return [model.card.id, await Promise.all(cells)] as const;
  });
  return new Map(await Promise.all(strips));
}

interface Part {
  top: number;
  left: number;
  rows: number;
  columns: number;
}

/** The part of a frame around all masks with a fifth to each side; all of it where nothing is marked. */
function partAround(maps: readonly LabelMap[], { rows, columns }: Frame): Part {
  const bounds = segmentBounds(maps);
  if (bounds === undefined) return { top: 0, left: 0, rows, columns };
  const side = Math.ceil(1.4 * Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top, 24));
  const [high, wide] = [Math.min(rows, side), Math.min(columns, side)];
  const within = (middle: number, length: number, most: number) =>
    Math.round(Math.min(most - length, Math.max(0, middle - length / 2)));
  return {
    top: within((bounds.top + bounds.bottom) / 2, high, rows),
    left: within((bounds.left + bounds.right) / 2, wide, columns),
    rows: high,
    columns: wide,
  };
}

function cutLabels({ columns, values }: LabelMap, part: Part): LabelMap {
  const cut = new Uint8Array(part.rows * part.columns);
  for (let row = 0; row < part.rows; row++) {
    const start = (part.top + row) * columns + part.left;
    cut.set(values.subarray(start, start + part.columns), row * part.columns);
  }
  return { rows: part.rows, columns: part.columns, values: cut };
}

function cutFrame(frame: Frame, part: Part): Frame {
  const { samplesPerPixel, columns, pixels } = frame;
  const width = part.columns * samplesPerPixel;
  const cut = pixels.slice(0, part.rows * width);
  for (let row = 0; row < part.rows; row++) {
    const start = ((part.top + row) * columns + part.left) * samplesPerPixel;
    cut.set(pixels.subarray(start, start + width), row * width);
  }
  return { ...frame, rows: part.rows, columns: part.columns, pixels: cut };
}
