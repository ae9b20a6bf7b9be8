import type { LabelMap } from "../mask/label-map";
import { maskOfSegment } from "./measure";
import { countOverlap } from "./overlap";

/**
 * How far two readers agree: mean Dice over the segments that either of them marked.
 * @param segments the values to look at
 * @returns 0..1, or undefined where neither marked any
 */
export function meanAgreement(a: LabelMap, b: LabelMap, segments: readonly number[]): number | undefined {
  const dices = segments.flatMap((segment) => {
    const counts = countOverlap(maskOfSegment(a, segment), maskOfSegment(b, segment));
    const { truePositive, falsePositive, falseNegative } = counts;
    const sum = 2 * truePositive + falsePositive + falseNegative;
    return sum === 0 ? [] : [(2 * truePositive) / sum];
  });
  return dices.length === 0 ? undefined : dices.reduce((total, dice) => total + dice, 0) / dices.length;
}
