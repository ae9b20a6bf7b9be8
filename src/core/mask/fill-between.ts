import { interpolateMasks, type SliceSize } from "./interpolation";

/**
 * Fills the slices that lie between two on which a mask is drawn, each gap by shape-based interpolation between the
 * slices at its ends.
 * @param masks one a slice, of the size's shape; empty where nothing is drawn
 * @param options.places of the slices along the stack, ascending; their numbers unless given
 * @param options.around fills only the gap in which this slice lies
 * @returns new masks by slice, only of those that were filled
 */
export function fillBetween(
  masks: readonly Uint8Array[],
  size: SliceSize,
  { places = masks.map((_, index) => index), around }: { places?: readonly number[]; around?: number } = {},
): Map<number, Uint8Array> {
  const drawn = masks.flatMap((mask, index) => (mask.includes(1) ? [index] : []));
  const filled = new Map<number, Uint8Array>();
  for (const [order, first] of drawn.slice(0, -1).entries()) {
    const last = drawn[order + 1]!;
    const isMeant = around === undefined || (first < around && around < last);
    if (last - first < 2 || !isMeant) continue;
    const length = places[last]! - places[first]!;
    const between = Array.from({ length: last - first - 1 }, (_, step) => first + 1 + step);
    const shares = between.map((index) => (places[index]! - places[first]!) / length);
    const made = interpolateMasks({ first: masks[first]!, last: masks[last]! }, size, shares);
    between.forEach((index, step) => filled.set(index, made[step]!));
  }
  return filled;
}
