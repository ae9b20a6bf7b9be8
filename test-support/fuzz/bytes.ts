import type { Random } from "./random";

/** A file to make damaged ones of. */
export interface Seed {
  name: string;
  bytes: Uint8Array;
}

/** One way of damaging a file. */
export type Mutation<Of extends Seed = Seed> = (bytes: Uint8Array, seed: Of, random: Random) => Uint8Array;

export const oddLengths = [
  0, 1, 3, 6, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** What can be done to a file of any kind, by name. */
export const byteMutations: Readonly<Record<string, Mutation>> = {
  truncate: (bytes, _seed, random) => bytes.slice(0, random.below(bytes.length)),
  "flip bits": (bytes, _seed, random) => flipBits(bytes, [0, bytes.length], random),
  // Headers are small beside what they speak of.
  "flip bits of the start": (bytes, _seed, random) =>
    flipBits(bytes, [0, Math.min(600, bytes.length)], random),
  "odd bytes of the start": (bytes, _seed, random) =>
    patch(bytes, random.below(Math.min(600, Math.max(1, bytes.length - 4))), (view, to) =>
      view.setUint32(to, random.pick(oddLengths), random.next() < 0.5),
    ),
  "odd bytes": (bytes, _seed, random) => {
    const at = random.below(Math.max(1, bytes.length - 4));
    return patch(bytes, at, (view, to) => view.setUint32(to, random.pick(oddLengths), random.next() < 0.5));
  },
  "remove a piece": (bytes, _seed, random) => {
    const at = random.below(bytes.length);
    return joinBytes([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(5_000))]);
  },
  "repeat a piece": (bytes, _seed, random) => {
    const at = random.below(bytes.length);
    return insert(bytes, at, bytes.slice(at, at + 1 + random.below(5_000)));
  },
};

export function patch(
  bytes: Uint8Array,
  at: number,
  write: (view: DataView, at: number) => void,
): Uint8Array {
  const changed = bytes.slice();
  if (at >= 0 && at + 4 <= changed.length) write(new DataView(changed.buffer), at);
  return changed;
}

export function flipBits(bytes: Uint8Array, [from, to]: [number, number], random: Random): Uint8Array {
  const changed = bytes.slice();
  const flips = random.pick([1, 1, 2, 8, 64]);
  for (let flip = 0; flip < flips; flip++) {
    const at = from + random.below(Math.max(1, to - from));
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  }
  return changed;
}

export function insert(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  return joinBytes([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
