import { shapeMismatch } from "../metrics/measure";

/** Goes through pixels on which not all readers agree, with how many gave each value. */
function forEachDispute(
  maps: readonly Uint8Array[],
  visit: (at: number, votes: ReadonlyMap<number, number>) => void,
): void {
  expectSameLength(maps);
  const first = maps[0]!;
  for (let at = 0; at < first.length; at++) {
    const value = first[at]!;
    let isDisputed = false;
    for (const map of maps) if (map[at] !== value) isDisputed = true;
    if (!isDisputed) continue;
    const votes = new Map<number, number>();
    for (const map of maps) votes.set(map[at]!, (votes.get(map[at]!) ?? 0) + 1);
    visit(at, votes);
  }
}

/** @throws MASK_SHAPE_MISMATCH; RangeError where there is no map */
export function expectSameLength([first, ...others]: readonly Uint8Array[]): void {
  if (first === undefined) throw new RangeError("A consensus needs a reader.");
  const other = others.find(({ length }) => length !== first.length);
  if (other !== undefined) throw shapeMismatch(`${other.length} pixels`, `${first.length}`);
}

/**
 * The value that most readers give each pixel. Where several values have the most votes the pixel is background,
 * so that an even number of readers does not favour one of them.
 * @param maps one a reader, values of the same pixels in 2D or 3D
 * @throws MASK_SHAPE_MISMATCH; RangeError where there is no map
 */
export function majorityVote(maps: readonly Uint8Array[]): Uint8Array {
  const consensus = maps[0]?.slice() ?? new Uint8Array();
  forEachDispute(maps, (at, votes) => {
    const most = Math.max(...votes.values());
    const winners = [...votes].filter(([, count]) => count === most);
    consensus[at] = winners.length === 1 ? winners[0]![0] : 0;
  });
  return consensus;
}

/**
 * How divided the readers are at each pixel: Shannon's entropy of their votes.
 * @param maps one a reader, values of the same pixels in 2D or 3D
 * @returns bits: 0 where all agree, 1 where they are split in halves, at most log2 of the number of readers
 * @throws MASK_SHAPE_MISMATCH; RangeError where there is no map
 */
export function voteEntropy(maps: readonly Uint8Array[]): Float32Array {
  const entropy = new Float32Array(maps[0]?.length ?? 0);
  forEachDispute(maps, (at, votes) => {
    let bits = 0;
    for (const count of votes.values()) bits -= (count / maps.length) * Math.log2(count / maps.length);
    entropy[at] = bits;
  });
  return entropy;
}
