import { quantileOfSorted } from "../../src/core/statistics/quantile";

/** Does one round of its work and gives what it measured: milliseconds as a rule. */
export type Contestant = () => Promise<number>;

export interface Rounds {
  /** Rounds that are run and not counted. */
  warmUp: number;
  /** Counted rounds, unless the time is up before. */
  most: number;
  /** Stops after so long, but not before `least` rounds. */
  seconds: number;
  least: number;
}

export const defaultRounds: Rounds = { warmUp: 3, most: 40, seconds: 15, least: 9 };

/**
 * Runs contestants by turns, round after round, each round starting with another of them: whatever else the machine
 * does then hits all alike, and none always runs in the caches that the same other one left.
 * @returns what each gave in every counted round
 */
export async function byTurns<Name extends string>(
  contestants: Partial<Record<Name, Contestant>>,
  { warmUp, most, seconds, least }: Rounds = defaultRounds,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const start = performance.now();
  for (let round = -warmUp; round < most; round++) {
    if (round >= least && performance.now() - start > seconds * 1000) break;
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + Math.abs(round)) % names.length]!;
      const ms = await contestants[name]!();
      if (round >= 0) samples[name].push(ms);
    }
  }
  return samples;
}

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The value below which a share of the values lies, between its neighbours. `values` may not be empty. */
export const quantile = (values: readonly number[], share: number): number =>
  quantileOfSorted(
    values.toSorted((a, b) => a - b),
    share,
  );

export const median = (values: readonly number[]): number => quantile(values, 0.5);
