import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import { SeededRandom } from "../random";
import { bootstrapInterval } from "./bootstrap";
import { adjustByHolm } from "./holm";
import { normalProbability, normalQuantile } from "./normal";
import { quantileOfSorted } from "./quantile";
import { wilcoxonSignedRank } from "./wilcoxon";
import { winRate, wilsonInterval } from "./win-rate";

const scipy = pythonWith("scipy", "numpy");

/** Figures of SciPy for the samples on standard input. */
const inPython = `
import json, sys, warnings
import numpy as np
from scipy import stats
given = json.load(sys.stdin)
def signed_ranks(sample):
    found = stats.wilcoxon(sample)
    return [float(found.statistic), float(found.pvalue)]
def every_sign(sample):
    left = np.array([x for x in sample if x != 0])
    ranks = stats.rankdata(np.abs(left))
    # The paired permutation test of the rank sum goes through all 2^n signs.
    found = stats.permutation_test((left,), lambda x: np.sum(ranks * (x > 0)), permutation_type="samples", n_resamples=np.inf, vectorized=False)
    return float(found.pvalue)
def interval(sample):
    found = stats.bootstrap((sample,), np.mean, n_resamples=20000, method="BCa", random_state=np.random.default_rng(7))
    return [float(found.confidence_interval.low), float(found.confidence_interval.high)]
print(json.dumps(dict(
    wilcoxon=[signed_ranks(sample) for sample in given["samples"]],
    tied=[every_sign(sample) for sample in given["tied"]],
    intervals=[interval(sample) for sample in given["skewed"]],
    normal=[[float(stats.norm.cdf(z)), float(stats.norm.ppf(stats.norm.cdf(z)))] for z in given["z"]],
    wilson=[list(map(float, stats.binomtest(k, n).proportion_ci(method="wilson"))) for k, n in given["shares"]])))`;

const random = new SeededRandom(2026);
const draw = (count: number, shift: number) => Array.from({ length: count }, () => random.normal() + shift);
const given = {
  // Below and above 50 differences, the end of the exact distribution, and with ties above it.
  samples: [1, 2, 5, 9, 20, 50, 51, 80, 400].map((count, at) => draw(count, at % 3 === 0 ? 0 : 0.4)),
  tied: [4, 7, 11, 13].map((count) => draw(count, 0.5).map((value) => Math.round(value * 2))),
  skewed: [10, 30, 90].map((count) => draw(count, 0).map((value) => Math.exp(value))),
  z: [-6, -2.5, -1, -0.1, 0, 0.7, 1.96, 4],
  shares: [
    [0, 5],
    [5, 5],
    [7, 10],
    [51, 100],
    [1, 1],
  ],
};
given.samples.push(draw(120, 0.2).map((value) => Math.round(value * 4) / 4));

describe.skipIf(scipy === undefined)("beside SciPy", () => {
  const found = (scipy && runPython(scipy, inPython, [], JSON.stringify(given))) as {
    wilcoxon: [number, number][];
    tied: number[];
    intervals: [number, number][];
    normal: [number, number][];
    wilson: [number, number][];
  };

  test("signed ranks, small samples exactly and large ones with ties", () => {
    const own = given.samples.map((sample) => {
      const { ranksAbove, ranksBelow, pValue } = wilcoxonSignedRank(sample);
      return [Math.min(ranksAbove, ranksBelow), pValue];
    });
    found.wilcoxon.forEach(([statistic, pValue], at) => {
      expect(own[at]![0]).toBe(statistic);
      expect(own[at]![1]).toBeCloseTo(pValue, 10);
    });
  });

  test("signed ranks of small samples with ties and zeros, over all signs", () => {
    found.tied.forEach((pValue, at) => {
      const seen = wilcoxonSignedRank(given.tied[at]!);
      expect(seen.method).toBe("exact");
      expect(seen.pValue).toBeCloseTo(pValue, 10);
    });
  });

  test("bootstrap intervals of skewed samples, as near as two random sources can be", () => {
    found.intervals.forEach(([low, high], at) => {
      const seen = bootstrapInterval(given.skewed[at]!, { resamples: 20_000 })!;
      expect(seen.method).toBe("BCa");
      expect(Math.abs(seen.low - low)).toBeLessThan(0.03 * (high - low));
      expect(Math.abs(seen.high - high)).toBeLessThan(0.03 * (high - low));
    });
  });

  test("the normal distribution and Wilson's interval", () => {
    found.normal.forEach(([probability, z], at) => {
      expect(normalProbability(given.z[at]!)).toBeCloseTo(probability, 14);
      expect(normalQuantile(probability)).toBeCloseTo(z, 7);
    });
    found.wilson.forEach(([low, high], at) => {
      const [successes, trials] = given.shares[at] as [number, number];
      const seen = wilsonInterval(successes, trials);
      expect(seen.low).toBeCloseTo(low, 10);
      expect(seen.high).toBeCloseTo(high, 10);
    });
  });
});

