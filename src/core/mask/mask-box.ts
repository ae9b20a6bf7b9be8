import type { Grid } from "../metrics/distance-transform";

interface Box {
  low: [slice: number, row: number, column: number];
  /** One past the last. */
  high: [slice: number, row: number, column: number];
}

/**
 * Does something to a mask in the smallest box that holds it and some room about it, so that the cost is the
 * segment's, not the image's. Right for whatever leaves alone what is farther from the mask than the room.
 * @param room voxels along each axis; what lies beyond the grid's border is left out
 * @returns a mask of the grid's shape
 */
export function workInBox(
  mask: Uint8Array,
  grid: Grid,
  {
    room,
    work,
  }: { room: readonly [number, number, number]; work: (mask: Uint8Array, grid: Grid) => Uint8Array },
): Uint8Array {
  const box = boxOf(mask, grid, room);
  if (box === undefined) return new Uint8Array(mask.length);
  const { low, high } = box;
  const cropped: Grid = {
    slices: high[0] - low[0],
    rows: high[1] - low[1],
    columns: high[2] - low[2],
    spacing: grid.spacing,
  };
  const inside = new Uint8Array(cropped.slices * cropped.rows * cropped.columns);
  const starts = lineStarts(grid, box);
  starts.forEach((start, line) =>
    inside.set(mask.subarray(start, start + cropped.columns), line * cropped.columns),
  );
  const worked = work(inside, cropped);
  const whole = new Uint8Array(mask.length);
  starts.forEach((start, line) =>
    whole.set(worked.subarray(line * cropped.columns, (line + 1) * cropped.columns), start),
  );
  return whole;
}

/** Where each of the box's lines begins in the grid. */
function lineStarts({ rows, columns }: Grid, { low, high }: Box): number[] {
  const starts: number[] = [];
  for (let slice = low[0]; slice < high[0]; slice++)
    for (let row = low[1]; row < high[1]; row++) starts.push((slice * rows + row) * columns + low[2]);
  return starts;
}

function boxOf(
  mask: Uint8Array,
  { slices, rows, columns }: Grid,
  room: readonly [number, number, number],
): Box | undefined {
  const low: Box["low"] = [slices, rows, columns];
  const high: Box["high"] = [0, 0, 0];
  for (let line = 0; line < slices * rows; line++) {
    const start = line * columns;
    let first = 0;
    while (first < columns && mask[start + first] === 0) first++;
    if (first === columns) continue;
    let end = columns;
    while (mask[start + end - 1] === 0) end--;
    const row = line % rows;
    const slice = (line - row) / rows;
    low[0] = Math.min(low[0], slice);
    low[1] = Math.min(low[1], row);
    low[2] = Math.min(low[2], first);
    high[0] = slice + 1;
    high[1] = Math.max(high[1], row + 1);
    high[2] = Math.max(high[2], end);
  }
  if (high[0] === 0) return undefined;
  const size = [slices, rows, columns] as const;
  for (const axis of [0, 1, 2] as const) {
    low[axis] = Math.max(0, low[axis] - room[axis]);
    high[axis] = Math.min(size[axis], high[axis] + room[axis]);
  }
  return { low, high };
}
