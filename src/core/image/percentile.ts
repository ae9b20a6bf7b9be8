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

/** The index of the bin in which the sorted element `rank` lies, and how many elements lie before that bin. */
function binOfRank(histogram: Uint32Array, rank: number): { bin: number; before: number } {
  let before = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    const count = histogram[bin]!;
    if (rank < before + count) return { bin, before };
    before += count;
  }
  throw new RangeError(`Rank ${rank} of ${before} values.`);
}

/**
 * Percentiles of finite values, exact and in linear time: by a histogram of the upper and then of the lower
 * half of the floats' bits, instead of a sort.
 * @param values     finite; left unchanged
 * @param percentiles 0 to 100
 * @returns one number a percentile, interpolated linearly between neighbours as NumPy does by default;
 *          NaN for no values
 */
export function percentilesOf(values: Float32Array, percentiles: readonly number[]): number[] {
  if (values.length === 0) return percentiles.map(() => NaN);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const upper = new Uint32Array(65536);
  for (const word of bits) upper[sortableBits(word) >>> 16]!++;

  const lowerHalves = new Map<number, Uint32Array>();
  const lowerHalf = (bin: number): Uint32Array => {
    let histogram = lowerHalves.get(bin);
    if (histogram === undefined) {
      histogram = new Uint32Array(65536);
      for (const word of bits) {
        const key = sortableBits(word);
        if (key >>> 16 === bin) histogram[key & 0xffff]!++;
      }
      lowerHalves.set(bin, histogram);
    }
    return histogram;
  };
  const valueOfRank = (rank: number): number => {
    const { bin, before } = binOfRank(upper, rank);
    return floatOf(((bin << 16) | binOfRank(lowerHalf(bin), rank - before).bin) >>> 0);
  };

  return percentiles.map((percentile) => {
    const position = (percentile / 100) * (values.length - 1);
    const rank = Math.floor(position);
    const low = valueOfRank(rank);
    const share = position - rank;
    return share === 0 ? low : low + share * (valueOfRank(rank + 1) - low);
  });
}
