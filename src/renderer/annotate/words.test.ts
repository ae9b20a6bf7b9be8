import { expect, test } from "vitest";
import { ageText, savedText, stepText } from "./words";

test.each([
  // The clock was set back since.
  [-3_600_000, "now"],
  [400, "now"],
  [41_000, "0:41"],
  [725_000, "12:05"],
  [3 * 3_600_000, "3 h"],
  [49 * 3_600_000, "2 d"],
])("a step made %i ms ago is %s old", (age, text) => {
  expect(ageText(age)).toBe(text);
});

test.each([
  [[], ""],
  [[6], "slice 7"],
  [[4, 5, 6, 7, 8], "slices 5 to 9"],
  [[0, 3, 9], "3 slices"],
])("a step on frames %j is on %j", (frames, text) => {
  expect(stepText(undefined, frames)).toBe(text);
});

test("a step of one segment names it", () => {
  expect(stepText("LV myocardium", [6])).toBe("LV myocardium, slice 7");
  expect(stepText("LV myocardium", [])).toBe("LV myocardium");
});

test("a save is told to the second, the minute, the hour", () => {
  expect([-3_600_000, 900, 61_000, 7_200_000].map(savedText)).toEqual([
    "0 s ago",
    "1 s ago",
    "1 min ago",
    "2 h ago",
  ]);
});
