import { z } from "zod";
import type { Grid } from "../metrics/distance-transform";
import { fillHoles, keepLargest, removeIslands } from "./components";
import { workInBox } from "./mask-box";
import { closeMask, growMask, medianMask, openMask, shrinkMask } from "./morphology";

/** In the grid's unit: mm where the spacing is known, else px. */
const distance = z.number().positive().max(1_000);

/** What can be done to the shape of one segment. */
export const reshapingSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("grow"), distance }),
  z.object({ kind: z.literal("shrink"), distance }),
  z.object({ kind: z.literal("smooth"), method: z.enum(["median", "opening", "closing"]), distance }),
  z.object({ kind: z.literal("fill-holes") }),
  z.object({ kind: z.literal("keep-largest") }),
  /** Takes components of fewer pixels (in a volume: voxels) away. */
  z.object({ kind: z.literal("remove-islands"), smallest: z.int().min(2).max(1_000_000_000) }),
]);
export type Reshaping = z.infer<typeof reshapingSchema>;

/**
 * Reshapes a mask; on a grid of one slice in 2D, on one of several in 3D.
 * @param mask slices x rows x columns, non-zero is inside
 * @returns 1 inside, 0 outside; the mask itself stays as it is
 */
export function reshapeMask(mask: Uint8Array, grid: Grid, reshaping: Reshaping): Uint8Array {
  const room = roomFor(grid, reshaping);
  return workInBox(mask, grid, { room, work: (inside, box) => reshapeWhole(inside, box, reshaping) });
}

function reshapeWhole(mask: Uint8Array, grid: Grid, reshaping: Reshaping): Uint8Array {
  switch (reshaping.kind) {
    case "grow":
      return growMask(mask, grid, reshaping.distance);
    case "shrink":
      return shrinkMask(mask, grid, reshaping.distance);
    case "smooth":
      return smoothMask(mask, grid, reshaping);
    case "fill-holes":
      return fillHoles(mask, grid);
    case "keep-largest":
      return keepLargest(mask, grid);
    case "remove-islands":
      return removeIslands(mask, grid, reshaping.smallest);
  }
}

function smoothMask(
  mask: Uint8Array,
  grid: Grid,
  { method, distance }: { method: "median" | "opening" | "closing"; distance: number },
): Uint8Array {
  if (method === "opening") return openMask(mask, grid, distance);
  if (method === "closing") return closeMask(mask, grid, distance);
  return medianMask(mask, grid, medianRadius(grid, distance));
}

/**
 * The voxels that the median's box reaches on each side: the distance rounded, on the slice at least 1. Thick slices
 * that lie farther apart than twice the distance are smoothed each for itself.
 */
function medianRadius({ slices, spacing }: Grid, distance: number): [number, number, number] {
  const [through, across, along] = spacing.map((step) => Math.round(distance / step)) as [
    number,
    number,
    number,
  ];
  return [slices > 1 ? through : 0, Math.max(1, across), Math.max(1, along)];
}

/** How far a reshaping looks and reaches, in voxels. One more than its distance, so that outside is seen. */
function roomFor(grid: Grid, reshaping: Reshaping): [number, number, number] {
  if (reshaping.kind === "smooth" && reshaping.method === "median") {
    return medianRadius(grid, reshaping.distance);
  }
  if (!("distance" in reshaping)) return [1, 1, 1];
  const [slice, row, column] = grid.spacing.map((step) => Math.ceil(reshaping.distance / step) + 1);
  return [slice!, row!, column!];
}

export type Combination = "union" | "intersection" | "subtract";

/** Two masks of one shape as one: what either has, what both have, what the first has and the second has not. */
export function combineMasks(first: Uint8Array, second: Uint8Array, how: Combination): Uint8Array {
  return Uint8Array.from(first, (value, at) => {
    const isFirst = value !== 0;
    const isSecond = second[at] !== 0;
    if (how === "union") return isFirst || isSecond ? 1 : 0;
    return isFirst && isSecond === (how === "intersection") ? 1 : 0;
  });
}
