import { expect, test } from "vitest";
import { majorityVote, voteEntropy } from "./vote";

const maps = ["00112", "01122", "01123", "00133"].map((text) => Uint8Array.from(text, Number));

test("the value with the most votes wins, and a tie is background", () => {
  expect([...majorityVote(maps)]).toEqual([0, 0, 1, 2, 0]);
  expect([...majorityVote(maps.slice(0, 3))]).toEqual([0, 1, 1, 2, 2]);
  expect(majorityVote(maps.slice(0, 1))).toEqual(maps[0]);
});

test("entropy is in bits: nothing where all agree, one where two halves stand against each other", () => {
  const quarters = (...shares: number[]) => -shares.reduce((sum, n) => sum + (n / 4) * Math.log2(n / 4), 0);
  const expected = [0, 1, 0, quarters(1, 2, 1), 1];
  voteEntropy(maps).forEach((bits, at) => expect(bits).toBeCloseTo(expected[at]!, 6));
});

test("without a reader, or with readers of different pictures, there is no consensus", () => {
  expect(() => majorityVote([])).toThrow(RangeError);
  expect(() => voteEntropy([new Uint8Array(2), new Uint8Array(3)])).toThrow(
    expect.objectContaining({ code: "MASK_SHAPE_MISMATCH" }),
  );
});
