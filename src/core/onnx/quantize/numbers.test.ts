import fc from "fast-check";
import { expect, test } from "vitest";
import { quantizationOf, quantizeWeights } from "./numbers";

const size = fc.double({ min: 0, max: 1e6, noNaN: true });

test("a value within the range comes back within half a step, and zero comes back as zero", () => {
  fc.assert(
    fc.property(size, size, fc.double({ min: 0, max: 1, noNaN: true }), (below, above, place) => {
      fc.pre(below + above > 1e-6);
      const { scale, zeroPoint } = quantizationOf({ low: -below, high: above });
      const back = (value: number) =>
        (Math.min(255, Math.max(0, Math.round(value / scale) + zeroPoint)) - zeroPoint) * scale;
      const value = -below + place * (below + above);
      // The zero point is a whole number too, which moves both ends by up to half a step.
      expect(Math.abs(back(value) - value)).toBeLessThanOrEqual(scale * 1.001);
      expect(back(0)).toBe(0);
    }),
  );
});

test("what is zero everywhere has a step all the same", () => {
  expect(quantizationOf({ low: 0, high: 0 })).toEqual({ scale: 1, zeroPoint: 0 });
});

test("a weight comes back within half a step of its channel, in 7 bits", () => {
  const weights = fc.array(fc.float({ min: -10, max: 10, noNaN: true }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(weights, fc.constantFrom(1, 2, 3, 4), (values, channels) => {
      const { values: whole, scales } = quantizeWeights(Float32Array.from(values), channels);
      const perChannel = values.length / channels;
      values.forEach((value, index) => {
        const scale = scales[Math.floor(index / perChannel)]!;
        expect(Math.abs(whole[index]! * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
        expect(Math.abs(whole[index]!)).toBeLessThanOrEqual(64);
      });
    }),
  );
  // Two products of a byte and such a weight fit the 16 bits of processors that add them up there.
  expect(2 * 255 * 64).toBeLessThan(2 ** 15);
});

test("a channel's step is no finer than its bias allows", () => {
  const { scales } = quantizeWeights(Float32Array.of(1e-20, 1), 2, (channel) => (channel === 0 ? 0.25 : 0));
  expect(Array.from(scales)).toEqual([0.25, Math.fround(1 / 64)]);
});
