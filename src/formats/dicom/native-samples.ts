import { SlicebenchError } from "../../core/errors";
import type { ImagePixel } from "./image-pixel";
import { nativeFrameBits } from "./image-pixel";

type NativeSamples = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Pixel data that is not compressed, and how it is written. */
export interface NativePixelData {
  /** All frames. */
  bytes: Uint8Array;
  byteOrder: "little-endian" | "big-endian";
  /** Written as 16-bit words: 8-bit samples in big endian then come swapped in pairs (PS3.5 8.1.1). */
  isWords: boolean;
}

/** How many whole frames uncompressed pixel data of this length holds. */
export function countWholeFrames(length: number, image: ImagePixel): number {
  return Math.floor((length * 8) / nativeFrameBits(image));
}

/**
 * Reads one uncompressed frame: samples as allocated, sign and colour not yet settled.
 * @param index from 0
 * @returns a view of `data` where its bytes are the samples already, which nobody may write to
 * @throws SlicebenchError DICOM_TRUNCATED where the data ends before the frame does
 */
export function readNativeFrame(data: NativePixelData, image: ImagePixel, index: number): NativeSamples {
  const bits = nativeFrameBits(image);
  if ((index + 1) * bits > data.bytes.length * 8) {
    throw new SlicebenchError(
      "DICOM_TRUNCATED",
      `Frame ${index + 1} needs ${Math.ceil(bits / 8)} bytes, ` +
        `${Math.max(0, Math.floor(data.bytes.length - (index * bits) / 8))} are there.`,
      { hint: "Copy the file again from where it came from." },
    );
  }
  if (image.bitsAllocated === 1) return unpackBits(data.bytes, index * bits, bits);
  const start = (index * bits) / 8;
  if (image.bitsAllocated === 8) return readBytePixels(data, start, bits / 8);
  return readWideSamples(data, start, image);
}

/** Bit 0 of each byte comes first (PS3.5 8.1.1). */
export function unpackBits(bytes: Uint8Array, firstBit: number, count: number): Uint8Array {
  const pixels = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const bit = firstBit + index;
    pixels[index] = (bytes[bit >> 3]! >> (bit & 7)) & 1;
  }
  return pixels;
}

function readBytePixels({ bytes, byteOrder, isWords }: NativePixelData, start: number, count: number) {
  if (byteOrder === "little-endian" || !isWords) return bytes.slice(start, start + count);
  const pixels = new Uint8Array(count);
  for (let index = 0; index < count; index++) pixels[index] = bytes[(start + index) ^ 1] ?? 0;
  return pixels;
}

function readWideSamples(
  { bytes, byteOrder }: NativePixelData,
  start: number,
  image: ImagePixel,
): NativeSamples {
  const count = image.rows * image.columns * image.samplesPerPixel;
  const length = (count * image.bitsAllocated) / 8;
  const position = bytes.byteOffset + start;
  if (image.bitsAllocated === 16 && byteOrder === "little-endian" && position % 2 === 0) {
    return new Uint16Array(bytes.buffer, position, count);
  }
  const own = bytes.slice(start, start + length);
  if (byteOrder === "big-endian") {
    const buffer = Buffer.from(own.buffer);
    if (image.bitsAllocated === 16) buffer.swap16();
    else if (image.bitsAllocated === 32) buffer.swap32();
    else buffer.swap64();
  }
  if (image.bitsAllocated === 16) return new Uint16Array(own.buffer);
  if (image.bitsAllocated === 64) return new Float64Array(own.buffer);
  return image.float ? new Float32Array(own.buffer) : new Uint32Array(own.buffer);
}
