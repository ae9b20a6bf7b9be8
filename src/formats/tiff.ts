import sharp from "sharp";
import type { PixelArray } from "../core/image/frame";
import { SlicebenchError } from "../core/errors";
import { thrownText } from "./failures";
import { checkFrameSize } from "./limits";
import type { FileContent, ImageFile } from "./opened-file";
import { openPlainPicture } from "./plain-picture";
import { cutOff, listTiffPages, paletteColour, type TiffPage } from "./tiff-pages";
import { readTiffSpacing } from "./tiff-spacing";

/** How the samples of a page come out of libvips. */
interface SampleType {
  depth: "uchar" | "char" | "ushort" | "short" | "uint" | "int" | "float";
  bits: 8 | 16 | 32;
  signed: boolean;
  read: (bytes: ArrayBuffer) => PixelArray;
}

const sampleTypes: Readonly<Partial<Record<string, SampleType>>> = {
  "unsigned 8": { depth: "uchar", bits: 8, signed: false, read: (bytes) => new Uint8Array(bytes) },
  "signed 8": { depth: "char", bits: 8, signed: true, read: (bytes) => new Int8Array(bytes) },
  "unsigned 16": { depth: "ushort", bits: 16, signed: false, read: (bytes) => new Uint16Array(bytes) },
  "signed 16": { depth: "ushort", bits: 16, signed: true, read: (bytes) => new Int16Array(bytes) },
  "unsigned 32": { depth: "uint", bits: 32, signed: false, read: (bytes) => new Uint32Array(bytes) },
  "signed 32": { depth: "int", bits: 32, signed: true, read: (bytes) => new Int32Array(bytes) },
  "float 32": { depth: "float", bits: 32, signed: true, read: (bytes) => new Float32Array(bytes) },
};

/** Compressions whose values are not those that were compressed: JPEG, old and new, and WebP. */
const lossyCompressions: ReadonlySet<number> = new Set([6, 7, 50_001]);
/** Photometric interpretation of print colours. */
const printColour = 5;

/**
 * Opens a TIFF picture or stack; pages of the first one's size and kind are the frames. Decoded by libvips: any
 * compression that it knows, tiles and strips, palettes as RGB, white-is-zero turned round.
 * @throws SlicebenchError TIFF_DAMAGED, TIFF_TRUNCATED, TIFF_KIND_UNKNOWN, FRAME_TOO_LARGE
 */
export function openTiff({ file, bytes, size }: FileContent): ImageFile {
  const pages = listTiffPages(bytes);
  const first = pages[0]!;
  const type = sampleTypeOf(first);
  const isColour = first.samplesPerPixel > 2 || first.photometric === paletteColour;
  const samplesPerPixel = isColour ? 3 : 1;
  checkFrameSize(
    (first.rows * first.columns * Math.max(first.samplesPerPixel, samplesPerPixel) * type.bits) / 8,
    size,
  );
  const frames = pages.filter((page) => isAlike(page, first));
  if (!frames.every(({ isWhole }) => isWhole)) throw cutOff();
  const spacingMm = readTiffSpacing(first);
  const source = type.signed && type.bits === 16 ? withUnsignedFormat(bytes, pages) : bytes;
  return openPlainPicture({
    file,
    format: "tiff",
    rows: first.rows,
    columns: first.columns,
    samplesPerPixel,
    bitsAllocated: type.bits,
    bitsStored: type.bits,
    signed: type.signed,
    lossy: lossyCompressions.has(first.compression),
    frameCount: frames.length,
    ...(spacingMm && { spacingMm }),
    warnings: describeOddities(first, pages.length - frames.length),
    heldBytes: source.length,
    decode: (frame) => decodePage(source, frames[frame]!, { type, samplesPerPixel }),
  });
}

function sampleTypeOf({ bitsPerSample, sampleFormat, samplesPerPixel, photometric }: TiffPage): SampleType {
  // Fewer than 8 bits are spread over 8.
  const bits = bitsPerSample < 8 ? 8 : bitsPerSample;
  const type = sampleTypes[`${sampleFormat} ${bits}`];
  const isColour = samplesPerPixel > 2 || photometric === paletteColour;
  if (type !== undefined && samplesPerPixel <= 4 && !(isColour && (type.signed || type.bits === 32)))
    return type;
  throw new SlicebenchError(
    "TIFF_KIND_UNKNOWN",
    `The pages have ${samplesPerPixel} samples a pixel of ${bitsPerSample} bits (${sampleFormat}); ` +
      "grey of up to 32 bits and colour of up to 16 can be read.",
    { hint: "Save the stack as 8 or 16 bits, or as 32-bit float." },
  );
}

function isAlike(page: TiffPage, first: TiffPage): boolean {
  return (
    page.rows === first.rows &&
    page.columns === first.columns &&
    page.bitsPerSample === first.bitsPerSample &&
    page.samplesPerPixel === first.samplesPerPixel &&
    page.sampleFormat === first.sampleFormat &&
    page.photometric === first.photometric
  );
}

/** libvips clips negative values of 16 bits to 0: as unsigned ones their bits pass untouched. */
function withUnsignedFormat(bytes: Uint8Array, pages: readonly TiffPage[]): Uint8Array {
  const own = new Uint8Array(bytes);
  const low = bytes[0] === 0x49 ? 0 : 1;
  for (const { sampleFormatAt } of pages) {
    if (sampleFormatAt === undefined) continue;
    for (let sample = 0; sample < sampleFormatAt.count; sample++)
      own[sampleFormatAt.offset + sample * 2 + low] = 1;
  }
  return own;
}

async function decodePage(
  bytes: Uint8Array,
  page: TiffPage,
  { type, samplesPerPixel }: { type: SampleType; samplesPerPixel: 1 | 3 },
): Promise<PixelArray> {
  const greySpace = type.depth === "ushort" ? "grey16" : "b-w";
  const colourSpace = samplesPerPixel === 1 ? greySpace : type.depth === "ushort" ? "rgb16" : "srgb";
  const wanted = page.rows * page.columns * samplesPerPixel * (type.bits / 8);
  let decoded: Buffer;
  try {
    const options = { page: page.index, ignoreIcc: true, failOn: "truncated" } as const;
    decoded = await sharp(bytes, options)
      .removeAlpha()
      .toColourspace(colourSpace)
      .raw({ depth: type.depth })
      .toBuffer();
  } catch (thrown) {
    throw damaged(thrownText(thrown).split("\n")[0] ?? "", thrown);
  }
  if (decoded.length !== wanted) throw damaged(`${decoded.length} bytes instead of ${wanted}`);
  const { buffer, byteOffset, byteLength } = decoded;
  return type.read(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

function describeOddities(page: TiffPage, leftOut: number): string[] {
  const warnings: string[] = [];
  if (leftOut > 0) {
    warnings.push(`${leftOut} pages of another size or kind (thumbnails, reductions) are left out.`);
  }
  if (page.orientation > 1)
    warnings.push("The picture says that it is turned; it is shown as it was stored.");
  const isPrint = page.photometric === printColour;
  if (isPrint) warnings.push("The picture was made for print (CMYK); it was converted to RGB.");
  if (page.samplesPerPixel === 2 || (page.samplesPerPixel === 4 && !isPrint)) {
    warnings.push("The transparency is not used.");
  }
  return warnings;
}

function damaged(reason: string, cause?: unknown): SlicebenchError {
  return new SlicebenchError("TIFF_DAMAGED", `The page cannot be decoded (${reason}).`, {
    hint: "Copy or export the file again from where it came from.",
    cause,
  });
}
