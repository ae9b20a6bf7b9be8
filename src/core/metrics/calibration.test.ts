import { expect, test } from "vitest";
import { measureCalibration } from "./calibration";

test("probabilities are held against the share that came true, bin by bin", () => {
  const probabilities = Float32Array.of(0, 0.5, 0.5, 0.75, 1);
  const measured = measureCalibration(probabilities, Uint8Array.of(0, 1, 0, 0, 255), 2);
  // A bin has its upper end: 0 and both 0.5 are in the first, with one inside of three.
  expect(measured.bins).toEqual([
    { pixels: 3, probability: 1 / 3, inside: 1 / 3 },
    { pixels: 2, probability: 0.875, inside: 0.5 },
  ]);
  expect(measured.expectedCalibrationError).toBeCloseTo((0 + 0.75) / 5, 12);
  expect(measured.brier).toBeCloseTo((0.25 + 0.25 + 0.5625) / 5, 12);
});

test("a certain and right map has no error, a certain and wrong one all of it, empty references included", () => {
  const errors = (probability: number, inside: number) => {
    const measured = measureCalibration(
      new Float32Array(9).fill(probability),
      new Uint8Array(9).fill(inside),
    );
    return [measured.expectedCalibrationError, measured.brier];
  };
  expect(errors(0, 0)).toEqual([0, 0]);
  expect(errors(1, 1)).toEqual([0, 0]);
  expect(errors(1, 0)).toEqual([1, 1]);
  expect(errors(0, 1)).toEqual([1, 1]);
});

test("what is no probability, and a mask of another shape, are refused", () => {
  for (const wrong of [NaN, -0.1, 1.5])
    expect(() => measureCalibration(Float32Array.of(wrong), Uint8Array.of(0))).toThrow(
      expect.objectContaining({ code: "PROBABILITY_OUT_OF_RANGE" }),
    );
  expect(() => measureCalibration(Float32Array.of(0.5), Uint8Array.of(0, 1))).toThrow(
    expect.objectContaining({ code: "MASK_SHAPE_MISMATCH" }),
  );
});
