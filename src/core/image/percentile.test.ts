import fc from "fast-check";
import { expect, test } from "vitest";
import { percentilesOf } from "./percentile";

/** NumPy's default: between neighbours of the sorted values, in proportion. */
function bySorting(values: Float32Array, percentile: number): number {
  const sorted = values.toSorted();
  const position = (percentile / 100) * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
  return low + (position - Math.floor(position)) * (high - low);
}

test("percentiles are those of the sorted values, negative, tiny and equal ones included", () => {
  const value = fc.oneof(
    fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e30), max: Math.fround(1e30) }),
    fc.constantFrom(0, -0, 1, 1, Math.fround(1e-40), -1000),
  );
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 50 }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (numbers, percentile) => {
        const values = Float32Array.from(numbers);
        const [low, middle, high] = percentilesOf(values, [0, percentile, 100]);
        expect(low! + 0).toBe(Math.min(...values) + 0);
        expect(high! + 0).toBe(Math.max(...values) + 0);
        const wanted = bySorting(values, percentile);
        expect(Math.abs(middle! - wanted)).toBeLessThanOrEqual(1e-12 * Math.abs(wanted));
      },
    ),
    { numRuns: 300 },
  );
});

test("of no values there is none", () => {
  expect(percentilesOf(new Float32Array(0), [1, 99])).toEqual([NaN, NaN]);
});

test("a value that is counted several times is there as often", () => {
  const counted = fc.record({
    value: fc.float({ noNaN: true, noDefaultInfinity: true }),
    count: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(
      fc.array(counted, { minLength: 1, maxLength: 30 }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (entries, percentile) => {
        const values = Float32Array.from(entries, ({ value }) => value);
        const counts = Uint32Array.from(entries, ({ count }) => count);
        const each = Float32Array.from(
          entries.flatMap(({ value, count }) => Array.from({ length: count }, () => value)),
        );
        expect(percentilesOf(values, [percentile], counts)).toEqual(percentilesOf(each, [percentile]));
      },
    ),
    { numRuns: 300 },
  );
});
