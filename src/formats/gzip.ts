import { constants, gunzipSync } from "node:zlib";
import { SlicebenchError } from "../core/errors";
import { megabytes } from "./limits";
import { thrownText } from "./failures";

/** Compressed bytes that are looked at for a header; they make 4 MB at the most. */
const headBytes = 4096;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The start of what was packed; as much as the first few kilobytes give, empty where they are damaged. */
export function unpackStart(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes.subarray(0, headBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}

/**
 * Unpacks a whole file.
 * @param limit bytes that it may have unpacked: what its header announces
 * @throws SlicebenchError GZIP_DAMAGED, FILE_TOO_LARGE
 */
export function unpackGzip(bytes: Uint8Array, limit: number): Uint8Array {
  try {
    // A Buffer's `slice` copies nothing, a Uint8Array's does.
    const { buffer, byteOffset, byteLength } = gunzipSync(bytes, { maxOutputLength: limit });
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      throw new SlicebenchError(
        "FILE_TOO_LARGE",
        `The packed file grows beyond the ${megabytes(limit)} that its header announces.`,
        { hint: "The file is damaged, or made to exhaust the memory. Do not open it.", cause: thrown },
      );
    }
    throw new SlicebenchError("GZIP_DAMAGED", `The packed file cannot be unpacked (${thrownText(thrown)}).`, {
      hint: "Copy the file again from where it came from.",
      cause: thrown,
    });
  }
}
