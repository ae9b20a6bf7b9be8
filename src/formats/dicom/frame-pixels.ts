import type { PixelArray } from "../../core/image/frame";
import { SlicebenchError } from "../../core/errors";
import { checkFrameSize } from "../limits";
import type { DecodedSamples } from "./codecs/decoded-samples";
import { inflateFrame } from "./codecs/deflated-frame";
import { decodeJpeg } from "./codecs/jpeg";
import { decodeJpeg2000 } from "./codecs/jpeg-2000";
import { decodeJpegLs } from "./codecs/jpeg-ls";
import { decodeRle } from "./codecs/rle";
import { convertYbrToRgb, expandChrominance, interleavePlanes } from "./colour";
import type { ParsedDicom } from "./data-set";
import { undefinedLength } from "./data-set";
import { joinFragments, locateEncapsulatedFrames } from "./encapsulated-frames";
import type { ByteRange } from "./encapsulated-frames";
import { nativeFrameBytes } from "./image-pixel";
import type { ImagePixel } from "./image-pixel";
import { countWholeFrames, readNativeFrame, unpackBits } from "./native-samples";
import { settleStoredValues } from "./stored-values";
import type { TransferSyntax } from "./transfer-syntax";

/** Reads the frames of one DICOM file; made by `openPixelData`. */
export interface PixelReader {
  /** Frames that are whole in the file; can be fewer than the header announces. */
  frameCount: number;
  /** Stored values of one frame, from 0; colour as interleaved RGB. */
  read(frame: number): Promise<PixelArray>;
  /** The same before sign and unused bits are settled: overlays lie in these once. Only of uncompressed frames. */
  samples?(frame: number): ArrayLike<number>;
}

/** A file's pixel data with all that is needed to decode it. */
export interface PixelSource {
  parsed: ParsedDicom;
  image: ImagePixel;
  syntax: TransferSyntax;
  /** Grows while frames are decoded. */
  warnings: string[];
}

/**
 * Finds the frames in the file. Nothing is decoded yet.
 * @throws SlicebenchError DICOM_TRUNCATED, DICOM_FRAMES_UNCLEAR, FRAME_TOO_LARGE
 */
export function openPixelData(source: PixelSource): PixelReader {
  const element = source.parsed.pixelData;
  if (element === undefined) {
    throw new SlicebenchError("DICOM_TRUNCATED", "The file ends before its pixel data begins.");
  }
  const reader =
    element.length === undefinedLength ? openEncapsulated(source) : openNative(source, element.length);
  const { frameCount: announced } = source.image;
  if (reader.frameCount === 0) {
    throw new SlicebenchError(
      "DICOM_TRUNCATED",
      "The file ends before its first picture does: it was cut, or its header is wrong.",
      { hint: "Copy the file again from where it came from." },
    );
  }
  if (reader.frameCount < announced) {
    source.warnings.push(`The header announces ${announced} frames, ${reader.frameCount} are in the file.`);
  }
  return reader;
}

function openNative({ parsed, image, syntax, warnings }: PixelSource, length: number): PixelReader {
  if (syntax.compression !== "none") {
    throw new SlicebenchError(
      "DICOM_FRAMES_UNCLEAR",
      `The transfer syntax is ${syntax.name}, but the pixel data is not in fragments.`,
      { hint: "The file's header is wrong; export the image again." },
    );
  }
  const element = parsed.pixelData!;
  const { byteArray } = parsed.dataSet;
  const bytes = byteArray.subarray(element.dataOffset, element.dataOffset + length);
  if (bytes.length < length) warnings.push("The file ends before its pixel data does.");
  checkFrameSize(nativeFrameBytes(image), bytes.length);
  const data = { bytes, byteOrder: syntax.byteOrder, isWords: element.vr !== "OB" };
  return {
    frameCount: Math.min(image.frameCount, countWholeFrames(bytes.length, image)),
    read: (frame) => Promise.resolve(settle(readNativeFrame(data, image, frame), image)),
    samples: (frame) => readNativeFrame(data, image, frame),
  };
}

function openEncapsulated(source: PixelSource): PixelReader {
  const { parsed, image, syntax, warnings } = source;
  if (syntax.compression === "none") {
    throw new SlicebenchError(
      "DICOM_FRAMES_UNCLEAR",
      `The transfer syntax is ${syntax.name}, but the pixel data comes in compressed fragments.`,
      { hint: "The file's header is wrong; export the image again." },
    );
  }
  const bytes = parsed.dataSet.byteArray;
  const frames = locateEncapsulatedFrames({
    bytes,
    start: parsed.pixelData!.dataOffset,
    dataSet: parsed.dataSet,
    frameCount: image.frameCount,
    endsWithMarker: syntax.compression !== "rle" && syntax.compression !== "deflated-frames",
    warnings,
  });
  return { frameCount: frames.length, read: (frame) => decodeFragments(source, frames[frame]!) };
}

async function decodeFragments(source: PixelSource, ranges: readonly ByteRange[]): Promise<PixelArray> {
  const { parsed, image, syntax } = source;
  const data = joinFragments(parsed.dataSet.byteArray, ranges);
  checkFrameSize(nativeFrameBytes(image), data.length);
  if (syntax.compression === "deflated-frames") {
    const bytes = inflateFrame(data, image);
    return settle(readNativeFrame({ bytes, byteOrder: "little-endian", isWords: false }, image, 0), image);
  }
  const decoded = await decode(source, data);
  const { samples } = decoded;
  if (image.bitsAllocated === 1 && samples instanceof Uint8Array) {
    return unpackBits(samples, 0, image.rows * image.columns);
  }
  return settleColour(samples, image, decoded);
}

async function decode({ image, syntax, warnings }: PixelSource, data: Uint8Array): Promise<DecodedSamples> {
  switch (syntax.compression) {
    case "rle":
      return decodeRle(data, image);
    case "jpeg":
      return decodeJpeg(data, image, warnings);
    case "jpeg-ls":
      return decodeJpegLs(data, image);
    case "jpeg-2000":
    case "high-throughput-jpeg-2000":
      return decodeJpeg2000(data, image, syntax.compression);
    case "deflated-frames":
    case "none":
      throw new RangeError(`${syntax.name} has no decoder of its own.`);
  }
}

function settle(samples: ReturnType<typeof readNativeFrame>, image: ImagePixel): PixelArray {
  if (samples instanceof Float32Array || samples instanceof Float64Array) return samples;
  return settleColour(samples, image, { planar: image.planarConfiguration === 1, isRgb: false });
}

/** Grey values get their sign; colour becomes interleaved RGB, converted only where the header says YBR. */
function settleColour(
  samples: Uint8Array | Uint16Array | Uint32Array,
  image: ImagePixel,
  { planar, isRgb }: { planar: boolean; isRgb: boolean },
): PixelArray {
  if (image.samplesPerPixel === 1) return settleStoredValues(samples, image);
  const isHalved = image.photometricInterpretation === "YBR_FULL_422";
  if (isHalved && samples instanceof Uint8Array && samples.length < image.rows * image.columns * 3) {
    return convertYbrToRgb(expandChrominance(samples));
  }
  const interleaved = planar ? interleavePlanes(samples) : samples;
  const isYbr = image.photometricInterpretation.startsWith("YBR") && !isRgb;
  if (isYbr && interleaved instanceof Uint8Array) return convertYbrToRgb(interleaved);
  return settleStoredValues(interleaved, { ...image, signed: false });
}
