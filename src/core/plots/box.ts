import { quantileOfSorted } from "../statistics/quantile";

/** The five numbers of a box plot. */
export interface BoxNumbers {
  min: number;
  q1: number;
  median: number;
  q3: number;
  max: number;
}

/** Minimum, quartiles and maximum; undefined of no values. */
export function boxNumbers(values: readonly number[]): BoxNumbers | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => quantileOfSorted(sorted, share);
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1) };
}

/** The value below which a share (0..1) of the values lies; undefined of no values. */
export function quantileOf(values: readonly number[], share: number): number | undefined {
  return values.length === 0 ? undefined : quantileOfSorted(Float64Array.from(values).sort(), share);
}
