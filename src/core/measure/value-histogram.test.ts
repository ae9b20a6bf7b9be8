import fc from "fast-check";
import { expect, test } from "vitest";
import { ValueCounts } from "./value-histogram";

function histogramOf(values: readonly number[]) {
  const counts = new ValueCounts();
  values.forEach((value) => counts.add(value));
  return counts.histogram();
}

test("every value is in one range, and ranges reach from the least to the greatest", () => {
  const values = fc.oneof(
    fc.array(fc.integer({ min: -1024, max: 3071 }), { minLength: 1, maxLength: 200 }),
    fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 200 }),
  );
  fc.assert(
    fc.property(values, (drawn) => {
      const { low, width, counts } = histogramOf(drawn)!;
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(drawn.length);
      expect(low).toBe(Math.min(...drawn));
      expect(low + width * counts.length - Math.max(...drawn)).toBeGreaterThan(-1e-9);
      expect(counts.length).toBeLessThanOrEqual(64);
      expect(counts[0]).toBeGreaterThan(0);
      expect(counts.at(-1)).toBeGreaterThan(0);
    }),
  );
});

test("whole values have ranges of a whole width", () => {
  expect(histogramOf([0, 1, 1, 3])).toEqual({ low: 0, width: 1, counts: [1, 2, 0, 1] });
  expect(histogramOf([0, 127])?.width).toBe(2);
  expect(histogramOf([0, 128])?.width).toBe(3);
  expect(histogramOf([0.5, 0.5])).toEqual({ low: 0.5, width: 1, counts: [2] });
  expect(histogramOf([NaN])).toBeUndefined();
});
