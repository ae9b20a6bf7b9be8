import { SlicebenchError } from "../errors";
import type { GridSize } from "../image/resample";
import type { ModelCard } from "../model-card";

/** What a network gave for one tile. Spatial size is the tile's, over the card's reduction. */
export type NetworkOutput =
  /** One image of the card's layout: raw scores, or probabilities where the card says `activated`. */
  | { kind: "scores"; data: Float32Array }
  /** The segment's value at each pixel: the decision was made inside the graph. */
  | { kind: "labels"; data: ArrayLike<number | bigint> };

/** How many channels a network of this card gives. */
export function outputChannels(output: ModelCard["output"]): number {
  if (output.activation === "none") return 1;
  return output.segments.length + (output.activation === "softmax" ? 1 : 0);
}

function expectLength(actual: number, expected: number, grid: GridSize): void {
  if (actual === expected) return;
  const channels = expected / (grid.rows * grid.columns);
  throw new SlicebenchError(
    "MODEL_OUTPUT_MISMATCH",
    `The model gave ${actual} values for ${grid.rows} x ${grid.columns} pixels; its card promises ${channels} a pixel.`,
    { hint: "Correct output.activation, output.reduction or output.segments of model.json." },
  );
}

/** The grid on which a network gives its answer for a tile. */
export function outputGrid(tile: GridSize, { reduction = 1 }: ModelCard["output"]): GridSize {
  return { rows: Math.ceil(tile.rows / reduction), columns: Math.ceil(tile.columns / reduction) };
}

/** Distance between neighbouring pixels and between channels in a tensor of one image. */
export function strides(
  layout: "NCHW" | "NHWC",
  channels: number,
  size: number,
): { pixel: number; channel: number } {
  return layout === "NCHW" ? { pixel: 1, channel: size } : { pixel: channels, channel: 1 };
}

const sigmoid = (score: number) => 1 / (1 + Math.exp(-score));

/**
 * The probability of each segment at each pixel.
 * @param scores output of the network on `grid`
 * @returns one plane of 0..1 a segment, in the card's order; background of a softmax is what is left to 1
 * @throws MODEL_OUTPUT_MISMATCH where the number of values is not what the card promises
 */
export function segmentProbabilities(
  scores: Float32Array,
  grid: GridSize,
  output: ModelCard["output"],
): Float32Array[] {
  const size = grid.rows * grid.columns;
  const channels = outputChannels(output);
  expectLength(scores.length, channels * size, grid);
  const { pixel, channel } = strides(output.layout, channels, size);
  const planes = output.segments.map(() => new Float32Array(size));
  if (output.activated === true) {
    const first = output.activation === "softmax" ? channel : 0;
    planes.forEach((plane, segment) => {
      for (let i = 0; i < size; i++) plane[i] = scores[i * pixel + first + segment * channel]!;
    });
    return planes;
  }
  if (output.activation === "sigmoid") {
    planes.forEach((plane, segment) => {
      for (let i = 0; i < size; i++) plane[i] = sigmoid(scores[i * pixel + segment * channel]!);
    });
    return planes;
  }
  const [first] = planes;
  if (channels === 2 && first !== undefined) {
    // Of two classes the softmax is the sigmoid of their difference.
    for (let i = 0; i < size; i++) first[i] = sigmoid(scores[i * pixel + channel]! - scores[i * pixel]!);
    return planes;
  }
  const weights = new Float64Array(channels);
  for (let i = 0; i < size; i++) {
    let highest = -Infinity;
    for (let c = 0; c < channels; c++) highest = Math.max(highest, scores[i * pixel + c * channel]!);
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      weights[c] = Math.exp(scores[i * pixel + c * channel]! - highest);
      sum += weights[c]!;
    }
    for (let segment = 0; segment < planes.length; segment++) {
      planes[segment]![i] = weights[segment + 1]! / sum;
    }
  }
  return planes;
}

/** The score that a sigmoid turns into the threshold. */
export function scoreOfThreshold(threshold: number): number {
  if (threshold <= 0) return -Infinity;
  return threshold >= 1 ? Infinity : Math.log(threshold / (1 - threshold));
}

/**
 * Scores as many as the card promises.
 * @throws MODEL_OUTPUT_MISMATCH where they are not
 */
