import type { DataSet } from "dicom-parser";
import { SlicebenchError } from "../../core/errors";
import { readCode, readDecimals, readUnsignedShort } from "./elements";
import type { ParsedDicom } from "./data-set";
import { tags } from "./tags";

/** The Image Pixel module (PS3.3 C.7.6.3), checked: how to read the stored values. */
export interface ImagePixel {
  rows: number;
  columns: number;
  /** As the header says; fewer may be there. */
  frameCount: number;
  samplesPerPixel: 1 | 3;
  photometricInterpretation: string;
  planarConfiguration: 0 | 1;
  bitsAllocated: 1 | 8 | 16 | 32 | 64;
  bitsStored: number;
  highBit: number;
  signed: boolean;
  /** Float Pixel Data or Double Float Pixel Data: no masking, no sign (PS3.3 C.7.6.24, C.7.6.25). */
  float: boolean;
}

/** Photometric interpretations that can be read; YBR becomes RGB, a palette stays indices. */
const readable = new Set([
  "MONOCHROME1",
  "MONOCHROME2",
  "PALETTE COLOR",
  "RGB",
  "YBR_FULL",
  "YBR_FULL_422",
  "YBR_PARTIAL_420",
  "YBR_PARTIAL_422",
  "YBR_ICT",
  "YBR_RCT",
]);

/**
 * Reads and checks the Image Pixel module.
 * @throws SlicebenchError DICOM_HEADER_INVALID, which names the attribute, what it is and what it may be
 */
export function readImagePixel({ dataSet, pixelData }: ParsedDicom, warnings: string[]): ImagePixel {
  const float = pixelData?.tag === tags.floatPixelData || pixelData?.tag === tags.doubleFloatPixelData;
  const bitsAllocated = float
    ? pixelData.tag === tags.floatPixelData
      ? 32
      : 64
    : requireOneOf(dataSet, "Bits Allocated", [1, 8, 16, 32]);
  const samplesPerPixel =
    dataSet.elements[tags.samplesPerPixel] === undefined
      ? 1
      : requireOneOf(dataSet, "Samples per Pixel", [1, 3]);
  const photometricInterpretation = readPhotometricInterpretation(dataSet, samplesPerPixel, warnings);
  const bitsStored = readBitsStored(dataSet, { bitsAllocated, float, warnings });
  return {
    rows: requirePositive(dataSet, "Rows"),
    columns: requirePositive(dataSet, "Columns"),
    frameCount: readFrameCount(dataSet),
    samplesPerPixel,
    photometricInterpretation,
    planarConfiguration: readUnsignedShort(dataSet, tags.planarConfiguration) === 1 ? 1 : 0,
    bitsAllocated,
    bitsStored,
    highBit: readHighBit(dataSet, { bitsAllocated, bitsStored, warnings }),
    signed: !float && readUnsignedShort(dataSet, tags.pixelRepresentation) === 1,
    float,
  };
}

const attributes = {
  "Bits Allocated": tags.bitsAllocated,
  "Samples per Pixel": tags.samplesPerPixel,
  Rows: tags.rows,
  Columns: tags.columns,
} as const;

function requireOneOf<T extends number>(
  dataSet: DataSet,
  name: keyof typeof attributes,
  allowed: readonly T[],
): T {
  const value = readUnsignedShort(dataSet, attributes[name]);
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw headerInvalid(`${name} is ${value ?? "missing"}; it can be ${allowed.join(", ")}.`);
}

function requirePositive(dataSet: DataSet, name: keyof typeof attributes): number {
  const value = readUnsignedShort(dataSet, attributes[name]);
  if (value !== undefined && value > 0) return value;
  throw headerInvalid(`${name} is ${value ?? "missing"}; a picture has at least one.`);
}

function headerInvalid(message: string): SlicebenchError {
  return new SlicebenchError("DICOM_HEADER_INVALID", message, {
    hint: "The file's header is damaged; export the image again.",
  });
}

function readPhotometricInterpretation(dataSet: DataSet, samplesPerPixel: 1 | 3, warnings: string[]): string {
  const stated = readCode(dataSet, tags.photometricInterpretation);
  if (stated === undefined) {
    warnings.push("Photometric Interpretation is missing.");
    return samplesPerPixel === 3 ? "RGB" : "MONOCHROME2";
  }
  const isColour = !stated.startsWith("MONOCHROME") && stated !== "PALETTE COLOR";
  if (!readable.has(stated) || isColour !== (samplesPerPixel === 3)) {
    throw headerInvalid(`Photometric Interpretation "${stated}" with ${samplesPerPixel} samples a pixel.`);
  }
  return stated;
}

function readBitsStored(
  dataSet: DataSet,
  { bitsAllocated, float, warnings }: { bitsAllocated: number; float: boolean; warnings: string[] },
): number {
  const stated = float ? undefined : readUnsignedShort(dataSet, tags.bitsStored);
  if (stated === undefined) return bitsAllocated;
  if (stated >= 1 && stated <= bitsAllocated) return stated;
  warnings.push(`Bits Stored is ${stated} of ${bitsAllocated} allocated; all bits were read.`);
  return bitsAllocated;
}

function readHighBit(
  dataSet: DataSet,
  { bitsAllocated, bitsStored, warnings }: { bitsAllocated: number; bitsStored: number; warnings: string[] },
): number {
  const stated = readUnsignedShort(dataSet, tags.highBit);
  if (stated === undefined || stated === bitsStored - 1) return bitsStored - 1;
  if (stated >= bitsStored - 1 && stated < bitsAllocated) return stated;
  warnings.push(
    `High Bit is ${stated} with ${bitsStored} bits stored; it was taken to be ${bitsStored - 1}.`,
  );
  return bitsStored - 1;
}

function readFrameCount(dataSet: DataSet): number {
  if (dataSet.elements[tags.numberOfFrames] === undefined) return 1;
  const [count] = readDecimals(dataSet, tags.numberOfFrames);
  if (count === undefined) return 1;
  if (Number.isInteger(count) && count > 0) return count;
  throw headerInvalid(`Number of Frames is ${count}; it is 1 or more.`);
}

/** Bytes of one frame when it is not compressed, rounded up to whole bytes. */
export function nativeFrameBytes(image: ImagePixel): number {
  return Math.ceil(nativeFrameBits(image) / 8);
}

/** Bits of one uncompressed frame: frames of 1-bit pixels follow each other without padding (PS3.5 8.1.1). */
export function nativeFrameBits(image: ImagePixel): number {
  const pixels = image.rows * image.columns;
  // Two luminances share two chrominances (PS3.3 C.7.6.3.1.2).
  if (image.photometricInterpretation === "YBR_FULL_422") return pixels * 2 * image.bitsAllocated;
  return pixels * image.samplesPerPixel * image.bitsAllocated;
}
