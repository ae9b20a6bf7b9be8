import FlatQueue from "flatqueue";
import type { VolumeSize } from "./region-growing";

/** Meyer's hierarchical queue: the lowest level first, and on a level who came first. */
class LevelQueue {
  private readonly levels = new FlatQueue<number>();
  private readonly waiting = new Map<number, { items: number[]; next: number }>();

  push(item: number, level: number): void {
    const queue = this.waiting.get(level);
    if (queue !== undefined) {
      queue.items.push(item);
      return;
    }
    this.waiting.set(level, { items: [item], next: 0 });
    this.levels.push(level, level);
  }

  pop(): number | undefined {
    const level = this.levels.peek();
    if (level === undefined) return undefined;
    const queue = this.waiting.get(level)!;
    const item = queue.items[queue.next++];
    if (queue.next === queue.items.length) {
      this.levels.pop();
      this.waiting.delete(level);
    }
    return item;
  }
}

/**
 * The watershed of a surface that is flooded from markers (Meyer 1991): each voxel goes to the marker whose water
 * reaches it first, and basins touch, without a line between them. Neighbours share a side (4 on a slice, 6 in a
 * volume). Where no two voxels are of one height the answer is that of scikit-image's `watershed`.
 * @param surface heights, slices x rows x columns; low is flooded first
 * @param markers a number from 1 on where a basin begins, 0 elsewhere
 * @param mask non-zero where water may go
 * @returns the number of each voxel's marker; 0 outside the mask and where no water came
 */
export function watershed(
  surface: ArrayLike<number>,
  { markers, mask }: { markers: Int32Array; mask: Uint8Array },
  { rows, columns }: VolumeSize,
): Int32Array {
  const perSlice = rows * columns;
  const basins = markers.map((marker, at) => (mask[at] === 0 ? 0 : marker));
  const queue = new LevelQueue();
  for (let at = 0; at < basins.length; at++) if (basins[at] !== 0) queue.push(at, surface[at]!);
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const basin = basins[at]!;
    const column = at % columns;
    const inSlice = at % perSlice;
    const flood = (neighbour: number) => {
      if (mask[neighbour] === 0 || basins[neighbour] !== 0) return;
      basins[neighbour] = basin;
      queue.push(neighbour, surface[neighbour]!);
    };
    if (at >= perSlice) flood(at - perSlice);
    if (inSlice >= columns) flood(at - columns);
    if (column > 0) flood(at - 1);
    if (column + 1 < columns) flood(at + 1);
    if (inSlice + columns < perSlice) flood(at + columns);
    if (at + perSlice < basins.length) flood(at + perSlice);
  }
  return basins;
}
