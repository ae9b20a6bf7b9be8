import type { Frame, PixelArray } from "./frame";

/**
 * The values that occur among a frame's pixels, and how often. What becomes of a pixel depends on its value alone
 * once the frame's statistics are known, so it is worked out once a value and looked up for each pixel.
 */
export interface StoredHistogram {
  /** Each value once, by its bit pattern in ascending order; as wide and as signed as the frame's pixels. */
  values: PixelArray;
  /** How many pixels have it. */
  counts: Uint32Array;
  /** The pixels as bit patterns. */
  patterns: Uint8Array | Uint16Array;
  /** Beyond the largest pattern. */
  end: number;
}

/** One a realm: 65536 counters are more than many a frame has pixels. */
let counters: Uint32Array | undefined;

/** @returns undefined for colour, and for pixels wider than 16 bits */
export function countStoredValues({ pixels, samplesPerPixel }: Frame): StoredHistogram | undefined {
  const patterns = samplesPerPixel === 1 ? patternsOf(pixels) : undefined;
  if (patterns === undefined) return undefined;
  const { length } = patterns;
  counters ??= new Uint32Array(2 ** 16);
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const pattern = patterns[i]!;
    counters[pattern]!++;
    seen |= pattern;
  }
  const end = seen === 0 ? 1 : 2 ** (32 - Math.clz32(seen));
  let distinct = 0;
  for (let pattern = 0; pattern < end; pattern++) if (counters[pattern] !== 0) distinct++;
  const found = new Uint16Array(distinct);
  const counts = new Uint32Array(distinct);
  for (let pattern = 0, at = 0; at < distinct; pattern++) {
    const count = counters[pattern]!;
    if (count === 0) continue;
    found[at] = pattern;
    counts[at++] = count;
  }
  counters.fill(0, 0, end);
  return { values: asPixels(found, pixels), counts, patterns, end };
}

/**
 * Gives each pixel what was worked out for its value.
 * @param results one a value of the histogram
 * @returns one a pixel
 */
export function lookUpPixels(
  { values, patterns, end }: StoredHistogram,
  results: Float32Array,
): Float32Array {
  const table = new Float32Array(end);
  const valuePatterns = patternsOf(values)!;
  for (let i = 0; i < results.length; i++) table[valuePatterns[i]!] = results[i]!;
  const { length } = patterns;
  const target = new Float32Array(length);
  for (let i = 0; i < length; i++) target[i] = table[patterns[i]!]!;
  return target;
}

function patternsOf(pixels: PixelArray): Uint8Array | Uint16Array | undefined {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT } = pixels;
  if (pixels instanceof Uint8Array || pixels instanceof Uint16Array) return pixels;
  if (BYTES_PER_ELEMENT > 2) return undefined;
  return BYTES_PER_ELEMENT === 1
    ? new Uint8Array(buffer, byteOffset, length)
    : new Uint16Array(buffer, byteOffset, length);
}

/** Bit patterns as values of the same kind as the frame's pixels. */
function asPixels(patterns: Uint16Array, pixels: PixelArray): PixelArray {
  if (pixels instanceof Uint16Array) return patterns;
  if (pixels instanceof Int16Array) return Int16Array.from(patterns);
  return pixels instanceof Int8Array ? Int8Array.from(patterns) : Uint8Array.from(patterns);
}
