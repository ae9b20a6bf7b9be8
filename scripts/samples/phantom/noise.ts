/** A seeded stream of random numbers, so that a phantom is the same bytes on every machine. */
export interface RandomStream {
  /** Uniform in 0 (included) to 1 (excluded). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** SplitMix32 with Box-Muller normals; integer arithmetic only, so engines cannot disagree on the stream. */
export function randomStream(seed: number): RandomStream {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return scramble(state) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** Mixes the bits of a 32-bit integer (the finaliser of MurmurHash3). */
function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const smooth = (t: number): number => t * t * (3 - 2 * t);

/**
 * Smooth noise: random values on an integer lattice, interpolated between. Divide the coordinates by the
 * wanted grain first.
 * @returns -1 to 1
 */
export function latticeNoise(x: number, y: number, seed: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const value = (dx: number, dy: number): number =>
    scramble(
      Math.imul(column + dx, 0x27d4eb2f) ^ Math.imul(row + dy, 0x165667b1) ^ Math.imul(seed, 0x9e3779b9),
    ) /
      2 ** 31 -
    1;
  const tx = smooth(x - column);
  const ty = smooth(y - row);
  const top = value(0, 0) * (1 - tx) + value(1, 0) * tx;
  const bottom = value(0, 1) * (1 - tx) + value(1, 1) * tx;
  return top * (1 - ty) + bottom * ty;
}
