import type { MaskPair } from "./crop";
import { type Grid, squaredDistances } from "./distance-transform";

/** The inside pixels of a mask that lie no deeper than `width` below its boundary, on the grid's own pixels. */
function innerBand(inside: Uint8Array, grid: Grid, width: number): Uint8Array {
  const { slices, rows, columns } = grid;
  // A frame of outside pixels stands for the image's border; a picture has none above or below itself.
  const margin = slices > 1 ? 1 : 0;
  const padded: Grid = { ...grid, slices: slices + 2 * margin, rows: rows + 2, columns: columns + 2 };
  const outside = new Uint8Array(padded.slices * padded.rows * padded.columns).fill(1);
  const lineStart = (line: number) => {
    const row = line % rows;
    const slice = (line - row) / rows;
    return ((slice + margin) * padded.rows + row + 1) * padded.columns + 1;
  };
  for (let line = 0; line < slices * rows; line++) {
    const start = lineStart(line);
    for (let column = 0; column < columns; column++) {
      if (inside[line * columns + column] !== 0) outside[start + column] = 0;
    }
  }
  const depth = squaredDistances(outside, padded);
  const band = new Uint8Array(inside.length);
  // Squares are compared; the limit is a hair wider, so that rounding does not decide at equality.
  const limit = width * width * (1 + 1e-12);
  for (let line = 0; line < slices * rows; line++) {
    const start = lineStart(line);
    for (let column = 0; column < columns; column++) {
      const i = line * columns + column;
      if (inside[i] !== 0 && depth[start + column]! <= limit) band[i] = 1;
    }
  }
  return band;
}

/**
 * Intersection over union of the masks' inner bands (Cheng et al. 2021): the inside pixels whose distance to
 * the nearest outside pixel is at most `width`, with Euclidean distances.
 * @param width in the grid's unit, at least one pixel
 * @returns 0..1; NaN where both masks are empty
 */
export function boundaryIou({ predicted, reference, grid }: MaskPair, width: number): number {
  const predictedBand = innerBand(predicted, grid, width);
  const referenceBand = innerBand(reference, grid, width);
  let both = 0;
  let either = 0;
  for (let i = 0; i < predictedBand.length; i++) {
    both += predictedBand[i]! & referenceBand[i]!;
    either += predictedBand[i]! | referenceBand[i]!;
  }
  return both / either;
}
