import { cpus } from "node:os";
import { basename } from "node:path";
import { CancelledError, SlicebenchError } from "../../core/errors";
import type { LabelMap } from "../../core/mask/label-map";
import type { ModelCard } from "../../core/model-card";
import { quantileOfSorted } from "../../core/statistics/quantile";
import type { TurboMeasurement } from "../../core/turbo";
import type { Engine, SegmentFrameResult } from "../../engine/engine";
import type { Measured, MeasureRequest } from "../comparison-worker";
import type { WorkerPool } from "../worker-pool";
import type { ReferencedImage, TurboImages } from "./turbo-images";

/** Few images are run again until so many pairs of runs were timed. */
const leastTimedPairs = 12;

/** Folders of a model and of its 8-bit form. */
export interface TurboPair {
  card: ModelCard;
  float: string;
  int8: string;
}

export interface TurboMeasureOptions {
  engine: Pick<Engine, "segment">;
  /** Of `comparison-worker`. */
  comparing: Pick<WorkerPool<MeasureRequest, Measured>, "run">;
  /** That the engine computes with. */
  threads: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

interface ImageFigures {
  image: string;
  float: number;
  int8: number;
  agreement: number;
}

/** How many runs a measurement takes, each of both forms. */
export const measuringRuns = (images: number): number => 1 + Math.max(images, leastTimedPairs);

/**
 * Measures a model and its 8-bit form on the same images, by turns, so that what else the machine does meets both alike.
 * @throws TURBO_NO_MASKS where nothing is marked, CancelledError, and what the engine throws
 */
export async function measureTurbo(
  pair: TurboPair,
  { measured, heldOut }: Pick<TurboImages, "measured" | "heldOut">,
  options: TurboMeasureOptions,
): Promise<TurboMeasurement> {
  const { comparing, threads, onProgress } = options;
  const runs = measuringRuns(measured.length);
  const segments = pair.card.output.segments.map(({ value }) => value);
  const figures: ImageFigures[] = [];
  const times: { float: number; int8: number }[] = [];
  for (let run = 0; run < runs; run++) {
    // The first run loads the models and is not timed.
    const isTimed = run > 0;
    const image = measured[Math.max(0, run - 1) % measured.length]!;
    const { float, int8 } = await runBoth(pair, image, { ...options, isFloatFirst: run % 2 === 0 });
    if (isTimed) times.push({ float: msOf(float), int8: msOf(int8) });
    if (isTimed && run <= measured.length) {
      const [a, b] = [labelMapOf(float), labelMapOf(int8)];
      const diceOf = async (prediction: LabelMap, reference: LabelMap) =>
        (await comparing.run({ prediction, reference, segments }, options.signal)).dice.value;
      const dice = { float: await diceOf(a, image.reference), int8: await diceOf(b, image.reference) };
      // An image on which neither reader nor model marks anything says nothing.
      if (dice.float !== null && dice.int8 !== null) {
        figures.push({
          image: nameOf(image),
          float: dice.float,
          int8: dice.int8,
          agreement: (await diceOf(a, b)) ?? 1,
        });
      }
    }
    onProgress?.(run + 1, runs);
  }
  if (figures.length === 0) {
    throw new SlicebenchError(
      "TURBO_NO_MASKS",
      "Neither the masks nor the model mark anything on the images.",
      {
        hint: "Choose images on which there is something to segment.",
      },
    );
  }
  return summarise(figures, times, { heldOut, threads });
}

function summarise(
  figures: readonly ImageFigures[],
  times: readonly { float: number; int8: number }[],
  { heldOut, threads }: { heldOut: boolean; threads: number },
): TurboMeasurement {
  const worst = figures.reduce((a, b) => (b.int8 - b.float < a.int8 - a.float ? b : a));
  const speedUps = times.map(({ float, int8 }) => float / int8);
  return {
    images: figures.length,
    heldOut,
    dice: { float: mean(figures.map(({ float }) => float)), int8: mean(figures.map(({ int8 }) => int8)) },
    worst: { change: worst.int8 - worst.float, image: worst.image },
    agreement: mean(figures.map(({ agreement }) => agreement)),
    msASlice: {
      float: median(times.map(({ float }) => float)),
      int8: median(times.map(({ int8 }) => int8)),
    },
    speedUp: median(speedUps),
    threads,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    date: new Date().toISOString().slice(0, 10),
  };
}

async function runBoth(
  { float, int8 }: TurboPair,
  { frame: { file, frame } }: ReferencedImage,
  { engine, signal, isFloatFirst }: TurboMeasureOptions & { isFloatFirst: boolean },
): Promise<{ float: SegmentFrameResult; int8: SegmentFrameResult }> {
  const segment = (folder: string) => {
    if (signal?.aborted === true) throw new CancelledError();
    return engine.segment({ model: { folder }, frame: { file, frame } }, signal && { signal });
  };
  if (isFloatFirst) {
    const first = await segment(float);
    return { float: first, int8: await segment(int8) };
  }
  const first = await segment(int8);
  return { float: await segment(float), int8: first };
}

const labelMapOf = ({ rows, columns, labelMap }: SegmentFrameResult): LabelMap => ({
  rows,
  columns,
  values: labelMap,
});

/** Decoding is the same for both, and the second finds the file open. */
const msOf = ({ timings: { total, decode } }: SegmentFrameResult): number => total - decode;

const nameOf = ({ frame: { file, frame, frameCount } }: ReferencedImage): string =>
  frameCount === 1 ? basename(file) : `${basename(file)}, frame ${frame + 1}`;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const median = (values: readonly number[]): number =>
  quantileOfSorted(
    [...values].sort((a, b) => a - b),
    0.5,
  );
