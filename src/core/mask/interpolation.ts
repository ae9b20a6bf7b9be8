import { squaredDistances } from "../metrics/distance-transform";

export interface SliceSize {
  rows: number;
  columns: number;
  /** Between rows, between columns; 1 and 1 where unknown. */
  spacing: readonly [row: number, column: number];
}

/**
 * Signed distance of each pixel's centre to a mask's border: negative inside. Half a pixel is taken off, so that
 * the pixels on both sides of the border are equally far from it.
 */
function signedDistances(mask: Uint8Array, { rows, columns, spacing }: SliceSize): Float64Array {
  const grid = { slices: 1, rows, columns, spacing: [1, ...spacing] as const };
  const half = Math.min(...spacing) / 2;
  const toInside = squaredDistances(mask, grid);
  const toOutside = squaredDistances(
    mask.map((value) => (value === 0 ? 1 : 0)),
    grid,
  );
  // Where there is no border, every pixel is as far as the slice is large.
  const farthest = Math.hypot(rows * spacing[0], columns * spacing[1]);
  return toInside.map((squared, at) => {
    const isInside = mask[at] !== 0;
    const distance = Math.min(Math.sqrt(isInside ? toOutside[at]! : squared), farthest) - half;
    return isInside ? -distance : distance;
  });
}

/**
 * The masks of the slices between two that are drawn: shape-based interpolation (Raya & Udupa 1990, IEEE TMI 9(1)).
 * The signed distances to both borders are mixed in proportion to the slice's place; inside is where the mixture is
 * negative or 0.
 * @param first, last masks of the size's shape, neither of them empty
 * @param places of the slices between, each from 0 (first) to 1 (last)
 * @returns one mask a place, 1 inside
 */
export function interpolateMasks(
  { first, last }: { first: Uint8Array; last: Uint8Array },
  size: SliceSize,
  places: readonly number[],
): Uint8Array[] {
  const from = signedDistances(first, size);
  const to = signedDistances(last, size);
  return places.map((place) =>
    Uint8Array.from(from, (distance, at) => ((1 - place) * distance + place * to[at]! <= 0 ? 1 : 0)),
  );
}
