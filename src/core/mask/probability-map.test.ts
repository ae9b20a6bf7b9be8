import fc from "fast-check";
import { expect, test } from "vitest";
import { maskAtThreshold, quantiseProbabilities } from "./probability-map";

test("a threshold in hundredths decides on the bytes as on the probabilities themselves", () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1 }),
      fc.integer({ min: 1, max: 100 }),
      (numbers, hundredths) => {
        const probabilities = Float32Array.from(numbers);
        const map = { rows: 1, columns: numbers.length, values: quantiseProbabilities(probabilities) };
        const { values } = maskAtThreshold(map, { segment: 3, threshold: hundredths / 100 });
        expect([...values]).toEqual(Array.from(probabilities, (each) => (each * 100 >= hundredths ? 3 : 0)));
      },
    ),
  );
});

test("what is no probability is none, or certain", () => {
  expect([...quantiseProbabilities(Float32Array.of(NaN, -0.2, 0, 0.5, 1, 1.5))]).toEqual([
    0, 0, 0, 100, 200, 200,
  ]);
});
