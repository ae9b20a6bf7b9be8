import type { IntensityRule } from "../model-card";
import type { Frame } from "./frame";
import { percentilesOf } from "./percentile";
import { type Planes, readPlanes } from "./planes";
import { countStoredValues, lookUpPixels, type StoredHistogram } from "./stored-histogram";

/** y = scale * x + offset, then clipped to 0..1 where the rule says so. */
interface LinearMap {
  scale: number;
  offset: number;
  clipped: boolean;
}

/** A constant picture has no contrast to stretch: it becomes 0 everywhere rather than infinite. */
function stretch(low: number, high: number): LinearMap {
  if (!(high > low)) return { scale: 0, offset: 0, clipped: true };
  const scale = 1 / (high - low);
  return { scale, offset: -low * scale, clipped: true };
}

/** Mean and (population) standard deviation, in two passes so that large means cost no digits. */
function meanAndDeviation(values: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = values.length === 0 ? 0 : sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: values.length === 0 ? 0 : Math.sqrt(squares / values.length) };
}

/** The values of one plane (or all) that belong to the picture: without padding. */
function picturedValues(planes: Planes, channel?: number): Float32Array {
  const size = planes.rows * planes.columns;
  const values =
    channel === undefined ? planes.values : planes.values.subarray(channel * size, (channel + 1) * size);
  const { outside } = planes;
  if (outside === undefined) return values;
  const kept = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (outside[i % size] === 0) kept[count++] = values[i]!;
  return kept.subarray(0, count);
}

function zScore(planes: Planes, channel: number): LinearMap {
  const { mean, deviation } = meanAndDeviation(picturedValues(planes, channel));
  const scale = deviation > 0 ? 1 / deviation : 0;
  return { scale, offset: -mean * scale, clipped: false };
}

/** Percentiles of what belongs to the picture, over all channels together, so that a colour keeps its hue. */
function picturedPercentiles(
  planes: Planes,
  percentiles: readonly number[],
  counts: Uint32Array | undefined,
): number[] {
  if (counts === undefined) return percentilesOf(picturedValues(planes), percentiles);
  const { outside } = planes;
  const inside = outside === undefined ? counts : counts.map((count, i) => (outside[i] === 0 ? count : 0));
  const all = new Uint32Array(planes.values.length);
  for (let start = 0; start < all.length; start += inside.length) all.set(inside, start);
  return percentilesOf(planes.values, percentiles, all);
}

/** The map of each channel under a rule. */
function linearMaps(planes: Planes, rule: IntensityRule, counts?: Uint32Array): LinearMap[] {
  const channels = Array.from({ length: planes.channels }, (_, channel) => channel);
  switch (rule.kind) {
    case "window":
      return channels.map(() => stretch(rule.center - rule.width / 2, rule.center + rule.width / 2));
    case "percentile": {
      const [low = NaN, high = NaN] = picturedPercentiles(planes, [rule.low, rule.high], counts);
      return channels.map(() => stretch(low, high));
    }
    case "z-score":
      return channels.map((channel) => zScore(planes, channel));
    case "0-255":
      return channels.map((channel) => {
        const mean = rule.mean?.[channel] ?? 0;
        const deviation = rule.std?.[channel] ?? 1;
        return { scale: 1 / (rule.divisor * deviation), offset: -mean / deviation, clipped: false };
      });
  }
}

/**
 * Turns values into a network's input by the card's rule, in place.
 * @param planes what `readPlanes` gave for the same rule: modality values, or displayed values 0..255
 * @param counts how many pixels have each of the values, where not every pixel is there
 */
function applyIntensityRule(planes: Planes, rule: IntensityRule, counts?: Uint32Array): void {
  const size = planes.rows * planes.columns;
  linearMaps(planes, rule, counts).forEach(({ scale, offset, clipped }, channel) => {
    const values = planes.values.subarray(channel * size, (channel + 1) * size);
    if (clipped) {
      for (let i = 0; i < size; i++) {
        const value = scale * values[i]! + offset;
        values[i] = value < 0 ? 0 : value > 1 ? 1 : value;
      }
    } else {
      for (let i = 0; i < size; i++) values[i] = scale * values[i]! + offset;
    }
  });
}

/**
 * Reads a frame into the number of channels that a model takes, scaled by the card's rule.
 * Statistics (percentiles, mean, deviation) are of the frame's own pixels, before any resampling, without padding.
 * @returns one plane of rows x columns a channel; they may share memory with each other, and none with the frame
 */
export function intensityPlanes(frame: Frame, channels: 1 | 3, rule: IntensityRule): Float32Array[] {
  // A deviation is a sum over pixels, and the last digit of a sum depends on their order.
  const histogram = rule.kind === "z-score" ? undefined : countStoredValues(frame);
  if (histogram !== undefined) return lookedUpPlanes(frame, histogram, { channels, rule });
  const planes = readPlanes(frame, channels, rule);
  applyIntensityRule(planes, rule);
  return channelsOf(planes);
}

/** The same by way of a picture that has each of the frame's values once. */
function lookedUpPlanes(
  frame: Frame,
  histogram: StoredHistogram,
  { channels, rule }: { channels: 1 | 3; rule: IntensityRule },
): Float32Array[] {
  const { values, counts } = histogram;
  const once = { ...frame, rows: 1, columns: values.length, pixels: values };
  const planes = readPlanes(once, channels, rule);
  applyIntensityRule(planes, rule, counts);
  const [first, ...others] = channelsOf(planes);
  const plane = lookUpPixels(histogram, first!);
  return [plane, ...others.map((other) => (isSame(other, first!) ? plane : lookUpPixels(histogram, other)))];
}

const channelsOf = ({ values, channels, rows, columns }: Planes): Float32Array[] =>
  Array.from({ length: channels }, (_, channel) =>
    values.subarray(channel * rows * columns, (channel + 1) * rows * columns),
  );

const isSame = (a: Float32Array, b: Float32Array) => a.every((value, i) => value === b[i]);
