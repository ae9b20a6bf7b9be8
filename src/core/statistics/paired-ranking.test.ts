import { describe, expect, test } from "vitest";
import { SeededRandom } from "../random";
import { rankPaired } from "./paired-ranking";

const random = new SeededRandom(6);
const difficulty = Array.from({ length: 30 }, () => random.normal());
const model = (name: string, level: number) => ({
  name,
  values: difficulty.map((each) => each + level + 0.2 * random.normal()),
});
const models = [model("poor", 0), model("good", 1), model("as good", 1.001)];

describe("a ranking of models", () => {
  test("says who is better and who cannot be told apart", () => {
    const { ranking, comparisons } = rankPaired(models, { goal: "high" });
    expect(ranking.map(({ name, isAmongBest }) => [name, isAmongBest])).toEqual([
      expect.arrayContaining([true]),
      expect.arrayContaining([true]),
      ["poor", false],
    ]);
    expect(comparisons.map(({ a, b, better, cases }) => [a, b, better, cases])).toEqual([
      ["poor", "good", "b", 30],
      ["poor", "as good", "b", 30],
      ["good", "as good", "tie", 30],
    ]);
    const [first, , tie] = comparisons;
    expect(first!.adjustedPValue).toBeGreaterThan(first!.test.pValue);
    expect(first!.difference!.high).toBeLessThan(0);
    expect(tie!.difference).toMatchObject({ low: expect.any(Number) as number });
    expect(tie!.difference!.low).toBeLessThan(0);
    expect(tie!.difference!.high).toBeGreaterThan(0);
  });

  test("of distances the lower is better, and of signed differences the one nearer to 0", () => {
    const better = (goal: "low" | "zero", a: number, b: number) =>
      rankPaired(
        [
          { name: "a", values: Array(9).fill(a) as number[] },
          { name: "b", values: Array(9).fill(b) as number[] },
        ],
        { goal },
      );
    expect(better("low", 1, 2).comparisons[0]!.better).toBe("a");
    expect(better("zero", -3, 2).comparisons[0]!.better).toBe("b");
    expect(better("zero", -3, 2).ranking.map(({ name, mean }) => [name, mean])).toEqual([
      ["b", 2],
      ["a", 3],
    ]);
  });

  test("only cases with a value for both are compared, and a model without one is last", () => {
    const { ranking, comparisons } = rankPaired(
      [
        { name: "nothing", values: [null, null, null] },
        { name: "some", values: [1, null, 1] },
        { name: "all", values: [1, 1, 1] },
      ],
      { goal: "high" },
    );
    expect(ranking.at(-1)).toEqual({ name: "nothing", mean: null, cases: 0, isAmongBest: false });
    expect(comparisons.map(({ cases, better }) => [cases, better])).toEqual([
      [0, "tie"],
      [0, "tie"],
      [2, "tie"],
    ]);
    expect(comparisons[0]!.difference).toBeUndefined();
  });

  test("many slices of few patients prove less than as many patients", () => {
    const two = models.slice(0, 2);
    const alone = rankPaired(two, { goal: "high" }).comparisons[0]!;
    const clusters = difficulty.map((_, at) => `patient ${at % 3}`);
    const together = rankPaired(two, { goal: "high", clusters }).comparisons[0]!;
    expect(alone.better).toBe("b");
    expect(together).toMatchObject({ better: "tie", cases: 30, test: { cases: 3, pValue: 0.25 } });
  });
});
