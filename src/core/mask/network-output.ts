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
function strides(
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
function scoreOfThreshold(threshold: number): number {
  if (threshold <= 0) return -Infinity;
  return threshold >= 1 ? Infinity : Math.log(threshold / (1 - threshold));
}

/** The threshold of a card's sigmoid. */
const thresholdOf = (output: ModelCard["output"]) => output.threshold ?? 0.5;

/**
 * At each pixel the segment with the highest plane, where that reaches (`>=`) or passes (`>`) the level.
 * Equal planes: the earlier segment. With one segment this is a plain threshold.
 */
function highestSegment(
  planes: { value: (pixel: number, segment: number) => number; size: number },
  segments: readonly { value: number }[],
  passes: (highest: number, pixel: number) => boolean,
): Uint8Array {
  const labels = new Uint8Array(planes.size);
  for (let i = 0; i < planes.size; i++) {
    let best = 0;
    let highest = planes.value(i, 0);
    for (let segment = 1; segment < segments.length; segment++) {
      const value = planes.value(i, segment);
      if (value > highest) {
        highest = value;
        best = segment;
      }
    }
    if (passes(highest, i)) labels[i] = segments[best]!.value;
  }
  return labels;
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
  const source = { value: (pixel: number, segment: number) => planes[segment]![pixel]!, size };
  if (output.activation === "sigmoid") {
    const threshold = thresholdOf(output);
    return highestSegment(source, output.segments, (highest) => highest >= threshold);
  }
  return highestSegment(source, output.segments, (highest, pixel) => {
    let background = 1;
    for (const plane of planes) background -= plane[pixel]!;
    return highest > background;
  });
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
  const threshold = output.activated === true ? thresholdOf(output) : scoreOfThreshold(thresholdOf(output));
  return highestSegment(
    { value: (i, segment) => scores[i * pixel + first + segment * channel]!, size },
    output.segments,
    isSoftmax ? (highest, i) => highest > scores[i * pixel]! : (highest) => highest >= threshold,
  );
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
