import { expect, test } from "vitest";
import { formatRemaining, RateMeter } from "./progress";

function meterWithClock(total: number): { meter: RateMeter; wait: (ms: number) => void } {
  let time = 1000;
  return { meter: new RateMeter(total, () => time), wait: (ms) => (time += ms) };
}

test("rate and remaining time follow from the items that were worked on", () => {
  const { meter, wait } = meterWithClock(10);
  wait(500);
  expect(meter.finish("worked")).toEqual({ done: 1, total: 10 });
  wait(500);
  expect(meter.finish("worked")).toEqual({ done: 2, total: 10, perSecond: 2, remainingMs: 4000 });
});

test("skipped items count as done and leave the rate alone", () => {
  const { meter, wait } = meterWithClock(100);
  for (let i = 0; i < 90; i++) meter.finish("skipped");
  for (let i = 0; i < 2; i++) {
    wait(1000);
    meter.finish("worked");
  }
  expect(meter.progress()).toEqual({ done: 92, total: 100, perSecond: 1, remainingMs: 8000 });
});

test("the rate forgets what was long ago", () => {
  const { meter, wait } = meterWithClock(1000);
  for (let i = 0; i < 50; i++) {
    wait(1000);
    meter.finish("worked");
  }
  for (let i = 0; i < 40; i++) {
    wait(100);
    meter.finish("worked");
  }
  expect(meter.progress().perSecond).toBeCloseTo(10, 9);
});

test.each([
  [0, "0 s"],
  [1200, "2 s"],
  [9999, "10 s"],
  [11_000, "15 s"],
  [57_400, "60 s"],
  [61_000, "1 min"],
  [150_000, "3 min"],
  [3_600_000, "1 h 0 min"],
  [5_400_000, "1 h 30 min"],
])("%d ms remain as %s", (milliseconds, text) => {
  expect(formatRemaining(milliseconds)).toBe(text);
});
