/**
 * Makes a segment be exactly a mask: pixels of the mask take its value where the value that they have may give way,
 * pixels of the segment outside of the mask become background.
 * @param values label map or stack of them, changed in place
 * @param mask   of the same shape, non-zero is inside
 * @param overwrites 256 long: 1 where a pixel of this value may be painted over (`overwritable` of paint.ts)
 */
export function writeSegment(
  values: Uint8Array,
  mask: Uint8Array,
  { value, overwrites }: { value: number; overwrites: Uint8Array },
): void {
  for (let at = 0; at < values.length; at++) {
    if (mask[at] !== 0) {
      if (overwrites[values[at]!] === 1) values[at] = value;
    } else if (values[at] === value) values[at] = 0;
  }
}

/** A segment's pixels as a mask: 1 inside, 0 outside. */
export function maskOfSegment(values: Uint8Array, value: number): Uint8Array {
  return values.map((each) => (each === value ? 1 : 0));
}

/**
 * Takes another layer's segments over: each of ours that one of theirs is becomes exactly that one.
 * @param theirs their label map, of our shape
 * @param ours   from their values to ours; the values that are not in it are left out
 */
export function writeSegments(
  values: Uint8Array,
  theirs: Uint8Array,
  { ours, overwrites }: { ours: ReadonlyMap<number, number>; overwrites: Uint8Array },
): void {
  const target = new Uint8Array(256);
  const isOurs = new Uint8Array(256);
  for (const [their, our] of ours) {
    target[their] = our;
    isOurs[our] = 1;
  }
  for (let at = 0; at < values.length; at++) {
    const value = target[theirs[at]!]!;
    const current = values[at]!;
    if (value !== 0) {
      if (overwrites[current] === 1 || isOurs[current] === 1) values[at] = value;
    } else if (isOurs[current] === 1) values[at] = 0;
  }
}
