import fc from "fast-check";
import { expect, test } from "vitest";
import { countOverlap } from "../metrics/overlap";
import { compareLabelMaps, differenceValues } from "./difference";
import { countLabelPixels } from "./label-map";

const line = (...values: number[]) => ({ rows: 1, columns: values.length, values: Uint8Array.from(values) });

test("agreement, too much and missed are told apart, and another segment is too much", () => {
  const { agreed, tooMuch, missed } = differenceValues;
  expect(compareLabelMaps(line(0, 1, 1, 0, 2), line(0, 1, 0, 2, 1))).toEqual(
    line(0, agreed, tooMuch, missed, tooMuch),
  );
});

test("of one segment the counts are true positives, false positives and false negatives", () => {
  const mask = fc.uint8Array({ minLength: 20, maxLength: 20, max: 1 });
  fc.assert(
    fc.property(mask, mask, (a, b) => {
      const counts = countLabelPixels(compareLabelMaps(line(...a), line(...b)));
      const { truePositive, falsePositive, falseNegative, trueNegative } = countOverlap(a, b);
      const at = (value: number) => counts.get(value) ?? 0;
      expect([at(1), at(2), at(3), at(0)]).toEqual([
        truePositive,
        falsePositive,
        falseNegative,
        trueNegative,
      ]);
    }),
  );
});

test("label maps of two sizes are refused", () => {
  expect(() => compareLabelMaps(line(0, 1), line(0, 1, 0))).toThrow(RangeError);
});
