import type { Region } from "../image/view";

/** A coded concept, as in DICOM (PS3.3 8.8): what a segment is, in words that other programs know. */
export interface CodedConcept {
  value: string;
  scheme: string;
  meaning: string;
}

/** One class of a segmentation. */
export interface Segment {
  /** 1 to 255; 0 is background. */
  value: number;
  label: string;
  /** `#RRGGBB`. */
  colour: string;
  /** Segmented Property Type (PS3.3 C.8.20.4): what it is. */
  concept?: CodedConcept | undefined;
  /** Segmented Property Category: what kind of thing that is. */
  category?: CodedConcept | undefined;
  /** Its pixels never give way, and nothing is added to them. */
  locked?: boolean | undefined;
  /** It is not drawn. */
  hidden?: boolean | undefined;
}

/** The segment's value at each pixel of one frame, row by row; 0 is background. */
export interface LabelMap {
  rows: number;
  columns: number;
  /** Length rows x columns. */
  values: Uint8Array;
}

/** The Okabe-Ito palette in the order in which segments take their colours. */
export const segmentColours = [
  "#E69F00",
  "#56B4E9",
  "#009E73",
  "#F0E442",
  "#0072B2",
  "#D55E00",
  "#CC79A7",
] as const;

/** The colour in which a segment of this value begins. */
export function colourOfValue(value: number): string {
  return segmentColours[(value - 1) % segmentColours.length]!;
}

/** Counts the pixels of each value that occurs, background included. */
export function countLabelPixels(labelMap: LabelMap): Map<number, number> {
  const counts = new Uint32Array(256);
  for (const value of labelMap.values) counts[value]!++;
  const present = new Map<number, number>();
  counts.forEach((count, value) => count > 0 && present.set(value, count));
  return present;
}

/** The smallest region that holds every pixel of a segment in some label maps; undefined where there is none. */
export function segmentBounds(labelMaps: readonly LabelMap[]): Region | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  for (const { rows, columns, values } of labelMaps) {
    for (let row = 0; row < rows; row++) {
      const line = values.subarray(row * columns, (row + 1) * columns);
      const first = line.findIndex((value) => value !== 0);
      if (first < 0) continue;
      left = Math.min(left, first);
      right = Math.max(right, line.findLastIndex((value) => value !== 0) + 1);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row + 1);
    }
  }
  return right === 0 ? undefined : { left, top, right, bottom };
}
