import { expect, test } from "vitest";
import { editCost, mostDisputedFirst, seriesDispute } from "./review";

test("a series is disputed as its slices are on average, and not at all where nobody can disagree", () => {
  const slices = [
    { frame: 0, value: 0.5 },
    { frame: 4, value: 0.1 },
  ];
  expect([seriesDispute(slices), seriesDispute([])]).toEqual([0.3, undefined]);
});

test("most disputed first keeps the order of equals and puts the unknown last", () => {
  const items = [
    { id: "unknown", dispute: undefined },
    { id: "calm", dispute: 0 },
    { id: "hot", dispute: 0.9 },
    { id: "calm too", dispute: 0 },
  ];
  expect(mostDisputedFirst(items, ({ dispute }) => dispute).map(({ id }) => id)).toEqual([
    "hot",
    "calm",
    "calm too",
    "unknown",
  ]);
});

test("edit cost counts steps that stand, and the time of all but pauses", () => {
  const steps = [
    { madeAt: 110_000, pixels: 40, isUndone: false },
    { madeAt: 400_000, pixels: 2, isUndone: false }, // After a pause.
    { madeAt: 405_000, pixels: 9, isUndone: true },
  ];
  expect(editCost(100_000, steps)).toEqual({ strokes: 2, pixels: 42, seconds: 15 });
  expect(editCost(100_000, [])).toEqual({ strokes: 0, pixels: 0, seconds: 0 });
});
