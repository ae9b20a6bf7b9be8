/** Where a reader is with a slice or a series, in the order of the work. */
export const reviewStates = ["not-started", "in-progress", "done", "flagged"] as const;
export type ReviewState = (typeof reviewStates)[number];

/** How far models disagree on one slice: 1 - mean pairwise Dice, 0..1. */
export interface SliceDispute {
  frame: number;
  value: number;
}

/**
 * How far the models disagree over a series.
 * @param slices the slices on which at least two models have a mask
 * @returns the mean over these slices, 0..1, or undefined where there is none: nobody can disagree there
 */
export function seriesDispute(slices: readonly SliceDispute[]): number | undefined {
  if (slices.length === 0) return undefined;
  return slices.reduce((sum, { value }) => sum + value, 0) / slices.length;
}

/**
 * Puts what is disputed most first; what nobody can say comes last, and what is alike keeps its order.
 * @param disputeOf 0..1, or undefined
 */
export function mostDisputedFirst<Item>(
  items: readonly Item[],
  disputeOf: (item: Item) => number | undefined,
): Item[] {
  return [...items].sort((a, b) => (disputeOf(b) ?? -1) - (disputeOf(a) ?? -1));
}

/** One step of a history, as far as its cost goes. */
export interface CostedStep {
  /** Milliseconds since 1970. */
  madeAt: number;
  /** How many pixels it changed. */
  pixels: number;
  isUndone: boolean;
}

/** What it took to correct a mask. */
export interface EditCost {
  strokes: number;
  pixels: number;
  seconds: number;
}

/** A reader who makes no step for so long has turned to something else. */
const idleMs = 60_000;

/**
 * What the corrections of one annotation cost.
 * @param startedAt when the annotation took its masks over, in milliseconds since 1970
 * @param steps     its later steps, the first made first; one that was undone took time, but is no correction
 * @returns strokes, pixels changed by them (one that is changed twice counts twice), and the active seconds: the time
 * from each step to the next, left out where it is longer than a minute
 */
export function editCost(startedAt: number, steps: readonly CostedStep[]): EditCost {
  const cost: EditCost = { strokes: 0, pixels: 0, seconds: 0 };
  let before = startedAt;
  for (const { madeAt, pixels, isUndone } of steps) {
    const gap = madeAt - before;
    if (gap > 0 && gap <= idleMs) cost.seconds += gap / 1_000;
    before = madeAt;
    if (isUndone) continue;
    cost.strokes++;
    cost.pixels += pixels;
  }
  return cost;
}
