import type { FrameGeometry } from "../core/image/frame";
import type { LabelMap, Segment } from "../core/mask/label-map";
import type { SegmentAlgorithm } from "../core/mask/object-origin";
import type { TabledMeasurement } from "../core/measure/table";

/** A frame of the series that segments lie on. */
export interface ExportFrame {
  file: string;
  /** In the file, from 0. */
  frame: number;
  rows: number;
  columns: number;
  geometry: FrameGeometry;
}

/** The lengths, angles and regions that were drawn on a series. */
export interface DrawnMeasurements {
  measurements: readonly TabledMeasurement[];
  /** Of the modality LUT's values ("HU"), where it is known. */
  valueUnit?: string | undefined;
}

/** Segments of a series, wherever they are kept, and what was drawn on it, ready to be written for other programs. */
export interface ExportSource {
  name: string;
  segments: Segment[];
  algorithm: SegmentAlgorithm;
  frames: readonly ExportFrame[];
  sliceSpacingMm?: number | undefined;
  /** By frame of the series, ascending; empty where what was drawn is exported without segments. */
  labelMaps: ReadonlyMap<number, LabelMap>;
  /** By frame of the series, then by segment: 255 is certain. Of results that kept them. */
  probabilities?: ReadonlyMap<number, readonly Uint8Array[]> | undefined;
  /** Absent where nothing was drawn. */
  drawn?: DrawnMeasurements | undefined;
}

/** The label map of every frame; those without one are empty. */
export function wholeLabelMaps({ frames, labelMaps }: ExportSource): LabelMap[] {
  return frames.map(
    ({ rows, columns }, frame) =>
      labelMaps.get(frame) ?? { rows, columns, values: new Uint8Array(rows * columns) },
  );
}
