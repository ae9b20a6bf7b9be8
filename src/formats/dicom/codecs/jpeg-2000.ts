import { checkFrameSize } from "../../limits";
import type { ImagePixel } from "../image-pixel";
import { checkCodestream, readJpeg2000Header } from "./codestream";
import type { DecodedSamples } from "./decoded-samples";
import { decodeNatively } from "./native-codecs";

/** Large pictures of JPEG 2000 compress to no less: 8 bits a sample 37 times, 16 bits 75 times. */
const largestRatio = 150;

/**
 * Decodes JPEG 2000 and High-Throughput JPEG 2000, lossless and lossy (ITU T.800, T.814). The codestream itself
 * says whether its colours were transformed, so what comes out is RGB whatever the header says.
 * @throws SlicebenchError CODESTREAM_DAMAGED, DICOM_SIZE_MISMATCH, DICOM_TRUNCATED, FRAME_TOO_LARGE
 */
export async function decodeJpeg2000(
  data: Uint8Array,
  image: ImagePixel,
  variant: "jpeg-2000" | "high-throughput-jpeg-2000",
): Promise<DecodedSamples> {
  const codestream = readJpeg2000Header(data);
  checkCodestream(codestream, image);
  // The decoder works on 32 bits a sample, however few there are.
  checkFrameSize(codestream.rows * codestream.columns * codestream.components * 4, data.length, largestRatio);
  const decode = variant === "jpeg-2000" ? "decodeJpeg2000" : "decodeHtJpeg2000";
  const decoded = await decodeNatively(decode, data, { codestream, convertToRgb: false });
  // Untransformed YBR_FULL occurs; the transforms of the codestream are named YBR_ICT and YBR_RCT.
  return { ...decoded, isRgb: !image.photometricInterpretation.startsWith("YBR_FULL") };
}
