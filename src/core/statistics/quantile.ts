/**
 * The value below which a share of the values lies, interpolated linearly between neighbours as NumPy does by default
 * (Hyndman & Fan 1996, type 7).
 * @param sorted ascending, at least one value
 * @param share 0..1
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const rank = Math.floor(position);
  const low = sorted[rank]!;
  const high = sorted[Math.min(rank + 1, sorted.length - 1)]!;
  return low + (position - rank) * (high - low);
}
