import type { DataSet } from "dicom-parser";
import type { FrameGeometry } from "../../core/image/frame";
import type { LabelMap, Segment } from "../../core/mask/label-map";
import { readCode, readDecimals } from "../dicom/elements";
import { objectTags } from "./object-tags";

/** A frame of the series that segments are read for. */
export interface TargetFrame {
  rows: number;
  columns: number;
  geometry: FrameGeometry;
  /** Index in its file, from 0. */
  frame: number;
  sopInstanceUid?: string;
  frameOfReferenceUid?: string;
}

/** What an object says of a series: a label map for each of its frames. */
export interface ReadSegments {
  segments: Segment[];
  labelMaps: { frame: number; labelMap: LabelMap }[];
  /** What was left out or decided, in sentences. */
  warnings: string[];
}

/** An instance that an object refers to, or a frame of it (from 0). */
export interface ImageReference {
  sopInstanceUid: string;
  frame?: number;
}

/** References to images: the items of a Source Image or Contour Image Sequence. */
export function readReferences(items: readonly DataSet[]): ImageReference[] {
  return items.flatMap((item) => {
    const sopInstanceUid = readCode(item, objectTags.referencedSopInstanceUid);
    if (sopInstanceUid === undefined) return [];
    const numbers = readDecimals(item, objectTags.referencedFrameNumber);
    if (numbers.length === 0) return [{ sopInstanceUid }];
    return numbers.map((number) => ({ sopInstanceUid, frame: number - 1 }));
  });
}

/** Finds frames of a series by the instances that they come from. */
export class TargetIndex {
  readonly #byInstance = new Map<string, number[]>();

  constructor(readonly targets: readonly TargetFrame[]) {
    targets.forEach(({ sopInstanceUid }, index) => {
      if (sopInstanceUid === undefined) return;
      const known = this.#byInstance.get(sopInstanceUid);
      if (known === undefined) this.#byInstance.set(sopInstanceUid, [index]);
      else known.push(index);
    });
  }

  /** Indices of the frames that references mean; without a frame number, all frames of the instance. */
  find(references: readonly ImageReference[]): number[] {
    return references.flatMap(({ sopInstanceUid, frame }) => {
      const known = this.#byInstance.get(sopInstanceUid) ?? [];
      return frame === undefined ? known : known.filter((index) => this.targets[index]!.frame === frame);
    });
  }
}

/** An empty label map for each frame of the series. */
export function emptyLabelMaps(targets: readonly TargetFrame[]): LabelMap[] {
  return targets.map(({ rows, columns }) => ({ rows, columns, values: new Uint8Array(rows * columns) }));
}
