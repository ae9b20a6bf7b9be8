/** How many pixels both masks, one of them or none of them have inside. */
export interface OverlapCounts {
  truePositive: number;
  falsePositive: number;
  falseNegative: number;
  trueNegative: number;
}

/**
 * Counts agreement pixel by pixel.
 * @param predicted, reference masks of one shape, non-zero is inside
 */
export function countOverlap(predicted: Uint8Array, reference: Uint8Array): OverlapCounts {
  let both = 0;
  let predictedCount = 0;
  let referenceCount = 0;
  for (let i = 0; i < predicted.length; i++) {
    const isPredicted = predicted[i] === 0 ? 0 : 1;
    const isReference = reference[i] === 0 ? 0 : 1;
    both += isPredicted & isReference;
    predictedCount += isPredicted;
    referenceCount += isReference;
  }
  return {
    truePositive: both,
    falsePositive: predictedCount - both,
    falseNegative: referenceCount - both,
    trueNegative: predicted.length - predictedCount - referenceCount + both,
  };
}
