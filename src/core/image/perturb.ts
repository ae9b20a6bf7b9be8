import { SeededRandom } from "../random";
import type { LabelMap } from "../mask/label-map";
import type { Frame, PixelArray } from "./frame";
import { percentilesOf } from "./percentile";
import type { GridSize } from "./resample";
import { pixelExtent } from "./view";

/** What is done to a slice to see whether a network still finds the same: plain data, so that it crosses to the engine. */
export type Perturbation =
  /** Normal noise with this share of the slice's contrast (1st to 99th percentile) as its standard deviation. */
  | { kind: "noise"; share: number; seed: number }
  /** A Gaussian of this standard deviation in pixels. */
  | { kind: "blur"; sigmaPx: number }
  /** Each value's place between the lowest and the highest, to this power: below 1 darks rise. */
  | { kind: "gamma"; gamma: number }
  /** About the slice's centre, clockwise as seen, true to its pixel spacing; linear, mirrored at the border. */
  | { kind: "rotation"; degrees: number };

/**
 * A frame as it would be stored with noise, blur, another gamma or turned. Padding stays padding, and values stay within
 * what the frame's type holds; a palette's indices become the colours that they stand for.
 * @returns a new frame of the same size
 */
export function perturbFrame(frame: Frame, perturbation: Perturbation): Frame {
  const source = asColour(frame);
  const { samplesPerPixel } = source;
  const outside = paddingOf(source);
  const planes = Array.from({ length: samplesPerPixel }, (_, channel) => planeOf(source, channel));
  const perturbed = planes.map((plane, channel) => {
    switch (perturbation.kind) {
      case "noise":
        return addNoise(plane, contrastOf(planes, outside), { ...perturbation, channel });
      case "blur":
        return blur(plane, source, { sigma: perturbation.sigmaPx, outside });
      case "gamma":
        return applyGamma(plane, rangeOf(planes, outside), perturbation.gamma);
      case "rotation":
        return rotate(plane, source, { degrees: perturbation.degrees, outside });
    }
  });
  const pixels = source.pixels.slice();
  const [low, high] = limitsOf(source);
  const whole = !(pixels instanceof Float32Array || pixels instanceof Float64Array);
  for (const [channel, plane] of perturbed.entries())
    for (let at = 0; at < plane.length; at++) {
      // What is turned brings its padding along; everything else leaves it where it is.
      if (perturbation.kind !== "rotation" && outside?.[at] === 1) continue;
      const value = whole ? Math.round(plane[at]!) : plane[at]!;
      pixels[at * samplesPerPixel + channel] = value < low ? low : value > high ? high : value;
    }
  return { ...source, pixels };
}

/**
 * Brings a label map of a perturbed frame back onto the frame itself: of a turned one each pixel takes the label that
 * lies nearest to where it went, and background where it went beyond the border.
 */
export function restoreLabels(
  labels: LabelMap,
  perturbation: Perturbation,
  frame: Pick<Frame, "geometry">,
): LabelMap {
  if (perturbation.kind !== "rotation") return labels;
  const values = new Uint8Array(labels.values.length);
  eachTurned(labels, { ...frame, degrees: -perturbation.degrees }, (at, row, column) => {
    const [nearestRow, nearestColumn] = [Math.round(row), Math.round(column)];
    if (isInside(labels, nearestRow, nearestColumn))
      values[at] = labels.values[nearestRow * labels.columns + nearestColumn]!;
  });
  return { ...labels, values };
}

/** A label map without what a perturbation moves out of sight, so that it can be compared with what was restored. */
export function stillSeen(
  labels: LabelMap,
  perturbation: Perturbation,
  frame: Pick<Frame, "geometry">,
): LabelMap {
  if (perturbation.kind !== "rotation") return labels;
  const values = new Uint8Array(labels.values.length);
  eachTurned(labels, { ...frame, degrees: -perturbation.degrees }, (at, row, column) => {
    if (isInside(labels, Math.round(row), Math.round(column))) values[at] = labels.values[at]!;
  });
  return { ...labels, values };
}

const isInside = ({ rows, columns }: GridSize, row: number, column: number): boolean =>
  row >= 0 && column >= 0 && row < rows && column < columns;

/** Calls back with where each pixel's value comes from when a grid is turned clockwise about its centre. */
function eachTurned(
  { rows, columns }: GridSize,
  { degrees, geometry }: { degrees: number } & Pick<Frame, "geometry">,
  take: (at: number, row: number, column: number) => void,
): void {
  const { x: wide, y: high } = pixelExtent(geometry);
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const [middleRow, middleColumn] = [(rows - 1) / 2, (columns - 1) / 2];
  for (let row = 0, at = 0; row < rows; row++) {
    const y = (row - middleRow) * high;
    for (let column = 0; column < columns; column++, at++) {
      const x = (column - middleColumn) * wide;
      // Rows grow downwards: clockwise as seen is this sense.
      take(at, (cosine * y - sine * x) / high + middleRow, (cosine * x + sine * y) / wide + middleColumn);
    }
  }
}

function asColour(frame: Frame): Frame {
  const { palette, ...meaning } = frame.meaning;
  if (palette === undefined) return frame;
  const pixels = new Uint8Array(frame.pixels.length * 3);
  for (let at = 0; at < frame.pixels.length; at++) {
    const index = Math.min(palette.red.length - 1, Math.max(0, frame.pixels[at]! - palette.firstValue));
    pixels[3 * at] = palette.red[index]!;
    pixels[3 * at + 1] = palette.green[index]!;
    pixels[3 * at + 2] = palette.blue[index]!;
  }
  return {
    ...frame,
    samplesPerPixel: 3,
    pixels,
    meaning: { ...meaning, photometricInterpretation: "RGB", bitsStored: 8 },
  };
}

