import fc from "fast-check";
import { expect, test } from "vitest";
import type { ImagePixel } from "./image-pixel";
import { settleStoredValues } from "./stored-values";

const imageOf = (bitsStored: number, signed: boolean): ImagePixel => ({
  rows: 1,
  columns: 1,
  frameCount: 1,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored,
  highBit: bitsStored - 1,
  signed,
  float: false,
});

const cases = fc.record({
  values: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 9 }),
  bitsStored: fc.integer({ min: 1, max: 16 }),
  signed: fc.boolean(),
  /** Samples before them in the same buffer: they need not lie where words do. */
  before: fc.integer({ min: 0, max: 3 }),
  isClean: fc.boolean(),
});

test("bits above High Bit leave and the sign is extended, wherever the samples lie, which stay unchanged", () => {
  fc.assert(
    fc.property(cases, ({ values, bitsStored, signed, before, isClean }) => {
      const modulus = 2 ** bitsStored;
      const given = isClean ? values.map((value) => value % modulus) : values;
      const samples = Uint16Array.from([...Array<number>(before).fill(0xffff), ...given]).subarray(before);
      const settled = settleStoredValues(samples, imageOf(bitsStored, signed));
      const expected = given.map((value) => {
        const kept = value % modulus;
        return signed && kept >= modulus / 2 ? kept - modulus : kept;
      });
      expect([...settled]).toEqual(expected);
      expect([...samples]).toEqual(given);
    }),
  );
});
