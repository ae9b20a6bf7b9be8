import type { ReaderPerformance } from "./consensus-origin";
import { expectSameLength } from "./vote";

/** A consensus with what it found out about each reader. */
export interface StapleConsensus {
  /** The values that occur, ascending, 0 among them: the order of `prior` and `performance`. */
  values: number[];
  /** The most probable value of each pixel; of equally probable ones the lowest. */
  consensus: Uint8Array;
  /** The probability that a pixel truly has a value, 0..1 at each pixel; all 0 for one that does not occur. */
  posterior: (value: number) => Float32Array;
  /** How often each value was given, all readers together. */
  prior: number[];
  /**
   * By reader, true value and given value: the probability that the reader gives it. `[reader][t][t]` is the
   * sensitivity for a value; of two values, that of the first is the specificity for the second.
   */
  performance: number[][][];
  iterations: number;
}

/** What was estimated of each reader, in the order of the maps. */
export function readerPerformances({ values, performance }: StapleConsensus): ReaderPerformance[] {
  return performance.map((matrix) => {
    const hits = values.map((value, place) => [value, matrix[place]![place]!] as const);
    const [[, specificity], ...marked] = hits as [(typeof hits)[number], ...typeof hits];
    return { specificity, sensitivity: Object.fromEntries(marked) };
  });
}

/** Pixels to which the readers give the same values are one case: the estimation is over cases, not pixels. */
interface Cases {
  /** The case of each pixel. */
  caseOf: Int32Array;
  pixels: number[];
  /** By case and reader, the given value's place among `values`. */
  decisions: number[][];
}

function gatherCases(maps: readonly Uint8Array[], values: readonly number[]): Cases {
  const caseOf = new Int32Array(maps[0]!.length);
  let examples: number[] = [0];
  for (const map of maps) {
    // What was one case so far is split by what this reader says.
    const known = new Map<number, number>();
    examples = [];
    for (let at = 0; at < map.length; at++) {
      const key = caseOf[at]! * 256 + map[at]!;
      let number = known.get(key);
      if (number === undefined) {
        number = examples.length;
        known.set(key, number);
        examples.push(at);
      }
      caseOf[at] = number;
    }
  }
  const pixels = examples.map(() => 0);
  for (const each of caseOf) pixels[each]!++;
  const decisions = examples.map((at) => maps.map((map) => values.indexOf(map[at]!)));
  return { caseOf, pixels, decisions };
}

/** At which a step changes no probability by more, the estimation has converged. */
const tolerance = 1e-10;
const mostIterations = 5_000;

/**
 * Simultaneous truth and performance level estimation (STAPLE; Warfield, Zou & Wells 2004) with any number of
 * values: expectation maximisation of the true values and of each reader's confusion matrix. As there, readers start as
 * nearly faultless (0.99999) and the prior is how often each value was given; no spatial prior.
 * @param maps one a reader, values of the same pixels in 2D or 3D
 * @throws MASK_SHAPE_MISMATCH; RangeError where there is no map
 */
export function staple(maps: readonly Uint8Array[]): StapleConsensus {
  expectSameLength(maps);
  const counts = new Float64Array(256);
  for (const map of maps) for (const value of map) counts[value]!++;
  const values = [...counts.keys()].filter((value) => value === 0 || counts[value]! > 0);
  const prior = values.map((value) => counts[value]! / (maps.length * maps[0]!.length));
  const { caseOf, pixels, decisions } = gatherCases(maps, values);
  const estimation = new Estimation({ prior, pixels, decisions });
  let iterations = 0;
  while (iterations < mostIterations) {
    iterations++;
    estimation.expect();
    if (estimation.maximise() < tolerance) break;
  }
  estimation.expect();
  const { truth, performance } = estimation;
  const winners = truth.map((weights) => values[weights.indexOf(Math.max(...weights))]!);
  return {
    values,
    prior,
    performance,
    iterations,
    consensus: Uint8Array.from(caseOf, (each) => winners[each]!),
    posterior: (value) => {
      const place = values.indexOf(value);
      return Float32Array.from(caseOf, (each) => truth[each]![place] ?? 0);
    },
  };
}

class Estimation {
  /** By case, the probability of each true value. */
  readonly truth: number[][];
  readonly performance: number[][][];

  constructor(private readonly given: { prior: number[] } & Omit<Cases, "caseOf">) {
    const { prior, decisions } = given;
    this.truth = decisions.map(() => [...prior]);
    const wrong = 1e-5 / Math.max(1, prior.length - 1);
    this.performance = (decisions[0] ?? []).map(() =>
      prior.map((_, truth) => prior.map((_, said) => (truth === said ? 1 - 1e-5 : wrong))),
    );
  }

  /** Equation 15 of the paper, for every case. */
  expect(): void {
    this.given.decisions.forEach((said, each) => {
      const weights = this.given.prior.map((prior, value) =>
        said.reduce(
          (product, decision, reader) => product * this.performance[reader]![value]![decision]!,
          prior,
        ),
      );
      const sum = weights.reduce((total, weight) => total + weight, 0);
      // Of very many readers the product can vanish; then the case stays as it was.
      if (sum > 0) this.truth[each] = weights.map((weight) => weight / sum);
    });
  }

  /** Equations 18 and 19, for every reader. @returns the largest change of a probability */
  maximise(): number {
    const { pixels, decisions, prior } = this.given;
    let change = 0;
    this.performance.forEach((matrix, reader) => {
      const sums = prior.map(() => prior.map(() => 0));
      decisions.forEach((said, each) => {
        for (let value = 0; value < prior.length; value++)
          sums[value]![said[reader]!]! += pixels[each]! * this.truth[each]![value]!;
      });
      sums.forEach((row, value) => {
        const total = row.reduce((sum, weight) => sum + weight, 0);
        if (total === 0) return;
        row.forEach((weight, decision) => {
          change = Math.max(change, Math.abs(weight / total - matrix[value]![decision]!));
          matrix[value]![decision] = weight / total;
        });
      });
    });
    return change;
  }
}
