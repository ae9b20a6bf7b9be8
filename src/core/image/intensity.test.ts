import fc from "fast-check";
import { expect, test } from "vitest";
import type { IntensityRule } from "../model-card";
import type { Frame, PixelArray, PixelMeaning } from "./frame";
import { intensityPlanes } from "./intensity";

const rule = fc.oneof(
  fc.record({
    kind: fc.constant("percentile" as const),
    low: fc.integer({ min: 0, max: 20 }),
    high: fc.double({ min: 60, max: 100, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant("window" as const),
    center: fc.integer({ min: -200, max: 500 }),
    width: fc.integer({ min: 1, max: 900 }),
  }),
  fc.constant<IntensityRule>({ kind: "z-score" }),
  fc.constant<IntensityRule>({ kind: "0-255", divisor: 255 }),
  fc.constant<IntensityRule>({ kind: "0-255", divisor: 1, mean: [10, 20, 30], std: [1, 2, 3] }),
);

const table = {
  firstValue: 2,
  bitsPerEntry: 8,
  entries: Uint16Array.from({ length: 30 }, (_, i) => (i * 37) % 101),
};
const meaning: fc.Arbitrary<PixelMeaning> = fc.record(
  {
    photometricInterpretation: fc.constantFrom("MONOCHROME1" as const, "MONOCHROME2" as const),
    bitsStored: fc.constant(12),
    rescaleSlope: fc.constantFrom(1, 1, 0.37, -1.5),
    rescaleIntercept: fc.constantFrom(0, -1024, 3.3),
    windows: fc.constantFrom([], [{ center: 40, width: 80 }]),
    voiFunction: fc.constantFrom("LINEAR" as const, "SIGMOID" as const, "LINEAR_EXACT" as const),
    padding: fc.constantFrom({ low: 0, high: 0 }, { low: -5, high: 3 }, { low: -40_000, high: 70_000 }),
    modalityLut: fc.constant(table),
    voiLut: fc.constant(table),
    palette: fc.constant({
      firstValue: 1,
      red: Uint8Array.from(table.entries),
      green: Uint8Array.from({ length: 30 }, (_, i) => i),
      blue: Uint8Array.from({ length: 30 }, (_, i) => 200 - i),
    }),
  },
  {
    requiredKeys: [
      "photometricInterpretation",
      "bitsStored",
      "rescaleSlope",
      "rescaleIntercept",
      "windows",
      "voiFunction",
    ],
  },
);

const pixels: fc.Arbitrary<PixelArray> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 60 }),
  fc.int8Array({ minLength: 1, maxLength: 60 }),
  fc.uint16Array({ minLength: 1, maxLength: 60 }),
  fc.int16Array({ minLength: 1, maxLength: 60 }),
  fc.int16Array({ min: -20, max: 20, minLength: 20, maxLength: 200 }),
);

test("values are scaled to the same bits whether they are looked up, as whole numbers are, or worked out one by one", () => {
  fc.assert(
    fc.property(
      pixels,
      meaning,
      rule,
      fc.constantFrom(1 as const, 3 as const),
      (stored, means, how, channels) => {
        const frame: Frame = {
          rows: 1,
          columns: stored.length,
          samplesPerPixel: 1,
          pixels: stored,
          meaning: means,
          geometry: {},
        };
        const lookedUp = intensityPlanes(frame, channels, how);
        const oneByOne = intensityPlanes({ ...frame, pixels: Float32Array.from(stored) }, channels, how);
        expect(lookedUp).toEqual(oneByOne);
      },
    ),
    { numRuns: 500 },
  );
});

test("a frame's own pixels are left as they are", () => {
  const frame: Frame = {
    rows: 1,
    columns: 3,
    samplesPerPixel: 1,
    pixels: Uint8Array.of(0, 100, 200),
    geometry: {},
    meaning: {
      photometricInterpretation: "MONOCHROME2",
      bitsStored: 8,
      rescaleSlope: 1,
      rescaleIntercept: 0,
      windows: [],
      voiFunction: "LINEAR",
    },
  };
  const [plane] = intensityPlanes(frame, 1, { kind: "window", center: 100, width: 200 });
  expect(plane).toEqual(Float32Array.of(0, 0.5, 1));
  expect(frame.pixels).toEqual(Uint8Array.of(0, 100, 200));
});
