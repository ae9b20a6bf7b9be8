import type { LabelMap } from "./label-map";
import { type ImagePoint, type Paint, paintPixel } from "./paint";
import { clippedTo, type PixelRectangle } from "./rectangle";

/**
 * Paints a polygon or a closed lasso: every pixel whose centre lies inside by the even-odd rule.
 * @param corners three or more; the last joins the first
 * @returns what may have changed, or undefined where nothing lies inside
 */
export function paintPolygon(
  labelMap: LabelMap,
  corners: readonly ImagePoint[],
  paint: Paint,
): PixelRectangle | undefined {
  return corners.length < 3 ? undefined : paintPolygons(labelMap, [corners], paint);
}

/**
 * Paints what lies inside an odd number of polygons, as `paintPolygon` does what lies in one: a polygon within
 * another is a hole.
 * @returns what may have changed, or undefined where nothing lies inside
 */
export function paintPolygons(
  labelMap: LabelMap,
  polygons: readonly (readonly ImagePoint[])[],
  paint: Paint,
): PixelRectangle | undefined {
  const area = boundsOf(polygons, labelMap);
  if (area === undefined) return undefined;
  for (let row = area.row; row < area.row + area.rows; row++) {
    const crossings = polygons
      .flatMap((corners) => crossingsOf(corners, row + 0.5))
      .sort((first, second) => first - second);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      // A centre on the left border is inside, one on the right is not: polygons side by side share no pixel.
      const first = Math.max(area.column, Math.ceil(crossings[i]! - 0.5));
      const end = Math.min(area.column + area.columns, Math.ceil(crossings[i + 1]! - 0.5));
      for (let column = first; column < end; column++)
        paintPixel(labelMap, row * labelMap.columns + column, paint);
    }
  }
  return area;
}

function boundsOf(polygons: readonly (readonly ImagePoint[])[], grid: LabelMap): PixelRectangle | undefined {
  let [top, left, bottom, right] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const points of polygons) {
    for (const { row, column } of points) {
      top = Math.min(top, row);
      left = Math.min(left, column);
      bottom = Math.max(bottom, row);
      right = Math.max(right, column);
    }
  }
  if (top > bottom) return undefined;
  const row = Math.floor(top);
  const column = Math.floor(left);
  return clippedTo({ row, column, rows: Math.ceil(bottom) - row, columns: Math.ceil(right) - column }, grid);
}

/** Where the border crosses a horizontal line, in the order in which it does. */
function crossingsOf(corners: readonly ImagePoint[], row: number): number[] {
  const crossings: number[] = [];
  let from = corners.at(-1)!;
  for (const to of corners) {
    // Half open, so that a corner on the line is counted once.
    if (from.row <= row !== to.row <= row) {
      // Always from the upper end: rounding is then the same in whichever direction the side is drawn.
      const [upper, lower] = from.row < to.row ? [from, to] : [to, from];
      const part = (row - upper.row) / (lower.row - upper.row);
      crossings.push(upper.column + part * (lower.column - upper.column));
    }
    from = to;
  }
  return crossings;
}

/** Two opposite corners, in any order. */
export interface Box {
  from: ImagePoint;
  to: ImagePoint;
}

/** Paints every pixel whose centre lies in the box. */
export function paintRectangle(
  labelMap: LabelMap,
  { from, to }: Box,
  paint: Paint,
): PixelRectangle | undefined {
  const corners = [from, { row: from.row, column: to.column }, to, { row: to.row, column: from.column }];
  return paintPolygon(labelMap, corners, paint);
}

/** Paints every pixel whose centre lies in the ellipse that touches the box's sides. */
export function paintEllipse(
  labelMap: LabelMap,
  { from, to }: Box,
  paint: Paint,
): PixelRectangle | undefined {
  const area = boundsOf([[from, to]], labelMap);
  if (area === undefined) return undefined;
  const centre = { row: (from.row + to.row) / 2, column: (from.column + to.column) / 2 };
  const radiusRows = Math.abs(to.row - from.row) / 2;
  const radiusColumns = Math.abs(to.column - from.column) / 2;
  for (let row = area.row; row < area.row + area.rows; row++) {
    for (let column = area.column; column < area.column + area.columns; column++) {
      const y = (row + 0.5 - centre.row) / radiusRows;
      const x = (column + 0.5 - centre.column) / radiusColumns;
      if (x * x + y * y <= 1) paintPixel(labelMap, row * labelMap.columns + column, paint);
    }
  }
  return area;
}
