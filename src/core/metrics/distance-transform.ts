/**
 * A grid of pixels or voxels: slices x rows x columns, stored slice by slice and row by row; one slice for a
 * picture. `spacing` is the distance between neighbours along each axis, all 1 where it is unknown.
 */
export interface Grid {
  slices: number;
  rows: number;
  columns: number;
  spacing: readonly [slice: number, row: number, column: number];
}

/** Where an axis' lines lie in the grid: `starts` of them at a time follow one another by `inner`. */
interface Axis {
  length: number;
  stride: number;
  spacing: number;
}

/** Buffers for one line, used again for the next. */
interface Scratch {
  values: Float64Array;
  /** Positions of the parabolas of the lower envelope, and where each begins to be the lowest. */
  vertices: Int32Array;
  begins: Float64Array;
}

/**
 * One line of the transform: each output is the least of `f(q) + spacing² (p - q)²` over all q, found as the
 * lower envelope of parabolas in two sweeps (Felzenszwalb & Huttenlocher 2012).
 */
function transformLine(
  field: Float64Array,
  start: number,
  { length, stride, spacing }: Axis,
  { values, vertices, begins }: Scratch,
): void {
  const weight = spacing * spacing;
  let count = 0;
  for (let q = 0; q < length; q++) {
    const value = field[start + q * stride]!;
    values[q] = value;
    if (value === Infinity) continue;
    // Where the parabola of q begins to lie below the last one; it may hide that one, and those before it.
    let begin = -Infinity;
    while (count > 0) {
      const last = vertices[count - 1]!;
      begin = ((value - values[last]!) / weight + (q - last) * (q + last)) / (2 * (q - last));
      if (begin > begins[count - 1]!) break;
      count--;
      begin = -Infinity;
    }
    vertices[count] = q;
    begins[count] = begin;
    count++;
  }
  if (count === 0) return;
  for (let p = 0, k = 0; p < length; p++) {
    while (k + 1 < count && begins[k + 1]! < p) k++;
    const vertex = vertices[k]!;
    const distance = p - vertex;
    field[start + p * stride] = values[vertex]! + weight * distance * distance;
  }
}

/** The first axis needs no envelope: one sweep each way carries the distance to the last target. */
function transformTargets(targets: Uint8Array, { rows, columns, slices, spacing }: Grid): Float64Array {
  const field = new Float64Array(targets.length).fill(Infinity);
  const size = rows * columns;
  const rowSpacing = spacing[1];
  const steps = new Int32Array(columns);
  for (let slice = 0; slice < slices; slice++) {
    steps.fill(-1);
    for (let row = 0; row < rows; row++) {
      const start = slice * size + row * columns;
      for (let column = 0; column < columns; column++) {
        let step = steps[column]!;
        if (targets[start + column] !== 0) step = 0;
        else if (step >= 0) step++;
        else continue;
        steps[column] = step;
        field[start + column] = (step * rowSpacing) ** 2;
      }
    }
    steps.fill(-1);
    for (let row = rows - 1; row >= 0; row--) {
      const start = slice * size + row * columns;
      for (let column = 0; column < columns; column++) {
        let step = steps[column]!;
        if (targets[start + column] !== 0) step = 0;
        else if (step >= 0) step++;
        else continue;
        steps[column] = step;
        const distance = (step * rowSpacing) ** 2;
        if (distance < field[start + column]!) field[start + column] = distance;
      }
    }
  }
  return field;
}

/**
 * Exact squared Euclidean distance from every pixel to the nearest target, in time linear in the pixels.
 * @param targets slices x rows x columns, non-zero is a target
 * @returns squared distances in the grid's unit; Infinity everywhere where there is no target
 */
export function squaredDistances(targets: Uint8Array, grid: Grid): Float64Array {
  const { slices, rows, columns, spacing } = grid;
  const field = transformTargets(targets, grid);
  const size = rows * columns;
  const longest = Math.max(columns, slices);
  const scratch: Scratch = {
    values: new Float64Array(longest),
    vertices: new Int32Array(longest),
    begins: new Float64Array(longest),
  };
  const alongColumns = { length: columns, stride: 1, spacing: spacing[2] };
  for (let line = 0; line < slices * rows; line++)
    transformLine(field, line * columns, alongColumns, scratch);
  if (slices > 1) {
    const alongSlices = { length: slices, stride: size, spacing: spacing[0] };
    for (let pixel = 0; pixel < size; pixel++) transformLine(field, pixel, alongSlices, scratch);
  }
  return field;
}
