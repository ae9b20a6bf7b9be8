import type { FrameGeometry } from "../image/frame";
import { describeSliceStack } from "../image/slice-stack";
import type { LabelMap } from "../mask/label-map";
import type { LabelVolume } from "./case-answer";

/** The grid of a series whose slices make a volume. */
export interface VolumeGrid {
  slices: number;
  rows: number;
  columns: number;
  /** Between rows, between columns, between slices. */
  spacingMm: [row: number, column: number, slice: number];
}

/**
 * The volume that a series is: two slices and more of one size and spacing, parallel, aligned and evenly spaced.
 * @param frames in the series' order
 * @returns undefined of anything else: a cine, single pictures, a stack with gaps
 */
export function volumeGrid(
  frames: readonly { rows: number; columns: number; geometry: FrameGeometry }[],
): VolumeGrid | undefined {
  const [first] = frames;
  const between = describeSliceStack(frames.map(({ geometry }) => geometry)).spacingMm;
  if (first?.geometry.spacingMm === undefined || between === undefined) return undefined;
  const [row, column] = first.geometry.spacingMm;
  const isOneGrid = frames.every(
    ({ rows, columns, geometry: { spacingMm } }) =>
      rows === first.rows && columns === first.columns && spacingMm?.[0] === row && spacingMm[1] === column,
  );
  if (!isOneGrid) return undefined;
  const { rows, columns } = first;
  return { slices: frames.length, rows, columns, spacingMm: [row, column, Math.abs(between)] };
}

/** Label maps of one size, one behind the other. */
export function stackLabelMaps(maps: readonly LabelMap[]): LabelVolume {
  const { rows, columns } = maps[0]!;
  const values = new Uint8Array(maps.length * rows * columns);
  maps.forEach((map, at) => values.set(map.values, at * rows * columns));
  return { slices: maps.length, rows, columns, values };
}
