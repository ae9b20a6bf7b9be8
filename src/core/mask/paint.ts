import type { LabelMap } from "./label-map";
import { clippedTo, type PixelRectangle } from "./rectangle";

/** What a tool may write where: the segment, the values that may give way, and the image's range. */
export interface Paint {
  /** The segment's value; 0 erases. */
  value: number;
  /** 256 long: 1 where a pixel of this value may be painted over. */
  overwrites: Uint8Array;
  /** Only where the image's value lies in this range, both ends included (threshold brush). */
  within?: { samples: ArrayLike<number>; low: number; high: number };
}

/** Which segments a tool may paint over; locked ones never give way. */
export interface OverwriteChoice {
  rule: "all" | "visible" | "none";
  /** The segment that is painted, or whose pixels are erased. */
  active: number;
  hidden: ReadonlySet<number>;
  locked: ReadonlySet<number>;
}

/**
 * The values that a stroke may paint over: always background and the active segment itself; others by the rule
 * ("all" of them, the "visible" ones, "none"); never a locked one.
 */
export function overwritable({ rule, active, hidden, locked }: OverwriteChoice): Uint8Array {
  const table = new Uint8Array(256);
  for (let value = 0; value < 256; value++) {
    const isOwn = value === 0 || value === active;
    const gives = isOwn || rule === "all" || (rule === "visible" && !hidden.has(value));
    if (gives && !locked.has(value)) table[value] = 1;
  }
  return table;
}

export interface Brush {
  shape: "round" | "square";
  /** Half the brush's size along each axis, in pixels; they differ where the spacing does. */
  radiusRows: number;
  radiusColumns: number;
}

/** A place on the image in pixels; the centre of the first pixel is 0.5, 0.5. */
export interface ImagePoint {
  row: number;
  column: number;
}

/**
 * Paints what a brush sweeps over on its way between two points: every pixel whose centre it covers, and at least
 * the one under the pointer.
 * @returns what may have changed, or undefined where the way lies outside
 */
export function paintSegment(
  labelMap: LabelMap,
  way: { from: ImagePoint; to: ImagePoint },
  { brush, paint }: { brush: Brush; paint: Paint },
): PixelRectangle | undefined {
  const { from, to } = way;
  const { radiusRows, radiusColumns } = brush;
  const top = Math.floor(Math.min(from.row, to.row) - radiusRows);
  const left = Math.floor(Math.min(from.column, to.column) - radiusColumns);
  const area = clippedTo(
    {
      row: top,
      column: left,
      rows: Math.ceil(Math.max(from.row, to.row) + radiusRows) - top + 1,
      columns: Math.ceil(Math.max(from.column, to.column) + radiusColumns) - left + 1,
    },
    labelMap,
  );
  if (area === undefined) return undefined;
  // Always the same way round, so that rounding cannot tell the way there from the way back.
  const isForward = from.row < to.row || (from.row === to.row && from.column <= to.column);
  const swept = isForward ? way : { from: to, to: from };
  const covers = brush.shape === "round" ? sweptDisc(swept, brush) : sweptSquare(swept, brush);
  for (let row = area.row; row < area.row + area.rows; row++) {
    for (let column = area.column; column < area.column + area.columns; column++) {
      const isUnderPointer = row === Math.floor(to.row) && column === Math.floor(to.column);
      if (isUnderPointer || covers(row + 0.5, column + 0.5))
        paintPixel(labelMap, row * labelMap.columns + column, paint);
    }
  }
  return area;
}

/** Paints one pixel if the paint may go there. */
export function paintPixel(labelMap: LabelMap, at: number, { value, overwrites, within }: Paint): void {
  if (overwrites[labelMap.values[at]!] === 0) return;
  if (within !== undefined) {
    const sample = within.samples[at]!;
    // Written so that a pixel without a value (NaN) is left alone.
    if (!(sample >= within.low && sample <= within.high)) return;
  }
  labelMap.values[at] = value;
}

/** Paints some pixels, given by their indices, where the paint may go. */
export function paintPixels(labelMap: LabelMap, pixels: readonly number[], paint: Paint): void {
  for (const at of pixels) paintPixel(labelMap, at, paint);
}

type Covers = (row: number, column: number) => boolean;

/** Within one radius of the way; in units of the radii, so that an ellipse is a disc. */
function sweptDisc(
  { from, to }: { from: ImagePoint; to: ImagePoint },
  { radiusRows, radiusColumns }: Brush,
): Covers {
  const y = (to.row - from.row) / radiusRows;
  const x = (to.column - from.column) / radiusColumns;
  const lengthSquared = x * x + y * y;
  return (row, column) => {
    const dy = (row - from.row) / radiusRows;
    const dx = (column - from.column) / radiusColumns;
    const along = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (dx * x + dy * y) / lengthSquared));
    return (dx - along * x) ** 2 + (dy - along * y) ** 2 <= 1;
  };
}

/** A square moved along the way covers a point if it is near enough along both axes at one and the same time. */
function sweptSquare(
  { from, to }: { from: ImagePoint; to: ImagePoint },
  { radiusRows, radiusColumns }: Brush,
): Covers {
  const alongRows = timesNear(from.row, to.row - from.row, radiusRows);
  const alongColumns = timesNear(from.column, to.column - from.column, radiusColumns);
  return (row, column) => {
    const [rowStart, rowEnd] = alongRows(row);
    const [columnStart, columnEnd] = alongColumns(column);
    return Math.max(rowStart, columnStart, 0) <= Math.min(rowEnd, columnEnd, 1);
  };
}

/** The times at which a point moving from `start` by `distance` is within `radius` of a place. */
function timesNear(start: number, distance: number, radius: number): (place: number) => [number, number] {
  return (place) => {
    const offset = place - start;
    if (distance === 0) return Math.abs(offset) <= radius ? [-Infinity, Infinity] : [Infinity, -Infinity];
    const a = (offset - radius) / distance;
    const b = (offset + radius) / distance;
    return a < b ? [a, b] : [b, a];
  };
}
