/** How far a batch is, for a bar and for a remaining time. */
export interface BatchProgress {
  done: number;
  total: number;
  /** Items a second over the last of them; absent before the second one. */
  perSecond?: number;
  remainingMs?: number;
}

/** Rates are taken over this many items: long enough to be steady, short enough to follow a change of input. */
const windowItems = 40;

/** Measures the rate of a batch. Items that were skipped are done, but say nothing about the rate. */
export class RateMeter {
  private done = 0;
  private readonly finishedAt: number[];

  constructor(
    private readonly total: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.finishedAt = [now()];
  }

  /** Counts one item and says where the batch stands. */
  finish(kind: "worked" | "skipped"): BatchProgress {
    this.done++;
    if (kind === "worked") {
      this.finishedAt.push(this.now());
      if (this.finishedAt.length > windowItems + 1) this.finishedAt.shift();
    }
    return this.progress();
  }

  progress(): BatchProgress {
    const counted = this.finishedAt.length - 1;
    const elapsed = this.finishedAt.at(-1)! - this.finishedAt[0]!;
    const state = { done: this.done, total: this.total };
    // The first item waits for the model to load, so a rate is told from the second on.
    if (counted < 2 || elapsed <= 0) return state;
    const perSecond = (counted / elapsed) * 1000;
    return { ...state, perSecond, remainingMs: ((this.total - this.done) / perSecond) * 1000 };
  }
}

/**
 * A remaining time as one reads it: to 1 s below 10 s, to 5 s below a minute, then minutes.
 * @param milliseconds of zero or more
 */
export function formatRemaining(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${Math.ceil(seconds)} s`;
  if (seconds < 57.5) return `${Math.ceil(seconds / 5) * 5} s`;
  const minutes = Math.ceil(seconds / 60 - 0.05);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
