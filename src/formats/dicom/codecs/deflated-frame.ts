import { inflateRawSync } from "node:zlib";
import { SlicebenchError } from "../../../core/errors";
import { thrownText } from "../../failures";
import { checkFrameSize } from "../../limits";
import { nativeFrameBytes } from "../image-pixel";
import type { ImagePixel } from "../image-pixel";

/**
 * Inflates one frame of Deflated Image Frame Compression (PS3.5 A.4.13) to what it is without compression.
 * @throws SlicebenchError CODESTREAM_DAMAGED
 */
export function inflateFrame(data: Uint8Array, image: ImagePixel): Uint8Array {
  const expected = nativeFrameBytes(image);
  checkFrameSize(expected, data.length);
  try {
    // One byte of padding to an even length is allowed for.
    return new Uint8Array(inflateRawSync(data, { maxOutputLength: expected + 1 }));
  } catch (thrown) {
    throw new SlicebenchError(
      "CODESTREAM_DAMAGED",
      `The deflated picture cannot be unpacked (${thrownText(thrown)}).`,
      { hint: "The file is damaged; export the image again.", cause: thrown },
    );
  }
}
