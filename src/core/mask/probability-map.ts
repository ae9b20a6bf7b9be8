import type { LabelMap } from "./label-map";

/** Half hundredths, so that a threshold in hundredths falls between two steps and decides as on the exact value. */
export const certain = 200;

/** How probable one segment is at each pixel of a frame. */
export interface ProbabilityMap {
  rows: number;
  columns: number;
  /** From which probability the model itself decides for a lone segment. */
  ownThreshold: number;
  /** 0 to `certain`, rounded down; length rows x columns. */
  values: Uint8Array;
}

/** @param probabilities 0 to 1; what is no number becomes 0 */
export function quantiseProbabilities(probabilities: Float32Array): Uint8Array {
  const values = new Uint8Array(probabilities.length);
  for (let at = 0; at < values.length; at++) {
    const step = Math.floor(probabilities[at]! * certain);
    values[at] = step > 0 ? Math.min(certain, step) : 0;
  }
  return values;
}

/**
 * Where a segment is at least as probable as a threshold.
 * @param threshold 0 to 1 in half hundredths
 * @returns the segment's value there, 0 elsewhere
 */
export function maskAtThreshold(
  { rows, columns, values }: Omit<ProbabilityMap, "ownThreshold">,
  { segment, threshold }: { segment: number; threshold: number },
): LabelMap {
  const least = Math.round(threshold * certain);
  const mask = new Uint8Array(values.length);
  for (let at = 0; at < mask.length; at++) if (values[at]! >= least) mask[at] = segment;
  return { rows, columns, values: mask };
}
