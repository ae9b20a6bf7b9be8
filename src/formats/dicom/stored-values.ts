import type { PixelArray } from "../../core/image/frame";
import type { ImagePixel } from "./image-pixel";

/**
 * Settles width and sign of decoded samples: the bits above High Bit do not belong to the value (overlays lay
 * there once), and it is sign-extended from High Bit (PS3.5 8.1.1).
 * @param samples unsigned, as the decoder made them; may be narrower than allocated
 * @returns samples as wide as allocated and as signed as the header says
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
  if (unused > 0) {
    const mask = 2 ** valueBits - 1;
    for (let index = 0; index < wide.length; index++) wide[index]! &= mask;
  }
  return wide;
}

function widen(samples: Uint8Array | Uint16Array | Uint32Array, bitsAllocated: number) {
  if (bitsAllocated === 16 && samples instanceof Uint8Array) return Uint16Array.from(samples);
  if (bitsAllocated === 32 && !(samples instanceof Uint32Array)) return Uint32Array.from(samples);
  return samples;
}

function signExtend(samples: Uint8Array | Uint16Array | Uint32Array, unused: number) {
  const signed =
    samples instanceof Uint8Array
      ? new Int8Array(samples.buffer, samples.byteOffset, samples.length)
      : samples instanceof Uint16Array
        ? new Int16Array(samples.buffer, samples.byteOffset, samples.length)
        : new Int32Array(samples.buffer, samples.byteOffset, samples.length);
  if (unused > 0) {
    const shift = unused + 32 - samples.BYTES_PER_ELEMENT * 8;
    for (let index = 0; index < signed.length; index++) signed[index] = (signed[index]! << shift) >> shift;
  }
  return signed;
}