export function checkedScores(
  scores: Float32Array,
  grid: GridSize,
  output: ModelCard["output"],
): Float32Array {
  expectLength(scores.length, outputChannels(output) * grid.rows * grid.columns, grid);
  return scores;
}

/** From which probability a card's sigmoid decides for a segment; of two classes' softmax that is a half. */
export const thresholdOf = (output: ModelCard["output"]) => output.threshold ?? 0.5;

/** One value a pixel, in a tensor of any layout. */
interface Plane {
  values: Float32Array;
  /** Where the first pixel's value is, and how far it is to the next. */
  start: number;
  step: number;
}

/**
 * At each pixel the segment with the highest plane, and how high that is. Equal planes: the earlier segment.
 * Plane after plane, as a plain loop over memory: asked pixel by pixel the same takes several times as long.
 */
function highestSegment(
  planes: readonly Plane[],
  size: number,
  segments: readonly { value: number }[],
): { labels: Uint8Array; highest: Float32Array } {
  const labels = new Uint8Array(size);
  const highest = new Float32Array(size);
  planes.forEach(({ values, start, step }, segment) => {
    const label = segments[segment]!.value;
    for (let i = 0, at = start; i < size; i++, at += step) {
      const value = values[at]!;
      if (segment > 0 && !(value > highest[i]!)) continue;
      highest[i] = value;
      labels[i] = label;
    }
  });
  return { labels, highest };
}

/**
 * Decides the label map from probabilities. Sigmoid: the most probable of the segments that reach the
 * threshold. Softmax: the most probable class, background included, which is what the segments leave to 1.
 * @param planes of `segmentProbabilities`, possibly resampled or averaged since
 */
export function labelsFromProbabilities(
  planes: readonly Float32Array[],
  output: ModelCard["output"],
): Uint8Array {
  const size = planes[0]?.length ?? 0;
  const strided = planes.map((values) => ({ values, start: 0, step: 1 }));
  const { labels, highest } = highestSegment(strided, size, output.segments);
  if (output.activation === "sigmoid") {
    const threshold = thresholdOf(output);
    for (let i = 0; i < size; i++) if (!(highest[i]! >= threshold)) labels[i] = 0;
    return labels;
  }
  const background = new Float64Array(size).fill(1);
  for (const plane of planes) for (let i = 0; i < size; i++) background[i]! -= plane[i]!;
  for (let i = 0; i < size; i++) if (!(highest[i]! > background[i]!)) labels[i] = 0;
  return labels;
}

/** Decides the label map straight from the network's output: the same decision as from probabilities, without computing them. */
export function labelsFromScores(
  scores: Float32Array,
  grid: GridSize,
  output: ModelCard["output"],
): Uint8Array {
  const size = grid.rows * grid.columns;
  const channels = outputChannels(output);
  expectLength(scores.length, channels * size, grid);
  const { pixel, channel } = strides(output.layout, channels, size);
  const isSoftmax = output.activation === "softmax";
  const first = isSoftmax ? channel : 0;
  const planes = output.segments.map((_, segment) => ({
    values: scores,
    start: first + segment * channel,
    step: pixel,
  }));
  const { labels, highest } = highestSegment(planes, size, output.segments);
  const threshold = output.activated === true ? thresholdOf(output) : scoreOfThreshold(thresholdOf(output));
  for (let i = 0; i < size; i++) {
    const isInside = isSoftmax ? highest[i]! > scores[i * pixel]! : highest[i]! >= threshold;
    if (!isInside) labels[i] = 0;
  }
  return labels;
}

/**
 * Takes over labels that the graph itself decided.
 * @throws MODEL_OUTPUT_MISMATCH where a value is neither background nor a segment of the card
 */
export function checkedLabels(
  data: ArrayLike<number | bigint>,
  grid: GridSize,
  output: ModelCard["output"],
): Uint8Array {
  expectLength(data.length, grid.rows * grid.columns, grid);
  const known = new Uint8Array(256);
  known[0] = 1;
  for (const segment of output.segments) known[segment.value] = 1;
  const labels = new Uint8Array(data.length);
  for (let i = 0; i < labels.length; i++) {
    const value = Number(data[i]);
    if (known[value] !== 1) {
      throw new SlicebenchError(
        "MODEL_OUTPUT_MISMATCH",
        `The model gave the label ${value}, which is none of its card's segments.`,
        { hint: "Add the segment to output.segments of model.json." },
      );
    }
    labels[i] = value;
  }
  return labels;
}
