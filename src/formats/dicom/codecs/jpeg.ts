import type { ImagePixel } from "../image-pixel";
import { checkCodestream, readJpegHeader } from "./codestream";
import type { DecodedSamples } from "./decoded-samples";
import { decodeNatively } from "./native-codecs";

/**
 * Decodes JPEG of any process that DICOM knows: baseline, extended of 12 bits, progressive, lossless (ITU T.81).
 * @throws SlicebenchError CODESTREAM_DAMAGED, DICOM_SIZE_MISMATCH
 */
export async function decodeJpeg(
  data: Uint8Array,
  image: ImagePixel,
  warnings: string[],
): Promise<DecodedSamples> {
  const codestream = readJpegHeader(data);
  checkCodestream(codestream, image);
  if (!codestream.isComplete) {
    warnings.push("A JPEG picture has no end marker: its lower part may be missing.");
  }
  const convertToRgb = image.photometricInterpretation.startsWith("YBR");
  return decodeNatively("decodeJpeg", data, { codestream, convertToRgb });
}
