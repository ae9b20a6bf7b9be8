import { quantileOfSorted } from "../statistics/quantile";
import { boundaryOf } from "./boundary";
import { type Grid, squaredDistancesAt } from "./distance-transform";

/** Distances from each boundary pixel of one mask to the boundary of the other, in the grid's unit. */
export interface SurfaceDistances {
  fromPredicted: Float64Array;
  fromReference: Float64Array;
}

/**
 * Measures how far the boundaries of two masks lie apart, exactly.
 * @param predicted, reference masks of the grid's shape, neither of them empty
 */
export function surfaceDistances(predicted: Uint8Array, reference: Uint8Array, grid: Grid): SurfaceDistances {
  const predictedBoundary = boundaryOf(predicted, grid);
  const referenceBoundary = boundaryOf(reference, grid);
  return {
    fromPredicted: squaredDistancesAt(referenceBoundary, predictedBoundary, grid).map(Math.sqrt),
    fromReference: squaredDistancesAt(predictedBoundary, referenceBoundary, grid).map(Math.sqrt),
  };
}

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, value), 0);
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
const countUpTo = (values: Float64Array, limit: number) =>
  values.reduce((count, value) => count + (value <= limit ? 1 : 0), 0);

/** The Hausdorff distance: how far the worst boundary pixel of either mask is from the other. */
export function hausdorffDistance({ fromPredicted, fromReference }: SurfaceDistances): number {
  return Math.max(largest(fromPredicted), largest(fromReference));
}

/** The larger of the two directed 95th percentiles (Maier-Hein et al. 2024, Metrics Reloaded). */
export function hausdorffDistance95({ fromPredicted, fromReference }: SurfaceDistances): number {
  return Math.max(percentile95(fromPredicted), percentile95(fromReference));
}

const percentile95 = (values: Float64Array): number => quantileOfSorted(values.toSorted(), 0.95);

/**
 * The mean over the boundary pixels of one mask (ASD): from the predicted boundary to the reference's as MONAI has it
 * by default. It does not see what a prediction leaves out.
 */
export function averageDistance(directed: Float64Array): number {
  return sum(directed) / directed.length;
}

/** The mean over the boundary pixels of both masks (ASSD). */
export function averageSymmetricDistance({ fromPredicted, fromReference }: SurfaceDistances): number {
  return (sum(fromPredicted) + sum(fromReference)) / (fromPredicted.length + fromReference.length);
}

/** The share of the boundary pixels of both masks that lie within a tolerance (Nikolov et al. 2021). */
export function surfaceDice({ fromPredicted, fromReference }: SurfaceDistances, tolerance: number): number {
  const within = countUpTo(fromPredicted, tolerance) + countUpTo(fromReference, tolerance);
  return within / (fromPredicted.length + fromReference.length);
}
