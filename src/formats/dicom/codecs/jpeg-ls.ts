import startCharLs from "@cornerstonejs/codec-charls/decodewasmjs";
import type { CharLs } from "@cornerstonejs/codec-charls/decodewasmjs";
import { SlicebenchError } from "../../../core/errors";
import { thrownText } from "../../failures";
import type { ImagePixel } from "../image-pixel";
import { checkCodestream, readJpegHeader } from "./codestream";
import { samplesOfBytes } from "./decoded-samples";
import type { DecodedSamples } from "./decoded-samples";

const largeFrameBytes = 2 ** 25;

const endOfImage = [0xff, 0xd9] as const;

let charLs: Promise<CharLs> | undefined;

/**
 * Decodes JPEG-LS, lossless and near-lossless (ITU T.87), with CharLS. Its WebAssembly instance is started afresh
 * after a failure, which can leave it poisoned.
 * @throws SlicebenchError CODESTREAM_DAMAGED, DICOM_SIZE_MISMATCH
 */
export async function decodeJpegLs(data: Uint8Array, image: ImagePixel): Promise<DecodedSamples> {
  const codestream = readJpegHeader(data);
  checkCodestream(codestream, image);
  charLs ??= startCharLs({ printErr: () => undefined });
  const { JpegLSDecoder } = await charLs;
  const bytesPerSample = codestream.bitsPerSample <= 8 ? 1 : 2;
  try {
    const decoder = new JpegLSDecoder();
    // CharLS reads on behind a stream that has no end marker, for seconds: it always gets one.
    const encoded = decoder.getEncodedBuffer(data.length + endOfImage.length);
    encoded.set(data);
    encoded.set(endOfImage, data.length);
    decoder.decode();
    const samples = samplesOfBytes(decoder.getDecodedBuffer(), bytesPerSample);
    const planar = decoder.getInterleaveMode() === 0 && codestream.components > 1;
    decoder.delete();
    // The memory of a WebAssembly instance only ever grows: after a large frame it is let go.
    if (samples.byteLength > largeFrameBytes) charLs = undefined;
    const expected = codestream.rows * codestream.columns * codestream.components;
    if (samples.length !== expected) throw new Error(`${samples.length} samples instead of ${expected}`);
    return { samples, planar, isRgb: false };
  } catch (thrown) {
    charLs = undefined;
    throw new SlicebenchError(
      "CODESTREAM_DAMAGED",
      `The JPEG-LS picture cannot be decoded (${thrownText(thrown)}).`,
      { hint: "The file is damaged; export the image again.", cause: thrown },
    );
  }
}
