import sharp from "sharp";
import type { Metadata } from "sharp";
import type { PixelArray } from "../core/image/frame";
import { SlicebenchError } from "../core/errors";
import { thrownText } from "./failures";
import { checkFrameSize } from "./limits";
import type { FileContent, ImageFile } from "./opened-file";
import { openPlainPicture } from "./plain-picture";

/**
 * Opens a PNG or JPEG picture with libvips. Values are those in the file: no colour profile is applied, no
 * transparency blended, no EXIF rotation done (a warning says so); a palette becomes RGB, fewer than 8 bits are
 * spread over 8 as the PNG standard says (13.12).
 * @throws SlicebenchError PICTURE_DAMAGED, FRAME_TOO_LARGE
 */
export async function openRaster(
  { file, bytes, size }: FileContent,
  format: "png" | "jpeg",
): Promise<ImageFile> {
  const metadata = await readMetadata(bytes);
  const { width: columns, height: rows } = metadata;
  const isGrey = metadata.space === "b-w" || metadata.space === "grey16";
  const samplesPerPixel = isGrey ? 1 : 3;
  const isWide = metadata.depth === "ushort";
  const bits = isWide ? 16 : 8;
  checkFrameSize((rows * columns * samplesPerPixel * bits) / 8, size);
  return openPlainPicture({
    file,
    format,
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated: bits,
    bitsStored: bits,
    lossy: format === "jpeg",
    warnings: describeOddities(metadata),
    heldBytes: bytes.length,
    decode: () => decode(bytes, { isGrey, isWide }),
  });
}

const options = { ignoreIcc: true, failOn: "truncated" } as const;

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  try {
    // The size is checked here, with a sentence of our own.
    return await sharp(bytes, { ...options, failOn: "none", limitInputPixels: false }).metadata();
  } catch (thrown) {
    throw damaged(thrown);
  }
}

async function decode(
  bytes: Uint8Array,
  { isGrey, isWide }: { isGrey: boolean; isWide: boolean },
): Promise<PixelArray> {
  const colourSpace = isGrey ? (isWide ? "grey16" : "b-w") : isWide ? "rgb16" : "srgb";
  try {
    const { buffer, byteOffset, byteLength } = await sharp(bytes, options)
      .removeAlpha()
      .toColourspace(colourSpace)
      .raw({ depth: isWide ? "ushort" : "uchar" })
      .toBuffer();
    const own = buffer.slice(byteOffset, byteOffset + byteLength);
    return isWide ? new Uint16Array(own) : new Uint8Array(own);
  } catch (thrown) {
    throw damaged(thrown);
  }
}

function describeOddities({ orientation = 1, hasAlpha, space }: Metadata): string[] {
  const warnings: string[] = [];
  if (orientation > 1) warnings.push("The camera was turned (EXIF); the picture is shown as it was stored.");
  if (hasAlpha) warnings.push("The transparency is not used.");
  if (space === "cmyk") warnings.push("The picture was made for print (CMYK); it was converted to RGB.");
  return warnings;
}

function damaged(thrown: unknown): SlicebenchError {
  // libvips writes its messages line by line, the first says most.
  const [reason = ""] = thrownText(thrown).split("\n");
  return new SlicebenchError("PICTURE_DAMAGED", `The picture cannot be decoded (${reason}).`, {
    hint: "Copy or export the file again from where it came from.",
    cause: thrown,
  });
}
