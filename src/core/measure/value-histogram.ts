/** How often values fall into ranges of equal width. */
export interface ValueHistogram {
  /** Where the first range begins. */
  low: number;
  /** Of one range; it holds its lower end and not its upper. */
  width: number;
  counts: number[];
}

const mostRanges = 64;

/** Gathers values frame by frame, and puts them into ranges once all are known. */
export class ValueCounts {
  readonly #counts = new Map<number, number>();

  /** What is not finite is left out. */
  add(value: number): void {
    if (Number.isFinite(value)) this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  /**
   * At most 64 ranges from the least to the greatest value. Of whole values each has a whole width: otherwise some would
   * hold a value more than their neighbours and stand out like a comb.
   * @returns undefined where there is no value
   */
  histogram(): ValueHistogram | undefined {
    let [least, most] = [Infinity, -Infinity];
    let isWhole = true;
    for (const value of this.#counts.keys()) {
      least = Math.min(least, value);
      most = Math.max(most, value);
      isWhole &&= Number.isInteger(value);
    }
    if (least > most) return undefined;
    const width = isWhole ? Math.ceil((most - least + 1) / mostRanges) : (most - least) / mostRanges;
    // One value, or values that differ by less than can be divided.
    if (width === 0) return { low: least, width: 1, counts: [sum(this.#counts.values())] };
    const ranges = isWhole ? Math.floor((most - least) / width) + 1 : mostRanges;
    const counts = Array.from({ length: ranges }, () => 0);
    for (const [value, count] of this.#counts) {
      // The greatest of fractions ends the last range.
      counts[Math.min(ranges - 1, Math.floor((value - least) / width))]! += count;
    }
    return { low: least, width, counts };
  }
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
