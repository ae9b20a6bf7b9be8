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

/** More steps than any axis has: no target on this line. */
const unreached = 2 ** 30;

/**
 * The first axis needs no envelope: a sweep each way carries the steps to the last target. It goes plane by plane (a
 * slice of a volume, a row of a picture), which is how the pixels lie in memory.
 */
function stepsToTargets(targets: Uint8Array, planeSize: number): Int32Array {
  const steps = new Int32Array(targets.length);
  for (let i = 0; i < planeSize; i++) steps[i] = targets[i] === 0 ? unreached : 0;
  for (let i = planeSize; i < steps.length; i++) steps[i] = targets[i] === 0 ? steps[i - planeSize]! + 1 : 0;
  for (let i = steps.length - planeSize - 1; i >= 0; i--) {
    const back = steps[i + planeSize]! + 1;
    if (back < steps[i]!) steps[i] = back;
  }
  return steps;
}

/** Every axis but the last one, plane by plane, with the buffers for that. */
class AcrossPlanes {
  readonly planeSize: number;
  readonly scratch: Scratch;
  private readonly steps: Int32Array;

  constructor(
    targets: Uint8Array,
    private readonly grid: Grid,
  ) {
    const { slices, rows, columns } = grid;
    this.planeSize = slices > 1 ? rows * columns : columns;
    this.steps = stepsToTargets(targets, this.planeSize);
    const longest = Math.max(columns, rows);
    this.scratch = {
      values: new Float64Array(longest),
      vertices: new Int32Array(longest),
      begins: new Float64Array(longest),
    };
  }

  /** Writes the squared distances of the plane that starts at a pixel, along all axes but the last. */
  write(start: number, plane: Float64Array): void {
    const { slices, rows, columns, spacing } = this.grid;
    const weight = (slices > 1 ? spacing[0] : spacing[1]) ** 2;
    for (let i = 0; i < plane.length; i++) {
      const steps = this.steps[start + i]!;
      plane[i] = steps >= unreached ? Infinity : weight * steps * steps;
    }
    if (slices === 1) return;
    const alongRows = { length: rows, stride: columns, spacing: spacing[1] };
    for (let column = 0; column < columns; column++) transformLine(plane, column, alongRows, this.scratch);
  }
}

/**
 * Exact squared Euclidean distance from every pixel to the nearest target, in time linear in the pixels.
 * @param targets slices x rows x columns, non-zero is a target
 * @returns squared distances in the grid's unit; Infinity everywhere where there is no target
 */
export function squaredDistances(targets: Uint8Array, grid: Grid): Float64Array {
  const { columns, spacing } = grid;
  const across = new AcrossPlanes(targets, grid);
  const field = new Float64Array(targets.length);
  for (let start = 0; start < field.length; start += across.planeSize)
    across.write(start, field.subarray(start, start + across.planeSize));
  const alongColumns = { length: columns, stride: 1, spacing: spacing[2] };
  for (let start = 0; start < field.length; start += columns)
    transformLine(field, start, alongColumns, across.scratch);
  return field;
}

/** On a line with at most so many questions each is searched for itself, which keeps the whole linear. */
const fewQuestions = 8;

/**
 * The same at some pixels only, which spares most of the last axis, and all planes where nothing is asked.
 * @param asked non-zero where the distance is wanted
 * @returns squared distances at the asked pixels, in reading order
 */
export function squaredDistancesAt(targets: Uint8Array, asked: Uint8Array, grid: Grid): Float64Array {
  const { columns, spacing } = grid;
  const across = new AcrossPlanes(targets, grid);
  const plane = new Float64Array(across.planeSize);
  const alongColumns = { length: columns, stride: 1, spacing: spacing[2] };
  const distances = new Float64Array(asked.reduce((count, each) => count + (each === 0 ? 0 : 1), 0));
  const places = new Int32Array(columns);
  let found = 0;
  let written = -1;
  for (let line = 0; line < asked.length; line += columns) {
    let count = 0;
    for (let column = 0; column < columns; column++) if (asked[line + column] !== 0) places[count++] = column;
    if (count === 0) continue;
    const start = line % across.planeSize;
    if (written !== line - start) {
      written = line - start;
      across.write(written, plane);
    }
    if (count > fewQuestions) {
      transformLine(plane, start, alongColumns, across.scratch);
      for (let i = 0; i < count; i++) distances[found++] = plane[start + places[i]!]!;
    } else {
      for (let i = 0; i < count; i++) distances[found++] = searchLine(plane, start, places[i]!, alongColumns);
    }
  }
  return distances;
}

/** The least of `field(q) + spacing² (p - q)²` on one line, outwards from p until the second term alone is larger. */
function searchLine(field: Float64Array, start: number, place: number, { length, spacing }: Axis): number {
  let least = field[start + place]!;
  for (let step = 1; step < length; step++) {
    const reach = (step * spacing) ** 2;
    if (reach >= least) break;
    if (place >= step) least = Math.min(least, field[start + place - step]! + reach);
    if (place + step < length) least = Math.min(least, field[start + place + step]! + reach);
  }
  return least;
}
