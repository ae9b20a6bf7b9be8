import { type Grid, squaredDistances } from "../metrics/distance-transform";
import { labelComponents } from "./components";
import type { VolumeSize } from "./region-growing";
import { watershed } from "./watershed";

/**
 * Objects of a probability map: connected where the probability is high enough to be a seed, and grown from there by
 * watershed to where it is high enough to be inside. Touching objects part where the probability dips between seeds.
 * @param probability 0..1, slices x rows x columns
 * @returns each voxel's object, from 1 on; 0 is background
 */
export function separateByProbability(
  probability: Float32Array,
  size: VolumeSize,
  { inside = 0.5, seed = 0.9 }: { inside?: number; seed?: number } = {},
): Int32Array {
  const mask = Uint8Array.from(probability, (value) => (value >= inside ? 1 : 0));
  const seeds = Uint8Array.from(probability, (value) => (value >= Math.max(seed, inside) ? 1 : 0));
  return growObjects(
    probability.map((value) => -value),
    { mask, seeds },
    size,
  );
}

/**
 * Objects of a mask that has no probabilities: seeds are what lies deeper than a radius below the surface, grown by
 * watershed of the depth. Touching round objects part at their waist; a thin object without a seed stays whole.
 * @param mask slices x rows x columns, non-zero is inside
 * @param radius in the grid's unit, somewhat less than that of the smallest round object
 * @returns each voxel's object, from 1 on; 0 is background
 */
export function separateByDepth(mask: Uint8Array, grid: Grid, radius: number): Int32Array {
  const outside = mask.map((value) => (value === 0 ? 1 : 0));
  const depth = squaredDistances(outside, grid);
  const limit = radius * radius;
  const seeds = Uint8Array.from(depth, (value) => (value > limit ? 1 : 0));
  return growObjects(
    depth.map((value) => -value),
    { mask, seeds },
    grid,
  );
}

function growObjects(
  surface: ArrayLike<number>,
  { mask, seeds }: { mask: Uint8Array; seeds: Uint8Array },
  size: VolumeSize,
): Int32Array {
  const { labels: markers, sizes } = labelComponents(seeds, size);
  const objects = watershed(surface, { markers, mask }, size);
  // What no seed reaches is an object all the same.
  const left = Uint8Array.from(objects, (object, at) => (object === 0 && mask[at] !== 0 ? 1 : 0));
  const others = labelComponents(left, size).labels;
  const seeded = sizes.length - 1;
  return objects.map((object, at) => (left[at] === 0 ? object : seeded + others[at]!));
}
