import fc from "fast-check";
import { expect, test } from "vitest";
import { measureLabelMaps } from "../metrics/measure";
import { agreementMatrix, disagreementOf, meanAgreement, rankDisputedSlices } from "./agreement";

const labels = (text: string) => ({
  rows: 1,
  columns: text.length,
  values: Uint8Array.from(text, (digit) => Number(digit)),
});

test("agreement is the mean Dice over the segments that either marked", () => {
  const values = fc.uint8Array({ minLength: 12, maxLength: 12, max: 3 });
  fc.assert(
    fc.property(values, values, (a, b) => {
      const [own, other] = [a, b].map((each) => ({ rows: 3, columns: 4, values: each }));
      const dices = [...measureLabelMaps(own!, other!, { segments: [1, 2, 3] }).values()].flatMap(
        ({ metrics }) => metrics.dice.value ?? [],
      );
      const mean = dices.reduce((sum, dice) => sum + dice, 0) / dices.length;
      const seen = meanAgreement(own!, other!, [1, 2, 3]);
      if (dices.length === 0) expect(seen).toBeUndefined();
      else expect(seen).toBeCloseTo(mean, 12);
    }),
  );
});

test("each reader is held against each, and two that marked nothing do not disagree", () => {
  const maps = [labels("0110"), labels("0100"), labels("0000"), labels("0000")];
  expect(agreementMatrix(maps, [1])).toEqual([
    [1, 2 / 3, 0, 0],
    [2 / 3, 1, 0, 0],
    [0, 0, undefined, undefined],
    [0, 0, undefined, undefined],
  ]);
  expect(disagreementOf(agreementMatrix(maps, [1]))).toBeCloseTo((1 / 3 + 4) / 6, 12);
  expect(disagreementOf([[1]])).toBe(0);
  expect(() => agreementMatrix([labels("01"), labels("011")], [1])).toThrow(
    expect.objectContaining({ code: "MASK_SHAPE_MISMATCH" }),
  );
});

test("the most disputed slice comes first, and one without dispute does not come", () => {
  const reader = [labels("1100"), labels("1111"), labels("1000"), labels("0000")];
  const other = [labels("1100"), labels("1110"), labels("0111"), labels("0001")];
  expect(rankDisputedSlices([reader, other], [1])).toEqual([
    { slice: 2, disagreement: 1, pixels: 4 },
    { slice: 3, disagreement: 1, pixels: 1 },
    { slice: 1, disagreement: 1 - 6 / 7, pixels: 1 },
  ]);
  expect(rankDisputedSlices([], [1])).toEqual([]);
});
