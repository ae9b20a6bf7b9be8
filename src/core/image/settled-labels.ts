import {
  labelsFromProbabilities,
  outputChannels,
  scoreOfThreshold,
  segmentProbabilities,
  strides,
  thresholdOf,
} from "../mask/network-output";
import type { ModelCard } from "../model-card";
import { resamplePixels, tapsOf } from "./resample";
import { cropContent, type Placement, tileWeights } from "./tiles";

/**
 * Most pixels lie amid others of the same class: a mean of their probabilities, with whatever weights, decides as each
 * of them does. So scores are compared first, and probabilities worked out only where classes meet.
 */

type Output = ModelCard["output"];

/** 0 is background, i + 1 the card's segment i. */
const unsettled = 255;

/** So far apart two probabilities may be for rounding to decide: far beyond single precision's. */
const margin = 1e-4;

/** As the scores of all tiles are kept until the last. */
const mostTiles = 16;

/** Where more is left open, resampling all is faster. */
const mostOpenShare = 1 / 8;

/** Whether a comparison of scores tells which class has the highest probability. */
export function settlesByScores({ tiles }: Placement, output: Output): boolean {
  const comparable =
    output.activation === "softmax"
      ? output.activated !== true && output.segments.length < unsettled - 1
      : output.activation === "sigmoid" && output.segments.length === 1;
  return comparable && (output.reduction ?? 1) === 1 && tiles.length <= mostTiles;
}

/** The class of each pixel of a tile, `unsettled` where it is near to being another. */
function classesOf(scores: Float32Array, size: number, output: Output): Uint8Array {
  const channels = outputChannels(output);
  const { pixel, channel } = strides(output.layout, channels, size);
  const classes = new Uint8Array(size);
  if (channels <= 2) {
    // One score or, of a softmax, the difference of two, of which it is the sigmoid.
    const isDifference = output.activation === "softmax";
    const threshold = isDifference ? 0.5 : thresholdOf(output);
    const activate = output.activated === true ? (share: number) => share : scoreOfThreshold;
    const [low, high] = [activate(threshold - margin), activate(threshold + margin)];
    for (let i = 0, at = 0; i < size; i++, at += pixel) {
      const score = isDifference ? scores[at + channel]! - scores[at]! : scores[at]!;
      classes[i] = score > high ? 1 : score < low ? 0 : unsettled;
    }
    return classes;
  }
  // The ratio of two probabilities is that of their scores' exponentials, and the highest is at least 1 / channels.
  const apart = Math.log(1 + margin * channels);
  for (let i = 0; i < size; i++) {
    let best = 0;
    let highest = scores[i * pixel]!;
    let second = -Infinity;
    for (let c = 1; c < channels; c++) {
      const score = scores[i * pixel + c * channel]!;
      if (score > highest) {
        // `max` remembers what is no number: such a pixel is left open.
        second = Math.max(second, highest);
        highest = score;
        best = c;
      } else second = Math.max(second, score);
    }
    classes[i] = highest - second > apart && highest < Infinity ? best : unsettled;
  }
  return classes;
}

/** What all tiles that see a pixel say of it, on the padded picture. */
function classesOfTiles(scores: readonly Float32Array[], { padded, tile, tiles }: Placement, output: Output) {
  const size = tile.rows * tile.columns;
  if (tiles.length === 1) return classesOf(scores[0]!, size, output);
  const unseen = 254;
  const classes = new Uint8Array(padded.rows * padded.columns).fill(unseen);
  tiles.forEach((origin, index) => {
    const seen = classesOf(scores[index]!, size, output);
    for (let row = 0, from = 0; row < tile.rows; row++) {
      const start = (origin.row + row) * padded.columns + origin.column;
      for (let to = start; to < start + tile.columns; to++, from++) {
        const known = classes[to]!;
        if (known === unseen) classes[to] = seen[from]!;
        else if (known !== seen[from]!) classes[to] = unsettled;
      }
    }
  });
  return classes;
}

/** What all content pixels that a frame's pixel is made of say. */
function classesOnFrame(classes: Uint8Array, { content, frame }: Placement): Uint8Array {
  if (content.rows === frame.rows && content.columns === frame.columns) return classes;
  const rows = tapsOf(content.rows, frame.rows);
  const columns = tapsOf(content.columns, frame.columns);
  const target = new Uint8Array(frame.rows * frame.columns);
  const band = new Uint8Array(content.columns);
  for (let row = 0, lastFirst = -1; row < frame.rows; row++) {
    const first = rows.first[row]!;
    const targetRow = row * frame.columns;
    if (first === lastFirst) {
      target.copyWithin(targetRow, targetRow - frame.columns, targetRow);
      continue;
    }
    lastFirst = first;
    band.set(classes.subarray(first * content.columns, (first + 1) * content.columns));
    for (let k = 1; k < rows.taps; k++) {
      const start = (first + k) * content.columns;
      for (let column = 0; column < band.length; column++) {
        if (classes[start + column] !== band[column]) band[column] = unsettled;
      }
    }
    for (let column = 0; column < frame.columns; column++) {
      const start = columns.first[column]!;
      let found = band[start]!;
      for (let k = 1; k < columns.taps; k++) if (band[start + k] !== found) found = unsettled;
      target[targetRow + column] = found;
    }
  }
  return target;
}

