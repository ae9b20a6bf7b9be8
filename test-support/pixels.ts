import { createHash } from "node:crypto";
import type { PixelArray } from "../src/core/image/frame";

/** SHA-256 of pixels as a computer of today keeps them: little endian, as wide as their type. */
export function digestPixels(pixels: PixelArray): string {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}
