import type { TrainingExample } from "./example";
import { intensityTables, type IntensityJitter } from "./intensity";
import { SeededRandom } from "../core/random";

/** What of an image one training tile shows, and how it is varied. */
export interface TilePlan {
  /** Rows and columns of the tile, in network input pixels. */
  size: number;
  /**
   * `whole`: the image fits the tile, its centre near the tile's. `crop`: a place anywhere in the image,
   * at the image's own scale.
   */
  view: "whole" | "crop";
  /** The object's size is multiplied by a factor between these (log-uniform). */
  scale: readonly [low: number, high: number];
  /** Rows are stretched against columns by up to this factor. */
  stretch: number;
  /** Degrees, either way. */
  rotation: number;
  /** Rotation by a random multiple of 90 degrees besides. */
  quarterTurns: boolean;
  flips: boolean;
  /** Of `whole`: shift of the centre, as a share of the image's size, either way. */
  shift: number;
  intensity: IntensityJitter;
}

/** A tile as the network takes it. */
export interface TrainingTile {
  /** size x size x channels, channels last, about 0 to 1. */
  input: Float32Array;
  /** size x size x (1 + segments): each pixel's shares of the classes, summing to 1. */
  target: Float32Array;
}

/** Cuts a random tile out of an image, varied as planned. Beyond the image's border it is mirrored. */
export function sampleTile(
  example: TrainingExample,
  plan: TilePlan,
  { random, segments }: { random: SeededRandom; segments: number },
): TrainingTile {
  const { rows, columns, channels, pixels, labels } = example;
  const { size } = plan;
  const toImage = randomTransform(example, plan, random);
  const tables = intensityTables(example, plan.intensity, random);
  const input = new Float32Array(size * size * channels);
  const target = new Float32Array(size * size * (1 + segments));

  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const y = toImage.yy * (row + 0.5) + toImage.yx * (column + 0.5) + toImage.y - 0.5;
      const x = toImage.xy * (row + 0.5) + toImage.xx * (column + 0.5) + toImage.x - 0.5;
      const top = Math.floor(y);
      const left = Math.floor(x);
      const down = y - top;
      const right = x - left;
      const upperRow = mirror(top, rows) * columns;
      const lowerRow = mirror(top + 1, rows) * columns;
      const leftColumn = mirror(left, columns);
      const rightColumn = mirror(left + 1, columns);
      const a = upperRow + leftColumn;
      const b = upperRow + rightColumn;
      const c = lowerRow + leftColumn;
      const d = lowerRow + rightColumn;
      const shareA = (1 - down) * (1 - right);
      const shareB = (1 - down) * right;
      const shareC = down * (1 - right);
      const shareD = down * right;
      const pixel = row * size + column;
      for (let channel = 0; channel < channels; channel++) {
        const table = tables[channel]!;
        input[pixel * channels + channel] =
          shareA * table[pixels[a * channels + channel]!]! +
          shareB * table[pixels[b * channels + channel]!]! +
          shareC * table[pixels[c * channels + channel]!]! +
          shareD * table[pixels[d * channels + channel]!]!;
      }
      const classes = pixel * (1 + segments);
      target[classes + labels[a]!]! += shareA;
      target[classes + labels[b]!]! += shareB;
      target[classes + labels[c]!]! += shareC;
      target[classes + labels[d]!]! += shareD;
    }
  }
  addNoise(input, random.between(0, plan.intensity.noise), random);
  return { input, target };
}

/** Where a tile's point (row, column) lies in the image: y = yy row + yx column + y, x likewise. */
interface Affine {
  yy: number;
  yx: number;
  y: number;
  xy: number;
  xx: number;
  x: number;
}

function randomTransform(example: TrainingExample, plan: TilePlan, random: SeededRandom): Affine {
  const { rows, columns } = example;
  const fit = plan.view === "whole" ? Math.max(rows, columns) / plan.size : 1;
  const zoom = fit / random.scaleBetween(...plan.scale);
  const stretch = Math.sqrt(random.scaleBetween(1 / plan.stretch, plan.stretch));
  const turns = plan.quarterTurns ? random.below(4) * 90 : 0;
  const angle = ((turns + random.between(-plan.rotation, plan.rotation)) * Math.PI) / 180;
  const mirrored = plan.flips && random.chance(0.5) ? -1 : 1;
  const yy = zoom * stretch * Math.cos(angle);
  const yx = zoom * stretch * -Math.sin(angle) * mirrored;
  const xy = (zoom / stretch) * Math.sin(angle);
  const xx = (zoom / stretch) * Math.cos(angle) * mirrored;

  const centre =
    plan.view === "whole"
      ? {
          y: rows * (0.5 + random.between(-plan.shift, plan.shift)),
          x: columns * (0.5 + random.between(-plan.shift, plan.shift)),
        }
      : { y: placeAlong(rows, plan.size * zoom, random), x: placeAlong(columns, plan.size * zoom, random) };
  const half = plan.size / 2;
  return { yy, yx, y: centre.y - (yy + yx) * half, xy, xx, x: centre.x - (xy + xx) * half };
}

/** A centre such that the tile lies within the image where it fits, else in the image's middle. */
function placeAlong(length: number, extent: number, random: SeededRandom): number {
  return extent >= length ? length / 2 : random.between(extent / 2, length - extent / 2);
}

/** Index of the pixel that a mirror at the border shows; the border pixel itself is not repeated. */
export function mirror(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const inPeriod = ((index % period) + period) % period;
  return inPeriod < length ? inPeriod : period - inPeriod;
}

/** Normal numbers to draw noise from: making them anew for every pixel would cost as much as the tile. */
let noiseTable: Float32Array | undefined;

function addNoise(input: Float32Array, deviation: number, random: SeededRandom): void {
  if (deviation === 0) return;
  noiseTable ??= makeNoiseTable();
  let place = random.below(noiseTable.length);
  const stride = 1 + 2 * random.below(64);
  for (let index = 0; index < input.length; index++) {
    input[index]! += deviation * noiseTable[place]!;
    place = (place + stride) & (noiseTable.length - 1);
  }
}

/** From a seed of its own, so that a resumed training sees the same table. */
function makeNoiseTable(): Float32Array {
  const random = new SeededRandom(1);
  return Float32Array.from({ length: 1 << 17 }, () => random.normal());
}
