import { createHash } from "node:crypto";
import { toWireError } from "../core/errors";
import type { Frame } from "../core/image/frame";
import { modalityValues } from "../core/image/voi";
import { openFile, readOwner } from "../formats/open";
import type { ImageFile, NonImageFile } from "../formats/open";

/** What `slicebench info` prints of a file; a stable contract. What a file does not say is null. */
export type FileInfo = FailedInfo | NonImageInfo | ImageInfo;

interface FailedInfo {
  file: string;
  ok: false;
  error: { code: string; message: string };
  /** A file whose picture cannot be read may still say whose it is. */
  patientName: string | null;
}

interface NonImageInfo {
  file: string;
  ok: true;
  kind: "non-image";
  /** What it is instead: "RT structure set (contours)". */
  description: string;
  transferSyntaxUid: string | null;
  sopClassUid: string | null;
  patientName: string | null;
  warnings: string[];
}

interface ImageInfo extends Partial<PixelFacts> {
  file: string;
  ok: true;
  kind: "image";
  transferSyntaxUid: string | null;
  sopClassUid: string | null;
  rows: number;
  columns: number;
  frames: number;
  samplesPerPixel: number;
  photometricInterpretation: string;
  bitsAllocated: number;
  bitsStored: number;
  signed: boolean;
  pixelSpacing: [row: number, column: number] | null;
  rescaleSlope: number | null;
  rescaleIntercept: number | null;
  windowCenter: number | null;
  windowWidth: number | null;
  patientName: string | null;
  warnings: string[];
}

/** What decoding shows, so that another reader's result can be compared. */
interface PixelFacts {
  /** Of the stored values, row by row, little endian, as wide as allocated; colour as interleaved RGB. */
  sha256FirstFrame: string;
  sha256LastFrame: string;
  /** Of the first frame after the modality LUT; of the stored values for colour and palette. */
  min: number;
  max: number;
  mean: number;
  /** For lossy encodings: 8 x 8 pixels of the first frame, spread evenly, each with all its samples. */
  samples?: number[];
}

/**
 * Says what a file is. Never throws for a bad file: what is wrong with it is the answer.
 * @param options.pixels also decodes the first and the last frame and digests them
 */
export async function describeFile(
  file: string,
  { pixels = false }: { pixels?: boolean } = {},
): Promise<FileInfo> {
  try {
    const opened = await openFile(file);
    if (opened.kind === "non-image") return describeNonImage(opened);
    const facts = pixels ? await describePixels(opened) : {};
    return { ...describeHeader(opened), ...facts };
  } catch (thrown) {
    const { code, message, hint } = toWireError(thrown, file);
    const { patientName = null } = await readOwner(file);
    const error = { code, message: hint === undefined ? message : `${message} ${hint}` };
    return { file, ok: false, error, patientName };
  }
}

function describeNonImage(opened: NonImageFile): NonImageInfo {
  return {
    file: opened.file,
    ok: true,
    kind: "non-image",
    description: opened.description,
    transferSyntaxUid: opened.transferSyntaxUid ?? null,
    sopClassUid: opened.sopClassUid ?? null,
    patientName: opened.identity.patientName ?? null,
    warnings: [...opened.warnings],
  };
}

function describeHeader(image: ImageFile): ImageInfo {
  const { header } = image;
  return {
    file: image.file,
    ok: true,
    kind: "image",
    transferSyntaxUid: image.transferSyntaxUid ?? null,
    sopClassUid: image.sopClassUid ?? null,
    rows: header.rows,
    columns: header.columns,
    frames: image.frameCount,
    samplesPerPixel: header.samplesPerPixel,
    photometricInterpretation: header.photometricInterpretation,
    bitsAllocated: header.bitsAllocated,
    bitsStored: header.bitsStored,
    signed: header.signed,
    pixelSpacing: header.pixelSpacing ?? null,
    rescaleSlope: header.rescaleSlope ?? null,
    rescaleIntercept: header.rescaleIntercept ?? null,
    windowCenter: header.windowCenter ?? null,
    windowWidth: header.windowWidth ?? null,
    patientName: image.identity.patientName ?? null,
    warnings: [...image.warnings],
  };
}

async function describePixels(image: ImageFile): Promise<PixelFacts> {
  const first = await image.readFrame(0);
  const sha256FirstFrame = digestPixels(first);
  const isSingle = image.frameCount === 1;
  return {
    sha256FirstFrame,
    sha256LastFrame: isSingle ? sha256FirstFrame : digestPixels(await image.readFrame(image.frameCount - 1)),
    ...measureValues(first),
    ...(image.header.lossy && { samples: samplePixels(first) }),
  };
}

/** Typed arrays are little endian on every machine that this program runs on. */
function digestPixels({ pixels }: Frame): string {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

/** Values that are transformed at a time, so that a large frame is not in memory twice. */
const chunkLength = 2 ** 16;

function measureValues({ pixels, meaning }: Frame): { min: number; max: number; mean: number } {
  const isGrey = meaning.photometricInterpretation.startsWith("MONOCHROME");
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (let start = 0; start < pixels.length; start += chunkLength) {
    const chunk = pixels.subarray(start, start + chunkLength);
    for (const value of isGrey ? modalityValues({ pixels: chunk, meaning }) : chunk) {
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
    }
  }
  return { min, max, mean: sum / pixels.length };
}

function samplePixels({ rows, columns, samplesPerPixel, pixels }: Frame): number[] {
  const at = (index: number, size: number) => Math.floor(((index + 0.5) * size) / 8);
  const samples: number[] = [];
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) {
      const start = (at(i, rows) * columns + at(j, columns)) * samplesPerPixel;
      samples.push(...pixels.subarray(start, start + samplesPerPixel));
    }
  }
  return samples;
}
