/** Pixels from `row`, `column` on; `rows` x `columns` of them. */
export interface PixelRectangle {
  row: number;
  column: number;
  rows: number;
  columns: number;
}

/** The part of a rectangle that lies in a grid of rows x columns; undefined where none does. */
export function clippedTo(
  { row, column, rows, columns }: PixelRectangle,
  grid: { rows: number; columns: number },
): PixelRectangle | undefined {
  const top = Math.max(0, row);
  const left = Math.max(0, column);
  const bottom = Math.min(grid.rows, row + rows);
  const right = Math.min(grid.columns, column + columns);
  if (top >= bottom || left >= right) return undefined;
  return { row: top, column: left, rows: bottom - top, columns: right - left };
}

/** All of a grid. */
export function wholeOf({ rows, columns }: { rows: number; columns: number }): PixelRectangle {
  return { row: 0, column: 0, rows, columns };
}
