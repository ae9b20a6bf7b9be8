/** Maps a float's bits to an unsigned integer that sorts as the float does. */
const sortableBits = (bits: number) => (bits >= 0 ? (bits | 0x80000000) >>> 0 : ~bits >>> 0);

const floatOf = (() => {
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  return (key: number): number => {
    bits[0] = key >= 0x80000000 ? key & 0x7fffffff : ~key;
    return value[0]!;
  };
})();

/** The digits of a key from the highest: with 11 bits a histogram stays in the processor's first cache. */
const digits = [
  { shift: 21, values: 2048 },
  { shift: 10, values: 2048 },
  { shift: 0, values: 1024 },
] as const;

/** Keys, and how often each occurs where that is not once. */
interface Occurrences {
  keys: Uint32Array;
  counts?: Uint32Array | undefined;
}

/** Keys that agree in their higher digits, told apart by the next one only where somebody asks. */
class Bucket {
  private readonly counts: Uint32Array;
  private readonly parts = new Map<number, Bucket>();

  constructor(
    private readonly found: Occurrences,
    private readonly level: number,
  ) {
    const { shift, values } = digits[level]!;
    this.counts = new Uint32Array(values);
    const { keys, counts } = found;
    const { length } = keys;
    // By index: to iterate over a typed array takes several times as long.
    if (counts === undefined) {
      for (let i = 0; i < length; i++) this.counts[(keys[i]! >>> shift) & (values - 1)]!++;
    } else {
      for (let i = 0; i < length; i++) this.counts[(keys[i]! >>> shift) & (values - 1)]! += counts[i]!;
    }
  }

  /** The key at a place of the sorted order. */
  keyOfRank(rank: number): number {
    let before = 0;
    for (let digit = 0; digit < this.counts.length; digit++) {
      const count = this.counts[digit]!;
      if (rank < before + count) return this.keyWithin(digit, rank - before);
      before += count;
    }
    throw new RangeError(`Rank ${rank} of ${before} values.`);
  }

  private keyWithin(digit: number, rank: number): number {
    let part = this.parts.get(digit);
    if (part === undefined) {
      const found = this.withDigit(digit);
      // The last digit told them apart: they are all the same.
      if (this.level === digits.length - 1) return found.keys[0]!;
      part = new Bucket(found, this.level + 1);
      this.parts.set(digit, part);
    }
    return part.keyOfRank(rank);
  }

  private withDigit(digit: number): Occurrences {
    const { shift, values } = digits[this.level]!;
    const { keys, counts } = this.found;
    // As many as occur, which is no less than there are keys.
    const most = Math.min(this.counts[digit]!, keys.length);
    const foundKeys = new Uint32Array(most);
    const foundCounts = counts && new Uint32Array(most);
    let found = 0;
    for (let i = 0; i < keys.length && found < most; i++) {
      const key = keys[i]!;
      if (((key >>> shift) & (values - 1)) !== digit || counts?.[i] === 0) continue;
      if (foundCounts !== undefined) foundCounts[found] = counts![i]!;
      foundKeys[found++] = key;
    }
    return { keys: foundKeys.subarray(0, found), counts: foundCounts?.subarray(0, found) };
  }
}

/**
 * Percentiles of finite values, exact and in linear time: a radix sort of the floats' bits that sorts no
 * further than to the ranks that are asked for.
 * @param values     finite; left unchanged
 * @param percentiles 0 to 100
 * @param counts     how often each value occurs, perhaps never; once each where absent
 * @returns one number a percentile, interpolated linearly between neighbours as NumPy does by default;
 *          NaN for no values
 */
export function percentilesOf(
  values: Float32Array,
  percentiles: readonly number[],
  counts?: Uint32Array,
): number[] {
  const total = counts === undefined ? values.length : counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return percentiles.map(() => NaN);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) keys[i] = sortableBits(bits[i]!);
  const bucket = new Bucket({ keys, counts }, 0);
  return percentiles.map((percentile) => {
    const position = (percentile / 100) * (total - 1);
    const rank = Math.floor(position);
    const low = floatOf(bucket.keyOfRank(rank));
    const share = position - rank;
    return share === 0 ? low : low + share * (floatOf(bucket.keyOfRank(rank + 1)) - low);
  });
}
