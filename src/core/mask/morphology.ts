import { type Grid, squaredDistances } from "../metrics/distance-transform";
import type { VolumeSize } from "./region-growing";

/**
 * Grows a mask by every voxel within a distance of it, in the grid's unit: a dilation with a ball, exact whatever
 * the spacing.
 */
export function growMask(mask: Uint8Array, grid: Grid, distance: number): Uint8Array {
  const limit = distance * distance;
  const squared = squaredDistances(mask, grid);
  return Uint8Array.from(squared, (value) => (value <= limit ? 1 : 0));
}

/**
 * Shrinks a mask by every voxel within a distance of the outside: an erosion with a ball. What lies beyond the
 * grid is not outside, so a mask that is cut off by the image's border does not recede from it.
 */
export function shrinkMask(mask: Uint8Array, grid: Grid, distance: number): Uint8Array {
  const limit = distance * distance;
  const outside = mask.map((value) => (value === 0 ? 1 : 0));
  const squared = squaredDistances(outside, grid);
  return Uint8Array.from(squared, (value) => (value > limit ? 1 : 0));
}

/** Takes away what is thinner than twice the distance, and leaves the rest as it is but for its corners. */
export function openMask(mask: Uint8Array, grid: Grid, distance: number): Uint8Array {
  return growMask(shrinkMask(mask, grid, distance), grid, distance);
}

/** Fills gaps and bays that are narrower than twice the distance. */
export function closeMask(mask: Uint8Array, grid: Grid, distance: number): Uint8Array {
  return shrinkMask(growMask(mask, grid, distance), grid, distance);
}

/**
 * Smooths a mask's surface: each voxel takes the value of the majority in a box around it. The border's voxels are
 * repeated outwards, so that a mask does not recede from it. SciPy's `median_filter` with mode "nearest".
 * @param radius voxels on each side, along slices, rows and columns; the box is 2 radius + 1 wide, and flat where the
 *   first is 0
 */
export function medianMask(
  mask: Uint8Array,
  { slices, rows, columns }: VolumeSize,
  radius: readonly [slice: number, row: number, column: number],
): Uint8Array {
  const [through] = radius;
  const perSlice = rows * columns;
  const half = radius.reduce((voxels, each) => voxels * (2 * each + 1), 1) / 2;
  const smoothed = new Uint8Array(mask.length);
  const counts = new Float64Array(perSlice);
  const count = (slice: number, sign: 1 | -1) => {
    const start = Math.min(slices - 1, Math.max(0, slice)) * perSlice;
    const onSlice = mask.subarray(start, start + perSlice);
    countInside(onSlice, { rows, columns }, { radius: [radius[1], radius[2]], sign, counts });
  };
  // From slice to slice one leaves the box and one comes.
  for (let slice = -through; slice <= through; slice++) count(slice, 1);
  for (let slice = 0; slice < slices; slice++) {
    counts.forEach((inside, at) => {
      if (inside > half) smoothed[slice * perSlice + at] = 1;
    });
    if (slice + 1 === slices) break;
    count(slice + through + 1, 1);
    count(slice - through, -1);
  }
  return smoothed;
}

/** Adds to `counts`, or takes from it, how many pixels of the rectangle around each pixel are inside. */
function countInside(
  mask: Uint8Array,
  { rows, columns }: { rows: number; columns: number },
  { radius, sign, counts }: { radius: readonly [number, number]; sign: 1 | -1; counts: Float64Array },
): void {
  const [across, along] = radius;
  const sums = new Int32Array(columns);
  const addRow = (row: number, by: 1 | -1) => {
    const start = Math.min(rows - 1, Math.max(0, row)) * columns;
    for (let column = 0; column < columns; column++) if (mask[start + column] !== 0) sums[column]! += by;
  };
  const sumAt = (column: number): number => sums[Math.min(columns - 1, Math.max(0, column))]!;
  for (let row = -across; row <= across; row++) addRow(row, 1);
  for (let row = 0; row < rows; row++) {
    let inside = 0;
    for (let column = -along; column <= along; column++) inside += sumAt(column);
    for (let column = 0; column < columns; column++) {
      counts[row * columns + column]! += sign * inside;
      inside += sumAt(column + along + 1) - sumAt(column - along);
    }
    addRow(row + across + 1, 1);
    addRow(row - across, -1);
  }
}
