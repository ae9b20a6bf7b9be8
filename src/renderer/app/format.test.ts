import { describe, expect, test } from "vitest";
import {
  counted,
  formatArea,
  formatDistance,
  formatParameters,
  formatRatio,
  formatRemaining,
} from "./format";

test("what is undefined is the word n/a, never 0", () => {
  expect([formatRatio(null), formatRatio(undefined), formatDistance(Infinity)]).toEqual([
    "n/a",
    "n/a",
    "n/a",
  ]);
});

test("ratios have three decimals, distances one", () => {
  expect([formatRatio(0.9451), formatRatio(1), formatDistance(4.06)]).toEqual(["0.945", "1.000", "4.1"]);
});

test("an area is in cm² where the spacing is known, else in pixels", () => {
  expect(formatArea(120, 4530)).toEqual({ figure: "45.3", unit: "cm²" });
  expect(formatArea(120, undefined)).toEqual({ figure: "120", unit: "px" });
});

describe("formatRemaining", () => {
  test.each([
    [200, "1 s left"],
    [7_100, "8 s left"],
    [11_000, "15 s left"],
    [58_000, "60 s left"],
    [61_000, "2 min left"],
  ])("%i ms is %j", (milliseconds, words) => {
    expect(formatRemaining(milliseconds)).toBe(words);
  });
});

test("parameters are counted in millions or thousands", () => {
  expect([formatParameters(31_037_633), formatParameters(640_200)]).toEqual(["31.0 M", "640 k"]);
});

test("one slice is no plural", () => {
  expect([counted(1, "slice"), counted(0, "slice"), counted(2, "study", "studies")]).toEqual([
    "1 slice",
    "0 slices",
    "2 studies",
  ]);
});
