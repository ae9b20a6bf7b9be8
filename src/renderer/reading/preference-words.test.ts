import { expect, test } from "vitest";
import { type PairPreference } from "../../core/comparison/blind-reading";
import { winRate } from "../../core/statistics/win-rate";
import { describePreference } from "./preference-words";

const pair = (aWins: number, bWins: number, ties = 0): PairPreference => {
  const rate = winRate({ wins: aWins, losses: bWins });
  const isTie = rate === undefined || (rate.low <= 0.5 && rate.high >= 0.5);
  return { a: "a", b: "b", aWins, bWins, ties, unread: 0, ...(rate && { winRate: rate }), isTie };
};
const say = (of: PairPreference) => describePreference(of, (id) => `Network ${id}`);

test("says who was preferred, with the interval of the one that won", () => {
  expect(say(pair(18, 2, 3))).toBe(
    "Network a was preferred over Network b in 18 of 20 (95 % interval 70 to 97 %), neither in 3.",
  );
  expect(say(pair(2, 18))).toBe(
    "Network b was preferred over Network a in 18 of 20 (95 % interval 70 to 97 %).",
  );
});

test("names no winner where the readings do not tell the two apart, or nobody preferred one", () => {
  expect(say(pair(6, 4))).toBe(
    "Network a and Network b are not told apart by this reading: Network a was preferred in 6 of 10 (95 % interval 31 to 83 %).",
  );
  expect(say(pair(0, 0, 5))).toBe("Nothing was preferred between Network a and Network b, neither in 5.");
});
