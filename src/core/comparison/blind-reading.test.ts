import { describe, expect, test } from "vitest";
import { planReading, type ReadableCase, readingPreferences } from "./blind-reading";

/** Cases on which a, b and c all have masks; a and b agree the less, the later the slice. */
const casesOf = (count: number): ReadableCase[] =>
  Array.from({ length: count }, (_, frame) => ({
    seriesId: "series",
    frame,
    input: "cine.dcm",
    masks: ["a", "b", "c"].map((model) => ({
      model,
      layerId: `layer-${model}`,
      sha256: `${model}-${frame}`,
    })),
    agreement: [
      { a: "a", b: "b", dice: 1 - frame / 100 },
      { a: "a", b: "c", dice: 0.5 },
      { a: "b", b: "c", dice: null },
    ],
  }));
const wish = { order: "disputed", seed: 7, mostPerPair: 1000 } as const;

describe("planReading", () => {
  test("shows every pair on every case once, the most disputed first", () => {
    const { presentations } = planReading(["a", "b"], casesOf(40), wish);
    expect(presentations.map(({ frame }) => frame)).toEqual(Array.from({ length: 40 }, (_, at) => 39 - at));
    expect(planReading(["a", "b", "c"], casesOf(40), wish).presentations).toHaveLength(3 * 40);
  });

  test("gives the same plan for the same seed, and another for another", () => {
    const random = { ...wish, order: "random" } as const;
    const plan = planReading(["a", "b"], casesOf(40), random);
    expect(planReading(["a", "b"], casesOf(40), random)).toEqual(plan);
    expect(planReading(["a", "b"], casesOf(40), { ...random, seed: 8 })).not.toEqual(plan);
    expect(plan.presentations.map(({ frame }) => frame).sort((x, y) => x - y)).toEqual(
      Array.from({ length: 40 }, (_, at) => at),
    );
  });

  test("puts each candidate on either side about as often", () => {
    const { presentations } = planReading(["a", "b"], casesOf(400), wish);
    const share = presentations.filter(({ left }) => left.model === "a").length / 400;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  test("leaves out masks that are the same, and counts them", () => {
    const cases = casesOf(3);
    const same = cases[0]!.masks.map((mask) => ({ ...mask, sha256: "same" }));
    const plan = planReading(["a", "b"], [{ ...cases[0]!, masks: same }, cases[1]!, cases[2]!], wish);
    expect([plan.identical, plan.presentations.length]).toEqual([1, 2]);
  });

  test("takes so many of each pair as were asked for, and cases that have both", () => {
    const [first, ...others] = casesOf(10);
    const cases = [{ ...first!, masks: first!.masks.slice(0, 1) }, ...others];
    expect(planReading(["a", "b"], cases, wish).presentations).toHaveLength(9);
    const turns = planReading(["a", "b", "c"], cases, wish).presentations.slice(0, 3);
    const pairs = turns.map(({ left, right }) => [left.model, right.model].sort().join(""));
    expect(pairs.sort()).toEqual(["ab", "ac", "bc"]);
    expect(planReading(["a", "b", "c"], cases, { ...wish, mostPerPair: 2 }).presentations).toHaveLength(6);
  });
});

describe("readingPreferences", () => {
  const { presentations } = planReading(["a", "b"], casesOf(20), wish);
  const sideOf = (model: string) =>
    presentations.map(({ left }) => (left.model === model ? ("left" as const) : ("right" as const)));

  test("counts who was preferred, whichever side that was, with Wilson's interval", () => {
    const choices = sideOf("a").map((side, at) => (at < 15 ? side : at < 17 ? ("tie" as const) : undefined));
    // Of 15 in 15 it begins at n / (n + z^2).
    expect(readingPreferences(["a", "b"], presentations, choices)).toEqual([
      {
        a: "a",
        b: "b",
        aWins: 15,
        bWins: 0,
        ties: 2,
        unread: 3,
        winRate: { rate: 1, decided: 15, low: expect.closeTo(0.79611, 4) as number, high: 1 },
        isTie: false,
      },
    ]);
  });

  test("says that it is a tie where the interval holds a half, or nobody preferred one", () => {
    const choices = sideOf("a").map((side, at) => (at < 12 ? side : side === "left" ? "right" : "left"));
    expect(readingPreferences(["a", "b"], presentations, choices)[0]).toMatchObject({
      aWins: 12,
      bWins: 8,
      isTie: true,
    });
    const undecided = readingPreferences(
      ["a", "b"],
      presentations,
      presentations.map(() => "tie"),
    );
    expect(undecided[0]).toEqual({ a: "a", b: "b", aWins: 0, bWins: 0, ties: 20, unread: 0, isTie: true });
  });
});
