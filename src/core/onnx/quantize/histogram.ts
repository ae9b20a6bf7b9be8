/** Bins on each side of zero. A power of two, so that two bins of one width make one of the next. */
const binsASide = 2048;

/** How often a value of a network took which size. Plain data: it crosses from process to process. */
export interface ValueHistogram {
  low: number;
  high: number;
  /** A power of two. Bin i holds what lies from (i - 2048) to (i - 2047) widths. */
  binWidth: number;
  counts: Float64Array;
}

export function emptyHistogram(): ValueHistogram {
  return { low: Infinity, high: -Infinity, binWidth: 2 ** -40, counts: new Float64Array(2 * binsASide) };
}

/** Adds values; those that are not finite are left out. The bins widen where a value lies beyond them. */
export function addValues(histogram: ValueHistogram, values: Float32Array): void {
  let { low, high } = histogram;
  for (const value of values) {
    if (value < low && value !== -Infinity) low = value;
    if (value > high && value !== Infinity) high = value;
  }
  if (low > high) return;
  histogram.low = low;
  histogram.high = high;
  widenTo(histogram, Math.max(-low, high));
  const { counts, binWidth } = histogram;
  const perWidth = 1 / binWidth;
  for (const value of values) {
    const bin = Math.floor(value * perWidth) + binsASide;
    if (bin >= 0 && bin < counts.length) counts[bin]! += 1;
  }
}

/** Adds what another histogram counted. */
export function addHistogram(histogram: ValueHistogram, other: ValueHistogram): void {
  if (other.low > other.high) return;
  histogram.low = Math.min(histogram.low, other.low);
  histogram.high = Math.max(histogram.high, other.high);
  widenTo(histogram, other.binWidth * (binsASide - 1));
  const ratio = histogram.binWidth / other.binWidth;
  other.counts.forEach((count, bin) => {
    histogram.counts[Math.floor((bin - binsASide) / ratio) + binsASide]! += count;
  });
}

/** Doubles the bins' width until a size fits, which merges neighbours and loses no count. */
function widenTo(histogram: ValueHistogram, size: number): void {
  let { binWidth } = histogram;
  while (size >= binWidth * binsASide) binWidth *= 2;
  if (binWidth === histogram.binWidth) return;
  const ratio = binWidth / histogram.binWidth;
  const wider = new Float64Array(2 * binsASide);
  histogram.counts.forEach((count, bin) => {
    wider[Math.floor((bin - binsASide) / ratio) + binsASide]! += count;
  });
  histogram.counts = wider;
  histogram.binWidth = binWidth;
}

/** From where to where values are told apart; what lies outside is taken for the nearer end. */
export interface ValueRange {
  low: number;
  high: number;
}

/**
 * The range that holds a share of what was counted, the same share left out at each end, and zero.
 * @param share 0..1; 1 gives the least and the greatest value
 */
export function rangeOf({ low, high, binWidth, counts }: ValueHistogram, share: number): ValueRange {
  if (low > high) return { low: 0, high: 0 };
  const total = counts.reduce((sum, count) => sum + count, 0);
  const leftOut = (total * (1 - share)) / 2;
  let first = 0;
  for (let below = counts[first]!; below <= leftOut && first < counts.length - 1;) below += counts[++first]!;
  let last = counts.length - 1;
  for (let above = counts[last]!; above <= leftOut && last > 0;) above += counts[--last]!;
  return {
    low: Math.min(0, Math.max(low, (first - binsASide) * binWidth)),
    high: Math.max(0, Math.min(high, (last + 1 - binsASide) * binWidth)),
  };
}