function planeOf({ pixels, samplesPerPixel }: Frame, channel: number): Float64Array {
  return Float64Array.from(
    { length: pixels.length / samplesPerPixel },
    (_, at) => pixels[at * samplesPerPixel + channel]!,
  );
}

/** 1 where the file has padding, or no number at all, in place of a picture; undefined where it has none of that. */
function paddingOf({ pixels, samplesPerPixel, meaning: { padding } }: Frame): Uint8Array | undefined {
  if (samplesPerPixel !== 1) return undefined;
  const outside = Uint8Array.from(pixels as ArrayLike<number>, (value) =>
    !Number.isFinite(value) || (padding !== undefined && value >= padding.low && value <= padding.high)
      ? 1
      : 0,
  );
  return outside.includes(1) ? outside : undefined;
}

/** What the type and the bits of a frame can hold. */
function limitsOf({ pixels, meaning: { bitsStored } }: Frame): [low: number, high: number] {
  if (pixels instanceof Float32Array || pixels instanceof Float64Array) return [-Infinity, Infinity];
  return isSigned(pixels) ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
}

const isSigned = (pixels: PixelArray): boolean =>
  pixels instanceof Int8Array || pixels instanceof Int16Array || pixels instanceof Int32Array;

function pictured(planes: readonly Float64Array[], outside: Uint8Array | undefined): Float32Array {
  const values = new Float32Array(planes.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const plane of planes)
    for (let at = 0; at < plane.length; at++) if (outside?.[at] !== 1) values[count++] = plane[at]!;
  return values.subarray(0, count);
}

function contrastOf(planes: readonly Float64Array[], outside: Uint8Array | undefined): number {
  const [low = 0, high = 0] = percentilesOf(pictured(planes, outside), [1, 99]);
  return high - low;
}

function rangeOf(
  planes: readonly Float64Array[],
  outside: Uint8Array | undefined,
): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const plane of planes)
    for (let at = 0; at < plane.length; at++) {
      if (outside?.[at] === 1) continue;
      low = Math.min(low, plane[at]!);
      high = Math.max(high, plane[at]!);
    }
  return [low, high];
}

function addNoise(
  plane: Float64Array,
  contrast: number,
  { share, seed, channel }: { share: number; seed: number; channel: number },
): Float64Array {
  const random = new SeededRandom(seed + channel);
  return plane.map((value) => value + share * contrast * random.normal());
}

function applyGamma(plane: Float64Array, [low, high]: [number, number], gamma: number): Float64Array {
  const range = high - low;
  if (!(range > 0)) return plane;
  return plane.map((value) => low + range * (Math.max(0, value - low) / range) ** gamma);
}

/** Mirrored at the border with the border's pixel twice, as SciPy's "reflect". */
function mirrored(at: number, length: number): number {
  const period = 2 * length;
  const within = ((at % period) + period) % period;
  return within < length ? within : period - 1 - within;
}

/** A Gaussian cut at four standard deviations; padding has no weight. */
function blur(
  plane: Float64Array,
  size: GridSize,
  { sigma, outside }: { sigma: number; outside: Uint8Array | undefined },
): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const bell = Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = bell.reduce((total, weight) => total + weight, 0);
  const weights = bell.map((weight) => weight / sum);
  const spread = (source: Float64Array) =>
    convolve(convolve(source, size, { weights, along: "columns" }), size, { weights, along: "rows" });
  if (outside === undefined) return spread(plane);
  const mass = spread(Float64Array.from(outside, (isOutside) => 1 - isOutside));
  return spread(plane.map((value, at) => (outside[at] === 1 ? 0 : value))).map(
    (value, at) => value / mass[at]!,
  );
}

function convolve(
  source: Float64Array,
  { rows, columns }: GridSize,
  { weights, along }: { weights: Float64Array; along: "rows" | "columns" },
): Float64Array {
  const [length, step, lines, nextLine] =
    along === "columns" ? [columns, 1, rows, columns] : [rows, columns, columns, 1];
  const radius = (weights.length - 1) / 2;
  const places = Int32Array.from(
    { length: length + 2 * radius },
    (_, at) => mirrored(at - radius, length) * step,
  );
  const target = new Float64Array(source.length);
  for (let line = 0; line < lines; line++) {
    const start = line * nextLine;
    for (let at = 0; at < length; at++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * source[start + places[at + k]!]!;
      target[start + at * step] = sum;
    }
  }
  return target;
}

/** Linear between the four nearest pixels; where one of them is padding, the nearest alone counts. */
function rotate(
  plane: Float64Array,
  { rows, columns, geometry }: Frame,
  { degrees, outside }: { degrees: number; outside: Uint8Array | undefined },
): Float64Array {
  const target = new Float64Array(plane.length);
  const placeOf = (row: number, column: number) => mirrored(row, rows) * columns + mirrored(column, columns);
  eachTurned({ rows, columns }, { degrees, geometry }, (at, row, column) => {
    const [top, left] = [Math.floor(row), Math.floor(column)];
    const [down, right] = [row - top, column - left];
    const corners = [
      placeOf(top, left),
      placeOf(top, left + 1),
      placeOf(top + 1, left),
      placeOf(top + 1, left + 1),
    ];
    if (outside !== undefined && corners.some((corner) => outside[corner] === 1)) {
      target[at] = plane[placeOf(Math.round(row), Math.round(column))]!;
      return;
    }
    const [a, b, c, d] = corners.map((corner) => plane[corner]!) as [number, number, number, number];
    target[at] = (1 - down) * ((1 - right) * a + right * b) + down * ((1 - right) * c + right * d);
  });
  return target;
}
