import type { VolumeSize } from "./region-growing";

/** Parts of a mask that hang together. */
export interface Components {
  /** At each voxel the component's number, from 1 on in reading order; 0 outside the mask. */
  labels: Int32Array;
  /** Voxels of component n at `sizes[n]`; `sizes[0]` is 0. */
  sizes: number[];
}

/**
 * Numbers the connected components of a mask, neighbours sharing a side (4 on a slice, 6 in a volume), in one sweep
 * with union-find (Rosenfeld & Pfaltz 1966; Wu, Otoo & Suzuki 2009).
 * @param mask slices x rows x columns, non-zero is inside
 */
export function labelComponents(mask: Uint8Array, { rows, columns }: VolumeSize): Components {
  const perSlice = rows * columns;
  const labels = new Int32Array(mask.length);
  const parents = [0];
  const rootOf = (label: number): number => {
    let root = label;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = label; at !== root;) {
      const next = parents[at]!;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  const join = (a: number, b: number): number => {
    const [low, high] = [rootOf(a), rootOf(b)].sort((x, y) => x - y) as [number, number];
    parents[high] = low;
    return low;
  };
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    let label = 0;
    const meet = (neighbour: number) => {
      const other = labels[neighbour]!;
      if (other !== 0 && other !== label) label = label === 0 ? other : join(label, other);
    };
    if (at % columns > 0) meet(at - 1);
    if (at % perSlice >= columns) meet(at - columns);
    if (at >= perSlice) meet(at - perSlice);
    if (label === 0) {
      label = parents.length;
      parents.push(label);
    }
    labels[at] = label;
  }
  return numberInOrder(labels, rootOf);
}

function numberInOrder(labels: Int32Array, rootOf: (label: number) => number): Components {
  const numbers = new Map<number, number>();
  const sizes = [0];
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0) continue;
    const root = rootOf(labels[at]!);
    let number = numbers.get(root);
    if (number === undefined) {
      number = sizes.length;
      numbers.set(root, number);
      sizes.push(0);
    }
    labels[at] = number;
    sizes[number]!++;
  }
  return { labels, sizes };
}

/** The mask without its components of fewer than `smallest` voxels. */
export function removeIslands(mask: Uint8Array, size: VolumeSize, smallest: number): Uint8Array {
  const { labels, sizes } = labelComponents(mask, size);
  return Uint8Array.from(labels, (label) => (label !== 0 && sizes[label]! >= smallest ? 1 : 0));
}

/** The largest component alone; of several as large, the first. */
export function keepLargest(mask: Uint8Array, size: VolumeSize): Uint8Array {
  const { labels, sizes } = labelComponents(mask, size);
  const largest = sizes.indexOf(Math.max(...sizes.slice(1)), 1);
  return Uint8Array.from(labels, (label) => (label !== 0 && label === largest ? 1 : 0));
}

/**
 * The mask with its holes filled: background that is not connected to the grid's border, by the sides of pixels on one
 * slice, by the sides of voxels on several, whose first and last slice are border too. SciPy's `binary_fill_holes`.
 */
export function fillHoles(mask: Uint8Array, { slices, rows, columns }: VolumeSize): Uint8Array {
  const outside = mask.map((value) => (value === 0 ? 1 : 0));
  const { labels, sizes } = labelComponents(outside, { slices, rows, columns });
  const isOpen = new Uint8Array(sizes.length);
  const perSlice = rows * columns;
  for (let at = 0; at < labels.length; at++) {
    const column = at % columns;
    const inSlice = at % perSlice;
    const isOnEdge =
      column === 0 || column === columns - 1 || inSlice < columns || inSlice >= perSlice - columns;
    const isOnEnd = slices > 1 && (at < perSlice || at >= mask.length - perSlice);
    if (isOnEdge || isOnEnd) isOpen[labels[at]!] = 1;
  }
  return Uint8Array.from(labels, (label) => (label === 0 || isOpen[label] === 0 ? 1 : 0));
}
