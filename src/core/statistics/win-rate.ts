import type { Interval } from "./interval";
import { normalQuantile } from "./normal";

/**
 * Wilson's score interval of a share (Wilson 1927, without continuity correction): stays within 0 and 1, and is of use
 * for few trials and shares of 0 or 1.
 * @param trials at least 1
 */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): Interval {
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** How often one of two was preferred. */
export interface WinRate extends Interval {
  rate: number;
  /** Readings with a preference: those without one say nothing about it, and are not counted. */
  decided: number;
}

/** @returns undefined where nobody had a preference */
export function winRate({ wins, losses }: { wins: number; losses: number }): WinRate | undefined {
  const decided = wins + losses;
  return decided === 0 ? undefined : { rate: wins / decided, decided, ...wilsonInterval(wins, decided) };
}
