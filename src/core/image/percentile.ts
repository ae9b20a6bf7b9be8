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

/** Keys that agree in their higher digits, told apart by the next one only where somebody asks. */
class Bucket {
  private readonly counts: Uint32Array;
  private readonly parts = new Map<number, Bucket>();

  constructor(
    private readonly keys: Uint32Array,
    private readonly level: number,
  ) {
    const { shift, values } = digits[level]!;
    this.counts = new Uint32Array(values);
    const { length } = keys;
    // By index: to iterate over a typed array takes several times as long.
    for (let i = 0; i < length; i++) this.counts[(keys[i]! >>> shift) & (values - 1)]!++;
  }

  /** The key at a place of the sorted order. */
  keyOfRank(rank: number): number {
    let before = 0;
    for (let digit = 0; digit < this.counts.length; digit++) {
      const count = this.counts[digit]!;
      if (rank < before + count) return this.keyWithin(digit, rank - before);
      before += count;
    }
    throw new RangeError(`Rank ${rank} of ${this.keys.length} values.`);
  }

  private keyWithin(digit: number, rank: number): number {
    let part = this.parts.get(digit);
    if (part === undefined) {
      const keys = this.keysWith(digit);
      // The last digit told them apart: they are all the same.
      if (this.level === digits.length - 1) return keys[0]!;
      part = new Bucket(keys, this.level + 1);
      this.parts.set(digit, part);
    }
    return part.keyOfRank(rank);
  }

  private keysWith(digit: number): Uint32Array {
    const { shift, values } = digits[this.level]!;
    const found = new Uint32Array(this.counts[digit]!);
    for (let i = 0, count = 0; count < found.length; i++) {
      const key = this.keys[i]!;
      if (((key >>> shift) & (values - 1)) === digit) found[count++] = key;
    }
    return found;
  }
}

/**
 * Percentiles of finite values, exact and in linear time: a radix sort of the floats' bits that sorts no
 * further than to the ranks that are asked for.
 * @param values     finite; left unchanged
 * @param percentiles 0 to 100
 * @returns one number a percentile, interpolated linearly between neighbours as NumPy does by default;
 *          NaN for no values
 */
export function percentilesOf(values: Float32Array, percentiles: readonly number[]): number[] {
  if (values.length === 0) return percentiles.map(() => NaN);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) keys[i] = sortableBits(bits[i]!);
  const bucket = new Bucket(keys, 0);
  return percentiles.map((percentile) => {
    const position = (percentile / 100) * (values.length - 1);
    const rank = Math.floor(position);
    const low = floatOf(bucket.keyOfRank(rank));
    const share = position - rank;
    return share === 0 ? low : low + share * (floatOf(bucket.keyOfRank(rank + 1)) - low);
  });
}
