/** A stack of label maps or images, slice by slice and row by row; one slice for a picture. */
export interface VolumeSize {
  slices: number;
  rows: number;
  columns: number;
}

export interface Voxel {
  slice: number;
  row: number;
  column: number;
}

/**
 * Everything that hangs together with a seed: its neighbours that belong, their neighbours, and so on. Neighbours
 * share a side (4 on a slice, 6 in a volume).
 * @param belongs whether the voxel at an index may be part of the region; asked at most once for each
 * @returns 1 inside the region, 0 elsewhere; nothing where the seed itself lies outside or does not belong
 */
export function growRegion(size: VolumeSize, seed: Voxel, belongs: (at: number) => boolean): Uint8Array {
  const { slices, rows, columns } = size;
  const perSlice = rows * columns;
  const region = new Uint8Array(slices * perSlice);
  const isInside =
    seed.slice >= 0 &&
    seed.slice < slices &&
    seed.row >= 0 &&
    seed.row < rows &&
    seed.column >= 0 &&
    seed.column < columns;
  if (!isInside) return region;
  // 1 inside, 2 looked at and left out: the answer has only the first.
  const waiting: number[] = [];
  const visit = (at: number) => {
    if (region[at] !== 0) return;
    region[at] = belongs(at) ? 1 : 2;
    if (region[at] === 1) waiting.push(at);
  };
  visit((seed.slice * rows + seed.row) * columns + seed.column);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const column = at % columns;
    const row = Math.floor(at / columns) % rows;
    if (column > 0) visit(at - 1);
    if (column + 1 < columns) visit(at + 1);
    if (row > 0) visit(at - columns);
    if (row + 1 < rows) visit(at + columns);
    if (at >= perSlice) visit(at - perSlice);
    if (at + perSlice < region.length) visit(at + perSlice);
  }
  for (let at = 0; at < region.length; at++) if (region[at] === 2) region[at] = 0;
  return region;
}

/**
 * Grows a region from a seed over values that differ from the seed's by at most a tolerance.
 * @param samples the image, in the size's order, in the unit of the tolerance
 */
export function growWithinTolerance(
  samples: ArrayLike<number>,
  size: VolumeSize,
  { seed, tolerance }: { seed: Voxel; tolerance: number },
): Uint8Array {
  const wanted = samples[(seed.slice * size.rows + seed.row) * size.columns + seed.column];
  if (wanted === undefined) return new Uint8Array(size.slices * size.rows * size.columns);
  return growRegion(size, seed, (at) => Math.abs(samples[at]! - wanted) <= tolerance);
}

/** One slice's share of a region that grows through a volume. */
export interface SliceRegion {
  /** 1 inside the region, 2 looked at and left out, 0 not looked at; rows x columns. */
  marks: Uint8Array;
}

/**
 * Grows a region on one slice from some pixels, over neighbours that share a side.
 * @param marks what is known of the slice, see SliceRegion; changed in place
 * @returns the pixels that the region gained: the slices above and below are to be tried there
 */
export function growOnSlice(
  { rows, columns, marks }: { rows: number; columns: number } & SliceRegion,
  seeds: readonly number[],
  belongs: (at: number) => boolean,
): number[] {
  const gained: number[] = [];
  const visit = (at: number) => {
    if (marks[at] !== 0) return;
    marks[at] = belongs(at) ? 1 : 2;
    if (marks[at] === 1) gained.push(at);
  };
  seeds.forEach(visit);
  // The list grows while it is walked: what was gained is what is still to be looked around at.
  for (const at of gained) {
    const column = at % columns;
    if (column > 0) visit(at - 1);
    if (column + 1 < columns) visit(at + 1);
    if (at >= columns) visit(at - columns);
    if (at + columns < rows * columns) visit(at + columns);
  }
  return gained;
}
