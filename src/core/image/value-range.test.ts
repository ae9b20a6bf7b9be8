import { expect, test } from "vitest";
import type { Frame, PixelMeaning } from "./frame";
import { sampleRange, valueAt } from "./value-range";

const grey: PixelMeaning = {
  photometricInterpretation: "MONOCHROME2",
  bitsStored: 12,
  rescaleSlope: 1,
  rescaleIntercept: 0,
  windows: [],
  voiFunction: "LINEAR",
};
const frameOf = (
  pixels: Frame["pixels"],
  meaning: Partial<PixelMeaning>,
  samplesPerPixel: 1 | 3 = 1,
): Frame => ({
  rows: 1,
  columns: pixels.length / samplesPerPixel,
  samplesPerPixel,
  pixels,
  meaning: { ...grey, ...meaning },
  geometry: {},
});
/** Which pixels lie in a range, by their samples and by their values: the two must agree. */
function within(frame: Frame, low: number, high: number): boolean[] {
  const range = sampleRange(frame, low, high);
  const bySample = Array.from(range.samples, (sample) => sample >= range.low && sample <= range.high);
  const byValue = bySample.map((_, at) => valueAt(frame, at) >= low && valueAt(frame, at) <= high);
  expect(bySample).toEqual(byValue);
  return bySample;
}

test("a range in HU is laid on stored values, both ends included", () => {
  const frame = frameOf(Uint16Array.of(0, 1000, 1050, 2000), { rescaleIntercept: -1000 });
  expect(within(frame, 0, 50)).toEqual([false, true, true, false]);
});

test("a negative slope turns the range round", () => {
  const frame = frameOf(Int16Array.of(-10, 0, 10), { rescaleSlope: -2 });
  expect(within(frame, -20, 0)).toEqual([false, true, true]);
});

test("a modality LUT decides, not slope and intercept", () => {
  const modalityLut = { firstValue: 0, bitsPerEntry: 16, entries: Uint16Array.of(100, 5, 70) };
  const frame = frameOf(Uint8Array.of(0, 1, 2), { modalityLut, rescaleSlope: 9 });
  expect(within(frame, 50, 100)).toEqual([true, false, true]);
});

test("colour is compared by its luma", () => {
  const frame = frameOf(
    Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255),
    { photometricInterpretation: "RGB" },
    3,
  );
  expect(within(frame, 100, 255)).toEqual([false, true, false]);
});

test("a palette's pixel has the luma of its entry", () => {
  const palette = {
    firstValue: 10,
    red: Uint8Array.of(0, 255),
    green: Uint8Array.of(0, 255),
    blue: Uint8Array.of(0, 255),
  };
  expect(within(frameOf(Uint8Array.of(10, 11), { palette }), 200, 255)).toEqual([false, true]);
});
