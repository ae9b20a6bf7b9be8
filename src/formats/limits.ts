import { SlicebenchError } from "../core/errors";

/** The largest file that is read whole; Node's own limit is 2 GiB. */
export const largestFileBytes = 2 ** 31 - 1;

/** The largest frame that is decoded: 256 MiB, e.g. 16384 x 8192 pixels of 16 bits. */
const largestFrameBytes = 2 ** 28;

/** Up to here a frame may be as compressible as it likes. */
const unsuspiciousBytes = 2 ** 26;

/** No image compresses better than this; a larger claim is a bomb. Empty masks come near. */
const largestRatio = 1000;

/**
 * Refuses a frame that is too large to decode, before anything is allocated for it.
 * @param decodedBytes    what the header announces
 * @param compressedBytes what the file holds for it
 * @param ratio           how well such a picture compresses at the best
 * @throws SlicebenchError FRAME_TOO_LARGE
 */
export function checkFrameSize(
  decodedBytes: number,
  compressedBytes: number,
  ratio: number = largestRatio,
): void {
  const isBomb = decodedBytes > unsuspiciousBytes && decodedBytes > compressedBytes * ratio;
  if (decodedBytes <= largestFrameBytes && !isBomb) return;
  throw new SlicebenchError(
    "FRAME_TOO_LARGE",
    `The file announces a picture of ${megabytes(decodedBytes)} out of ${megabytes(compressedBytes)} of data; ` +
      `the limit is ${megabytes(largestFrameBytes)}.`,
    { hint: "The file is damaged, or made to exhaust the memory. Do not open it." },
  );
}

/**
 * How far a compressed stream of this size may be inflated: generous for small files, a hundredfold for large
 * ones, 1 GiB at most.
 */
export function inflatedLimit(compressedBytes: number): number {
  return Math.min(2 ** 30, Math.max(unsuspiciousBytes, compressedBytes * 100));
}

/**
 * Refuses a packed volume that would fill the memory. Label maps shrink to a thousandth, and are small.
 * @param announcedBytes what its header says it has unpacked
 * @throws SlicebenchError FILE_TOO_LARGE
 */
export function checkVolumeSize(announcedBytes: number, packedBytes: number): void {
  const limit = Math.min(largestFileBytes, Math.max(largestFrameBytes, packedBytes * 100));
  if (announcedBytes <= limit) return;
  throw new SlicebenchError(
    "FILE_TOO_LARGE",
    `The header announces a volume of ${megabytes(announcedBytes)} out of a packed file of ${megabytes(packedBytes)}; ` +
      `the limit is ${megabytes(limit)}.`,
    { hint: "Unpack the file (gunzip) if you trust it, and open it then." },
  );
}

export function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}