describe("signed ranks", () => {
  test("five differences of one sign: 2 of 32 patterns are as extreme", () => {
    expect(wilcoxonSignedRank([1, 2, 3, 4, 5])).toEqual({
      cases: 5,
      ranksAbove: 15,
      ranksBelow: 0,
      pValue: 2 / 32,
      method: "exact",
    });
  });

  test("models that are equal in every case are no evidence", () => {
    expect(wilcoxonSignedRank([0, 0, 0])).toMatchObject({ cases: 0, pValue: 1 });
    expect(wilcoxonSignedRank([])).toMatchObject({ cases: 0, pValue: 1 });
  });

  test("exchanging the models leaves the p-value as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 70 }), (sample) => {
        const back = wilcoxonSignedRank(sample.map((value) => -value));
        expect(back.pValue).toBeCloseTo(wilcoxonSignedRank(sample).pValue, 12);
        expect(back.pValue).toBeGreaterThan(0);
        expect(back.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test("Holm's correction, as R's p.adjust gives it", () => {
  const close = (values: number[]) => values.map((value) => expect.closeTo(value, 12) as number);
  expect(adjustByHolm([0.01, 0.04, 0.03, 0.005])).toEqual(close([0.03, 0.06, 0.06, 0.02]));
  expect(adjustByHolm([0.5, 0.9])).toEqual([1, 1]);
  expect(adjustByHolm([])).toEqual([]);
});

describe("bootstrap intervals", () => {
  const values = given.skewed[1]!;

  test("the same seed gives the same interval, another one nearly", () => {
    const first = bootstrapInterval(values, { seed: 4 });
    expect(bootstrapInterval(values, { seed: 4 })).toEqual(first);
    expect(bootstrapInterval(values, { seed: 5 })).not.toEqual(first);
  });

  test("slices of one patient do not count as so many patients: the interval is wider", () => {
    const source = new SeededRandom(8);
    const patients = Array.from({ length: 12 }, () => source.normal());
    const slices = patients.flatMap((level, patient) =>
      Array.from({ length: 10 }, () => ({ value: level + 0.1 * source.normal(), patient: `p${patient}` })),
    );
    const width = (clusters?: string[]) => {
      const samples = slices.map(({ value }) => value);
      const { low, high } = bootstrapInterval(samples, { ...(clusters && { clusters }), resamples: 2000 })!;
      return high - low;
    };
    expect(width(slices.map(({ patient }) => patient))).toBeGreaterThan(2 * width());
  });

  test("values that are all alike have an interval without width, and one value has none", () => {
    expect(bootstrapInterval([2, 2, 2])).toMatchObject({ estimate: 2, low: 2, high: 2 });
    expect(bootstrapInterval([2])).toBeUndefined();
    expect(bootstrapInterval([2, 3], { clusters: ["a", "a"] })).toBeUndefined();
  });

  test("other statistics than the mean", () => {
    const median = (sample: ArrayLike<number>) => quantileOfSorted(Float64Array.from(sample).sort(), 0.5);
    const { estimate, low, high } = bootstrapInterval([1, 2, 3, 4, 90], { statistic: median })!;
    expect(estimate).toBe(3);
    expect(low).toBeLessThan(3);
    expect(high).toBeGreaterThan(3);
  });
});

test("a win rate counts the readings with a preference", () => {
  expect(winRate({ wins: 0, losses: 0 })).toBeUndefined();
  expect(winRate({ wins: 3, losses: 1 })).toMatchObject({ rate: 0.75, decided: 4 });
});
