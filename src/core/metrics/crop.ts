import type { Grid } from "./distance-transform";

/** Two masks on one grid. */
export interface MaskPair {
  predicted: Uint8Array;
  reference: Uint8Array;
  grid: Grid;
}

/**
 * Cuts two masks down to the smallest box that holds every inside pixel of either. Nothing is lost: outside
 * of the box all is outside, as it is beyond the image's border, and boundaries only lie within.
 * @returns a new pair, or undefined where both masks are empty
 */
export function cropToMasks({ predicted, reference, grid }: MaskPair): MaskPair | undefined {
  const { slices, rows, columns } = grid;
  const low: [number, number, number] = [slices, rows, columns];
  const high: [number, number, number] = [-1, -1, -1];
  for (let line = 0; line < slices * rows; line++) {
    const start = line * columns;
    let first = 0;
    while (first < columns && predicted[start + first] === 0 && reference[start + first] === 0) first++;
    if (first === columns) continue;
    let last = columns - 1;
    while (predicted[start + last] === 0 && reference[start + last] === 0) last--;
    const row = line % rows;
    const slice = (line - row) / rows;
    low[0] = Math.min(low[0], slice);
    low[1] = Math.min(low[1], row);
    low[2] = Math.min(low[2], first);
    high[0] = slice;
    high[1] = Math.max(high[1], row);
    high[2] = Math.max(high[2], last);
  }
  if (high[0] < 0) return undefined;
  const cropped: Grid = {
    slices: high[0] - low[0] + 1,
    rows: high[1] - low[1] + 1,
    columns: high[2] - low[2] + 1,
    spacing: grid.spacing,
  };
  const crop = (mask: Uint8Array): Uint8Array => {
    const target = new Uint8Array(cropped.slices * cropped.rows * cropped.columns);
    for (let line = 0; line < cropped.slices * cropped.rows; line++) {
      const row = line % cropped.rows;
      const slice = (line - row) / cropped.rows;
      const start = ((low[0] + slice) * rows + low[1] + row) * columns + low[2];
      target.set(mask.subarray(start, start + cropped.columns), line * cropped.columns);
    }
    return target;
  };
  return { predicted: crop(predicted), reference: crop(reference), grid: cropped };
}
