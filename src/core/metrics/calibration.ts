import { SlicebenchError } from "../errors";
import { shapeMismatch } from "./measure";

/** Pixels of about one probability, for a reliability diagram. */
export interface CalibrationBin {
  pixels: number;
  /** Mean probability of its pixels; 0 where it has none. */
  probability: number;
  /** Share of its pixels that the reference has inside; 0 where it has none. */
  inside: number;
}

/** How far the probabilities of one segment can be believed. */
export interface Calibration {
  /** 0 (what is said with probability p is so in p of the cases) to 1. */
  expectedCalibrationError: number;
  /** 0 (certain and right everywhere) to 1 (certain and wrong everywhere). */
  brier: number;
  bins: CalibrationBin[];
}

/**
 * Measures a segment's probability map against a reference mask, over all pixels.
 * @param probabilities of the segment at each pixel, 0..1
 * @param reference non-zero is inside
 * @param binCount bins of equal width, each with its upper end (Guo et al. 2017, who take 15)
 * @throws MASK_SHAPE_MISMATCH; PROBABILITY_OUT_OF_RANGE
 * Definitions: expected calibration error (Naeini et al. 2015), the mean over the bins of the distance between
 * probability and share, weighted by pixels; Brier 1950, the mean squared difference. An empty reference is no
 * special case: both are defined wherever there is a pixel.
 */
export function measureCalibration(
  probabilities: Float32Array,
  reference: Uint8Array,
  binCount = 15,
): Calibration {
  if (probabilities.length !== reference.length || reference.length === 0)
    throw shapeMismatch(`${probabilities.length} probabilities`, `${reference.length} pixels`);
  const pixels = new Float64Array(binCount);
  const probability = new Float64Array(binCount);
  const inside = new Float64Array(binCount);
  let squares = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (!(p >= 0 && p <= 1)) throw outOfRange(p);
    const isInside = reference[i] === 0 ? 0 : 1;
    const bin = Math.max(0, Math.ceil(p * binCount) - 1);
    pixels[bin]!++;
    probability[bin]! += p;
    inside[bin]! += isInside;
    squares += (p - isInside) ** 2;
  }
  let gaps = 0;
  for (let bin = 0; bin < binCount; bin++) gaps += Math.abs(probability[bin]! - inside[bin]!);
  const bins = Array.from(pixels, (count, bin) => ({
    pixels: count,
    probability: count === 0 ? 0 : probability[bin]! / count,
    inside: count === 0 ? 0 : inside[bin]! / count,
  }));
  return {
    expectedCalibrationError: gaps / probabilities.length,
    brier: squares / probabilities.length,
    bins,
  };
}

function outOfRange(value: number): SlicebenchError {
  return new SlicebenchError("PROBABILITY_OUT_OF_RANGE", `A probability is ${value}; 0 to 1 was expected.`, {
    hint: "Give the network's output after its softmax or sigmoid.",
  });
}
