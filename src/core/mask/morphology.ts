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
 * Smooths a mask's border: each pixel takes the value of the majority in a square around it, slice by slice.
 * The border's pixels are repeated outwards, so that a mask does not recede from it.
 * @param radius pixels on each side; the square is 2 radius + 1 wide
 */
export function medianMask(
  mask: Uint8Array,
  { slices, rows, columns }: VolumeSize,
  radius: number,
): Uint8Array {
  const half = (2 * radius + 1) ** 2 / 2;
  const smoothed = new Uint8Array(mask.length);
  const sums = new Uint32Array(columns);
  for (let slice = 0; slice < slices; slice++) {
    const start = slice * rows * columns;
    const inside = (row: number, column: number): number => {
      const clampedRow = Math.min(rows - 1, Math.max(0, row));
      return mask[start + clampedRow * columns + column] === 0 ? 0 : 1;
    };
    // Sums of each column over the square's rows; from row to row one pixel leaves and one comes.
    for (let column = 0; column < columns; column++) {
      sums[column] = 0;
      for (let row = -radius; row <= radius; row++) sums[column]! += inside(row, column);
    }
    for (let row = 0; row < rows; row++) {
      const at = (column: number): number => sums[Math.min(columns - 1, Math.max(0, column))]!;
      let count = 0;
      for (let column = -radius; column <= radius; column++) count += at(column);
      for (let column = 0; column < columns; column++) {
        smoothed[start + row * columns + column] = count > half ? 1 : 0;
        count += at(column + radius + 1) - at(column - radius);
      }
      for (let column = 0; column < columns; column++)
        sums[column]! += inside(row + radius + 1, column) - inside(row - radius, column);
    }
  }
  return smoothed;
}
