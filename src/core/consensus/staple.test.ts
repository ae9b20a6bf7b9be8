import { describe, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import { SeededRandom } from "../random";
import { staple } from "./staple";
import { majorityVote } from "./vote";

const columns = 40;

/** A true picture of some bands, and readers who each give a wrong value at a rate of their own. */
function readers(seed: number, { count, values }: { count: number; values: number }) {
  const random = new SeededRandom(seed);
  const truth = Uint8Array.from(
    { length: columns * columns },
    (_, at) => Math.floor(((at % columns) * values * 1.5) / columns) % values,
  );
  const rates = Array.from({ length: count }, () => random.between(0.02, 0.3));
  const maps = rates.map((rate) =>
    truth.map((value) => (random.chance(rate) ? random.below(values) : value)),
  );
  return { truth, rates, maps };
}

describe("STAPLE", () => {
  test("finds out who reads well, and follows them where the majority is wrong", () => {
    const { truth } = readers(1, { count: 0, values: 2 });
    const random = new SeededRandom(3);
    const good = [1, 2].map(() => truth.map((value) => (random.chance(0.01) ? 1 - value : value)));
    // Three readers who agree too often on the same wrong pixels outvote the two good ones.
    const confused = truth.map((value) => (random.chance(0.2) ? 1 - value : value));
    const poor = [1, 2, 3].map(() => confused.map((value) => (random.chance(0.25) ? 1 - value : value)));
    const maps = [...good, ...poor];
    const wrong = (map: Uint8Array) => map.filter((value, at) => value !== truth[at]).length;
    const { consensus, performance } = staple(maps);
    expect(wrong(consensus)).toBeLessThan(wrong(majorityVote(maps)) / 4);
    const sensitivities = performance.map((matrix) => matrix[1]![1]!);
    expect(Math.min(...sensitivities.slice(0, 2))).toBeGreaterThan(Math.max(...sensitivities.slice(2)) + 0.2);
  });

  test("every row of a confusion matrix and every pixel's probabilities sum to 1", () => {
    const { values, performance, posterior } = staple(readers(4, { count: 4, values: 3 }).maps);
    for (const row of performance.flat()) expect(row.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 10);
    const [background, ...others] = values.map((value) => posterior(value));
    background!.forEach((p, at) => expect(others.reduce((sum, map) => sum + map[at]!, p)).toBeCloseTo(1, 5));
  });

  test("readers who all agree are right, empty maps included", () => {
    const map = Uint8Array.of(0, 5, 5, 0);
    expect(staple([map, map, map])).toMatchObject({ values: [0, 5], consensus: map });
    const empty = new Uint8Array(4);
    const { values, consensus, posterior } = staple([empty, empty]);
    expect({ values, consensus }).toEqual({ values: [0], consensus: empty });
    expect(posterior(1)).toEqual(new Float32Array(4));
    expect(() => staple([])).toThrow(RangeError);
  });
});

const simpleItk = pythonWith("SimpleITK", "numpy");

/** Of two values STAPLE, of more MultiLabelSTAPLE and LabelVoting, on the same readings. */
const estimateInPython = `
import json, sys
import numpy as np, SimpleITK as sitk
answers = []
for case in json.load(sys.stdin):
    maps = [sitk.GetImageFromArray(np.array(each, dtype=np.uint8).reshape(${columns}, ${columns})) for each in case]
    if max(map(max, case)) == 1:
        filter = sitk.STAPLEImageFilter(); filter.SetForegroundValue(1)
        posterior = sitk.GetArrayFromImage(filter.Execute(maps)).ravel()
        answers.append(dict(posterior=posterior.tolist(), sensitivity=list(filter.GetSensitivity()), specificity=list(filter.GetSpecificity())))
    else:
        filter = sitk.MultiLabelSTAPLEImageFilter(); filter.SetLabelForUndecidedPixels(0); filter.SetTerminationUpdateThreshold(1e-12)
        consensus = sitk.GetArrayFromImage(filter.Execute(maps)).ravel()
        voted = sitk.GetArrayFromImage(sitk.LabelVoting(maps, 0)).ravel()
        answers.append(dict(consensus=consensus.tolist(), voted=voted.tolist()))
print(json.dumps(answers))`;

describe.skipIf(simpleItk === undefined)("beside SimpleITK", () => {
  const binary = [11, 12, 13, 14].map((seed) => readers(seed, { count: 2 + (seed % 5), values: 2 }).maps);
  const several = [21, 22, 23, 24].map((seed) => readers(seed, { count: 3 + (seed % 4), values: 4 }).maps);
  const ask = (cases: Uint8Array[][]) =>
    runPython(
      simpleItk!,
      estimateInPython,
      [],
      JSON.stringify(cases.map((maps) => maps.map((map) => [...map]))),
    );

  test("two values: every probability, sensitivity and specificity", () => {
    const answers = ask(binary) as Record<"posterior" | "sensitivity" | "specificity", number[]>[];
    binary.forEach((maps, at) => {
      const { posterior, performance } = staple(maps);
      const own = {
        posterior: [...posterior(1)],
        sensitivity: performance.map((matrix) => matrix[1]![1]!),
        specificity: performance.map((matrix) => matrix[0]![0]!),
      };
      for (const key of ["posterior", "sensitivity", "specificity"] as const)
        expect(largestDifference(own[key], answers[at]![key])).toBeLessThan(1e-6);
    });
  });

  test("several values: the same consensus, and the same majority vote", () => {
    const answers = ask(several) as { consensus: number[]; voted: number[] }[];
    several.forEach((maps, at) => {
      expect([...staple(maps).consensus]).toEqual(answers[at]!.consensus);
      expect([...majorityVote(maps)]).toEqual(answers[at]!.voted);
    });
  });
});

function largestDifference(own: readonly number[], other: readonly number[]): number {
  expect(own).toHaveLength(other.length);
  return own.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at]!)), 0);
}
