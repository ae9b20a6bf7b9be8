import type { PixelArray } from "../../core/image/frame";
import type { ImagePixel } from "./image-pixel";

/**
 * Settles width and sign of decoded samples: the bits above High Bit do not belong to the value (overlays lay
 * there once), and it is sign-extended from High Bit (PS3.5 8.1.1).
 * @param samples unsigned, as the decoder made them; may be narrower than allocated; left unchanged
 * @returns `samples` themselves where that is what they are already, else a copy: samples as wide as allocated and as signed as the header says
 */
export function settleStoredValues(
  samples: Uint8Array | Uint16Array | Uint32Array,
  image: ImagePixel,
): PixelArray {
  const wide = widen(samples, image.bitsAllocated);
  const container = wide.BYTES_PER_ELEMENT * 8;
  const valueBits = Math.max(image.bitsStored, image.highBit + 1);
  // 1-bit pixels were unpacked to bytes of 0 and 1.
  const unused = image.bitsAllocated === 1 ? 0 : container - valueBits;
  if (image.signed && image.bitsAllocated > 1) return signExtend(wide, unused);
  return unused > 0 ? maskBits(wide, valueBits) : wide;
}

/** The samples without their upper bits: a copy, or the same where there are none. */
function maskBits<Samples extends Uint8Array | Uint16Array | Uint32Array>(
  samples: Samples,
  valueBits: number,
): Samples {
  const mask = 2 ** valueBits - 1;
  if (!hasBitsOutside(samples, mask)) return samples;
  const masked = samples.slice() as Samples;
  for (let index = 0; index < masked.length; index++) masked[index]! &= mask;
  return masked;
}

function hasBitsOutside(samples: Uint8Array | Uint16Array | Uint32Array, mask: number): boolean {
  if (samples instanceof Uint16Array) return hasPairsOutside(samples, mask);
  let seen = 0;
  for (const sample of samples) seen |= sample;
  return (seen & ~mask) !== 0;
}

/** As `hasBitsOutside`, two samples at a time: most frames are of 12 bits in 16, and most have nothing above. */
function hasPairsOutside(samples: Uint16Array, mask: number): boolean {
  // Where the first sample lies between two words, it and perhaps the last are looked at by themselves.
  const first = samples.byteOffset % 4 === 0 ? 0 : 1;
  const words = new Uint32Array(
    samples.buffer,
    samples.byteOffset + 2 * first,
    Math.max(0, samples.length - first) >> 1,
  );
  let seen = 0;
  for (let index = 0, { length } = words; index < length; index++) seen |= words[index]!;
  seen |= (samples[0] ?? 0) | (samples.at(-1) ?? 0);
  return ((seen | (seen >>> 16)) & 0xffff & ~mask) !== 0;
}

function widen(samples: Uint8Array | Uint16Array | Uint32Array, bitsAllocated: number) {
  if (bitsAllocated === 16 && samples instanceof Uint8Array) return Uint16Array.from(samples);
  if (bitsAllocated === 32 && !(samples instanceof Uint32Array)) return Uint32Array.from(samples);
  return samples;
}

function signExtend(samples: Uint8Array | Uint16Array | Uint32Array, unused: number) {
  const own = unused > 0 ? samples.slice() : samples;
  const signed =
    own instanceof Uint8Array
      ? new Int8Array(own.buffer, own.byteOffset, own.length)
      : own instanceof Uint16Array
        ? new Int16Array(own.buffer, own.byteOffset, own.length)
        : new Int32Array(own.buffer, own.byteOffset, own.length);
  if (unused > 0) {
    const shift = unused + 32 - own.BYTES_PER_ELEMENT * 8;
    for (let index = 0; index < signed.length; index++) signed[index] = (signed[index]! << shift) >> shift;
  }
  return signed;
}