/** The content pixels that some pixels of the frame are made of, in ascending order. */
function sourcesOf(pixels: Int32Array, { content, frame }: Placement): Int32Array {
  if (content.rows === frame.rows && content.columns === frame.columns) return pixels;
  const rows = tapsOf(content.rows, frame.rows);
  const columns = tapsOf(content.columns, frame.columns);
  const isNeeded = new Uint8Array(content.rows * content.columns);
  for (const pixel of pixels) {
    const row = rows.first[Math.floor(pixel / frame.columns)]!;
    const column = columns.first[pixel % frame.columns]!;
    for (let k = 0; k < rows.taps; k++) {
      const start = (row + k) * content.columns + column;
      isNeeded.fill(1, start, start + columns.taps);
    }
  }
  const found: number[] = [];
  for (let i = 0; i < isNeeded.length; i++) if (isNeeded[i] === 1) found.push(i);
  return Int32Array.from(found);
}

/** Indices of what no comparison settled; undefined where they are too many. */
function openPixels(classes: Uint8Array): Int32Array | undefined {
  const most = Math.ceil(classes.length * mostOpenShare);
  const found = new Int32Array(most);
  let count = 0;
  for (let i = 0; i < classes.length; i++) {
    if (classes[i] !== unsettled) continue;
    if (count === most) return undefined;
    found[count++] = i;
  }
  return found.subarray(0, count);
}

/** Probabilities of some pixels of one tile, one plane a segment. */
function probabilitiesAt(scores: Float32Array, size: number, at: readonly number[], output: Output) {
  const channels = outputChannels(output);
  const from = strides(output.layout, channels, size);
  const to = strides(output.layout, channels, at.length);
  const few = new Float32Array(channels * at.length);
  at.forEach((pixel, i) => {
    for (let c = 0; c < channels; c++)
      few[i * to.pixel + c * to.channel] = scores[pixel * from.pixel + c * from.channel]!;
  });
  return segmentProbabilities(few, { rows: 1, columns: at.length }, output);
}

/** Probabilities of some content pixels, tiles averaged, on otherwise empty planes of the content. */
function sparseProbabilities(
  scores: readonly Float32Array[],
  pixels: Int32Array,
  { placement, output }: { placement: Placement; output: Output },
): Float32Array[] {
  const { content, offset, tile, tiles } = placement;
  const planes = output.segments.map(() => new Float32Array(content.rows * content.columns));
  const weightSum = new Float32Array(content.rows * content.columns);
  const [rowWeights, columnWeights] = [tileWeights(tile.rows), tileWeights(tile.columns)];
  tiles.forEach((origin, index) => {
    const [places, inTile]: [number[], number[]] = [[], []];
    for (const pixel of pixels) {
      const row = Math.floor(pixel / content.columns) + offset.row - origin.row;
      const column = (pixel % content.columns) + offset.column - origin.column;
      if (row < 0 || row >= tile.rows || column < 0 || column >= tile.columns) continue;
      places.push(pixel);
      inTile.push(row * tile.columns + column);
    }
    const found = probabilitiesAt(scores[index]!, tile.rows * tile.columns, inTile, output);
    places.forEach((pixel, i) => {
      const at = inTile[i]!;
      const weight = rowWeights[Math.floor(at / tile.columns)]! * columnWeights[at % tile.columns]!;
      weightSum[pixel]! += weight;
      // A single tile is no mean, and divided by its weight it would be rounded twice.
      planes.forEach((plane, segment) => {
        if (tiles.length === 1) plane[pixel] = found[segment]![i]!;
        else plane[pixel]! += weight * found[segment]![i]!;
      });
    });
  });
  if (tiles.length > 1) {
    for (const plane of planes) for (const pixel of pixels) plane[pixel]! /= weightSum[pixel]!;
  }
  return planes;
}

/**
 * The label map on the frame's grid of a network's scores: what the resampled mean of the tiles' probabilities decides,
 * to the last pixel.
 * @param scores the network's output, one a tile, of a placement and card that `settlesByScores`
 * @returns undefined where too much is left open for this to be the faster way
 */
export function settledLabels(
  scores: readonly Float32Array[],
  placement: Placement,
  output: Output,
): Uint8Array | undefined {
  const onPadded = classesOfTiles(scores, placement, output);
  const onContent = cropContent(onPadded, placement, (length) => new Uint8Array(length));
  const classes = classesOnFrame(onContent, placement);
  const open = openPixels(classes);
  if (open === undefined) return undefined;
  const values = Uint8Array.from([0, ...output.segments.map(({ value }) => value)]);
  for (let i = 0; i < classes.length; i++) {
    const found = classes[i]!;
    // What is still open becomes background until it is decided.
    if (found !== 0) classes[i] = found === unsettled ? 0 : values[found]!;
  }
  if (open.length === 0) return classes;
  const planes = sparseProbabilities(scores, sourcesOf(open, placement), { placement, output });
  const probabilities = planes.map((plane) =>
    resamplePixels(plane, { from: placement.content, to: placement.frame, pixels: open }),
  );
  const decided = labelsFromProbabilities(probabilities, output);
  for (let i = 0; i < open.length; i++) classes[open[i]!] = decided[i]!;
  return classes;
}
