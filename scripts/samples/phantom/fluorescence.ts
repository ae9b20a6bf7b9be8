import { latticeNoise, randomStream } from "./noise";

/** A computed fluorescence picture of nuclei with its truth. */
export interface FluorescencePicture {
  rows: number;
  columns: number;
  /** 8-bit brightness, rows x columns. */
  pixels: Uint8Array;
  /** 1 inside of a nucleus. */
  nuclei: Uint8Array;
}

interface Nucleus {
  row: number;
  column: number;
  long: number;
  short: number;
  angle: number;
  brightness: number;
}

/** Photons of a nucleus of brightness 1 at a pixel: sets how strong the shot noise is. */
const photonsAtFull = 90;
/** Brightness of the medium, out of focus light included. */
const background = 0.06;
/** Standard deviation of the microscope's blur, in pixels. */
const blurPx = 1.1;

/** Ellipses of differing size and brightness that touch now and then, unevenly lit, blurred, with shot noise. */
export function computeFluorescence(size: {
  rows: number;
  columns: number;
  count: number;
  seed: number;
}): FluorescencePicture {
  const { rows, columns, seed } = size;
  const nuclei = placeNuclei(size);
  const truth = new Uint8Array(rows * columns);
  const light = new Float64Array(rows * columns).fill(background);
  for (let pixel = 0; pixel < truth.length; pixel++) {
    const row = Math.floor(pixel / columns);
    const column = pixel % columns;
    for (const nucleus of nuclei) {
      const level = levelIn(nucleus, row, column);
      if (level >= 1) continue;
      truth[pixel] = 1;
      const chromatin = 1 + 0.28 * latticeNoise(row / 4, column / 4, seed);
      light[pixel] = Math.max(light[pixel]!, nucleus.brightness * chromatin * (1 - 0.25 * level));
    }
  }
  const blurred = blurGaussian(light, columns);
  const random = randomStream(seed + 1);
  const pixels = Uint8Array.from(blurred, (value, pixel) => {
    const lit =
      value * (1 + 0.25 * latticeNoise(Math.floor(pixel / columns) / 180, (pixel % columns) / 180, 3));
    // At these counts a normal with the variance of the mean stands for Poisson's law.
    const photons = lit * photonsAtFull + Math.sqrt(lit * photonsAtFull + 2) * random.normal();
    return Math.max(0, Math.min(255, Math.round((photons / photonsAtFull) * 190)));
  });
  return { rows, columns, pixels, nuclei: truth };
}

/** Below 1 inside of the ellipse. */
function levelIn(nucleus: Nucleus, row: number, column: number): number {
  const down = row - nucleus.row;
  const right = column - nucleus.column;
  const along = right * Math.cos(nucleus.angle) + down * Math.sin(nucleus.angle);
  const across = down * Math.cos(nucleus.angle) - right * Math.sin(nucleus.angle);
  return Math.hypot(along / nucleus.long, across / nucleus.short);
}

/** Scatters nuclei that may touch but do not cover each other. */
function placeNuclei(size: { rows: number; columns: number; count: number; seed: number }): Nucleus[] {
  const random = randomStream(size.seed);
  const placed: Nucleus[] = [];
  for (let attempt = 0; attempt < 50 * size.count && placed.length < size.count; attempt++) {
    const long = 9 + 6 * random.uniform();
    const nucleus = {
      row: random.uniform() * size.rows,
      column: random.uniform() * size.columns,
      long,
      short: long * (0.62 + 0.33 * random.uniform()),
      angle: Math.PI * random.uniform(),
      brightness: 0.35 + 0.6 * random.uniform(),
    };
    const isFree = placed.every(
      (other) =>
        Math.hypot(other.row - nucleus.row, other.column - nucleus.column) >
        0.92 * (other.short + nucleus.short),
    );
    if (isFree) placed.push(nucleus);
  }
  return placed;
}

/** Separable Gaussian blur with the border repeated. */
function blurGaussian(values: Float64Array, columns: number): Float64Array {
  const radius = Math.ceil(3 * blurPx);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - radius) / blurPx) ** 2),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  const rows = values.length / columns;
  const along = (source: Float64Array, isRow: boolean): Float64Array =>
    source.map((_, pixel) => {
      const row = Math.floor(pixel / columns);
      const column = pixel % columns;
      const weighted = kernel.reduce((total, weight, i) => {
        const step = i - radius;
        const fromRow = isRow ? row : Math.max(0, Math.min(rows - 1, row + step));
        const fromColumn = isRow ? Math.max(0, Math.min(columns - 1, column + step)) : column;
        return total + weight * source[fromRow * columns + fromColumn]!;
      }, 0);
      return weighted / sum;
    });
  return along(along(values, true), false);
}
