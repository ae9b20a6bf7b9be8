/** The extent of a picture, without its content. */
export interface GridSize {
  rows: number;
  columns: number;
}

/** For one axis: output i is the sum of `weights[i * taps + k] * input[first[i] + k]`. */
interface AxisWeights {
  taps: number;
  first: Int32Array;
  weights: Float32Array;
}

/**
 * The triangle filter of linear interpolation, widened by the factor of reduction so that a shrunk picture
 * does not alias. Pixel i covers i to i + 1; beyond the border nothing is made up: the weights that are left
 * are scaled to sum to one.
 */
function linearWeights(from: number, to: number): AxisWeights {
  const scale = from / to;
  const support = Math.max(1, scale);
  const begins = new Int32Array(to);
  const ends = new Int32Array(to);
  let taps = 1;
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    begins[i] = Math.max(0, Math.floor(centre - support + 0.5));
    ends[i] = Math.min(from, Math.floor(centre + support + 0.5));
    taps = Math.max(taps, ends[i]! - begins[i]!);
  }
  const first = new Int32Array(to);
  const weights = new Float32Array(to * taps);
  const row = new Float64Array(taps);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const [begin, end] = [begins[i]!, ends[i]!];
    // The window of taps stays inside the input; weights of positions past `end` are zero.
    const start = Math.min(begin, from - taps);
    first[i] = start;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const position = start + k;
      const distance = Math.abs(position + 0.5 - centre) / support;
      row[k] = position < begin || position >= end ? 0 : Math.max(0, 1 - distance);
      sum += row[k]!;
    }
    for (let k = 0; k < taps; k++) weights[i * taps + k] = row[k]! / sum;
  }
  return { taps, first, weights };
}

function resampleColumns(source: Float32Array, from: GridSize, columns: number): Float32Array {
  const { taps, first, weights } = linearWeights(from.columns, columns);
  const target = new Float32Array(from.rows * columns);
  for (let row = 0; row < from.rows; row++) {
    const sourceRow = row * from.columns;
    const targetRow = row * columns;
    if (taps === 2) {
      for (let column = 0; column < columns; column++) {
        const start = sourceRow + first[column]!;
        const weight = column * 2;
        target[targetRow + column] =
          weights[weight]! * source[start]! + weights[weight + 1]! * source[start + 1]!;
      }
      continue;
    }
    for (let column = 0; column < columns; column++) {
      const start = sourceRow + first[column]!;
      const weight = column * taps;
      let sum = 0;
      for (let k = 0; k < taps; k++) sum += weights[weight + k]! * source[start + k]!;
      target[targetRow + column] = sum;
    }
  }
  return target;
}

function resampleRows(source: Float32Array, from: GridSize, rows: number): Float32Array {
  const { columns } = from;
  const { taps, first, weights } = linearWeights(from.rows, rows);
  const target = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const targetRow = row * columns;
    // Two taps at a time: half the loads and stores, rounded to single precision after each tap all the same.
    for (let k = 0; k < taps; k += 2) {
      const weight = weights[row * taps + k]!;
      const nextWeight = k + 1 < taps ? weights[row * taps + k + 1]! : 0;
      const sourceRow = (first[row]! + k) * columns;
      const nextRow = nextWeight === 0 ? sourceRow : sourceRow + columns;
      for (let column = 0; column < columns; column++) {
        const sum = Math.fround(target[targetRow + column]! + weight * source[sourceRow + column]!);
        target[targetRow + column] = sum + nextWeight * source[nextRow + column]!;
      }
    }
  }
  return target;
}

/**
 * Which pixels of the one line each of the other is made of.
 * @returns output i is made of `taps` pixels of the input from `first[i]` on, some of them perhaps with no weight
 */
export function tapsOf(from: number, to: number): { taps: number; first: Int32Array } {
  const { taps, first } = linearWeights(from, to);
  return { taps, first };
}

