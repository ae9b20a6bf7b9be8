import type { Grid } from "./distance-transform";

/**
 * The boundary of a mask: inside pixels with an outside neighbour, of 4 in a picture and of 6 in a volume.
 * The image's border counts as outside. In a volume the first and last slice are borders too.
 * @param inside slices x rows x columns, non-zero is inside
 * @returns 1 on the boundary, 0 elsewhere
 */
export function boundaryOf(inside: Uint8Array, { slices, rows, columns }: Grid): Uint8Array {
  const boundary = new Uint8Array(inside.length);
  const size = rows * columns;
  let i = 0;
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, i++) {
        if (inside[i] === 0) continue;
        const isSurrounded =
          column > 0 &&
          inside[i - 1] !== 0 &&
          column + 1 < columns &&
          inside[i + 1] !== 0 &&
          row > 0 &&
          inside[i - columns] !== 0 &&
          row + 1 < rows &&
          inside[i + columns] !== 0 &&
          (slices === 1 ||
            (slice > 0 && inside[i - size] !== 0 && slice + 1 < slices && inside[i + size] !== 0));
        if (!isSurrounded) boundary[i] = 1;
      }
    }
  }
  return boundary;
}
