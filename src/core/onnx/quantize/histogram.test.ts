import fc from "fast-check";
import { expect, test } from "vitest";
import { addHistogram, addValues, emptyHistogram, rangeOf, type ValueHistogram } from "./histogram";

const values = fc.float32Array({ minLength: 1, maxLength: 40, min: -1e6, max: 1e6, noNaN: true });

function histogramOf(...parts: readonly Float32Array[]): ValueHistogram {
  const histogram = emptyHistogram();
  for (const part of parts) addValues(histogram, part);
  return histogram;
}

test("two histograms added count what one histogram of all counts", () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const sum = histogramOf(a);
      addHistogram(sum, histogramOf(b));
      expect(sum).toEqual(histogramOf(a, b));
    }),
  );
});

test("the whole range is from the least to the greatest value, and holds zero", () => {
  fc.assert(
    fc.property(values, (seen) => {
      const range = rangeOf(histogramOf(seen), 1);
      expect(range.low).toBe(Math.min(0, ...seen));
      expect(range.high).toBe(Math.max(0, ...seen));
    }),
  );
});

test("a share of the range leaves out a handful of outliers and keeps the others", () => {
  const seen = Float32Array.from({ length: 10_000 }, (_, i) => i / 10_000);
  seen[0] = 900;
  const { low, high } = rangeOf(histogramOf(seen), 0.999);
  expect(low).toBe(0);
  expect(high).toBeGreaterThanOrEqual(0.999);
  expect(high).toBeLessThan(1.5);
});

test("values that are not finite count for nothing", () => {
  const histogram = histogramOf(Float32Array.of(NaN, Infinity, -Infinity));
  expect(rangeOf(histogram, 1)).toEqual({ low: 0, high: 0 });
  addValues(histogram, Float32Array.of(2, NaN, Infinity));
  expect(rangeOf(histogram, 1)).toEqual({ low: 0, high: 2 });
});