/** Whether the columns are resampled before the rows: what leaves less to do for the second step. */
const columnsComeFirst = (from: GridSize, to: GridSize) => from.rows * to.columns < to.rows * from.columns;

/**
 * Resamples one plane linearly, each axis by itself, with an antialiasing filter where it shrinks. The two
 * grids cover the same field: pixel centres are at half-integer positions.
 * @param source rows x columns of `from`
 * @returns rows x columns of `to`; `source` itself where the grids are equal
 * The same filter as Pillow's BILINEAR and PyTorch's `interpolate(mode="bilinear", antialias=True)`.
 */
export function resamplePlane(source: Float32Array, from: GridSize, to: GridSize): Float32Array {
  if (from.rows === to.rows && from.columns === to.columns) return source;
  if (columnsComeFirst(from, to)) {
    const narrow = resampleColumns(source, from, to.columns);
    return resampleRows(narrow, { rows: from.rows, columns: to.columns }, to.rows);
  }
  const low = resampleRows(source, from, to.rows);
  return resampleColumns(low, { rows: to.rows, columns: from.columns }, to.columns);
}

/**
 * As `resamplePlane`, to the same bits, for some pixels alone.
 * @param pixels indices in rows x columns of `to`
 * @returns one value a pixel; only the pixels of `source` that they are made of are looked at
 */
export function resamplePixels(
  source: Float32Array,
  { from, to, pixels }: { from: GridSize; to: GridSize; pixels: Int32Array },
): Float32Array {
  const target = new Float32Array(pixels.length);
  if (from.rows === to.rows && from.columns === to.columns) {
    for (let i = 0; i < pixels.length; i++) target[i] = source[pixels[i]!]!;
    return target;
  }
  const down = linearWeights(from.rows, to.rows);
  const along = linearWeights(from.columns, to.columns);
  // Rounded to single precision where a plane between the two steps would be.
  const downAt = (row: number, column: number) => {
    let sum = 0;
    for (let k = 0; k < down.taps; k++) {
      const value = source[(down.first[row]! + k) * from.columns + column]!;
      sum = Math.fround(sum + down.weights[row * down.taps + k]! * value);
    }
    return sum;
  };
  const alongAt = (row: number, column: number) => {
    let sum = 0;
    for (let k = 0; k < along.taps; k++) {
      const value = source[row * from.columns + along.first[column]! + k]!;
      sum += along.weights[column * along.taps + k]! * value;
    }
    return Math.fround(sum);
  };
  const columnsFirst = columnsComeFirst(from, to);
  for (let i = 0; i < pixels.length; i++) {
    const row = Math.floor(pixels[i]! / to.columns);
    const column = pixels[i]! % to.columns;
    let sum = 0;
    if (columnsFirst) {
      for (let k = 0; k < down.taps; k++) {
        const value = alongAt(down.first[row]! + k, column);
        sum = Math.fround(sum + down.weights[row * down.taps + k]! * value);
      }
    } else {
      for (let k = 0; k < along.taps; k++) {
        sum += along.weights[column * along.taps + k]! * downAt(row, along.first[column]! + k);
      }
    }
    target[i] = sum;
  }
  return target;
}

/**
 * Resamples a label map to the nearest pixel centre; no value is made up.
 * @param source rows x columns of `from`
 * @returns rows x columns of `to`; `source` itself where the grids are equal
 */
export function resampleLabels(source: Uint8Array, from: GridSize, to: GridSize): Uint8Array {
  if (from.rows === to.rows && from.columns === to.columns) return source;
  const nearest = (count: number, available: number) =>
    Int32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * available) / count));
  const sourceColumns = nearest(to.columns, from.columns);
  const sourceRows = nearest(to.rows, from.rows);
  const target = new Uint8Array(to.rows * to.columns);
  for (let row = 0; row < to.rows; row++) {
    const sourceRow = sourceRows[row]! * from.columns;
    for (let column = 0; column < to.columns; column++) {
      target[row * to.columns + column] = source[sourceRow + sourceColumns[column]!]!;
    }
  }
  return target;
}
