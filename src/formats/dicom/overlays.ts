import type { DataSet } from "dicom-parser";
import type { ParsedDicom } from "./data-set";
import { readBytes, readDecimals, readUnsignedShort } from "./elements";
import type { ImagePixel } from "./image-pixel";

/** One overlay plane (PS3.3 C.9.2): a bit for each pixel of its own rows and columns. */
interface OverlayPlane {
  rows: number;
  columns: number;
  /** Of the image: where the plane's first pixel lies, from 0; may lie outside. */
  top: number;
  left: number;
  /** From 0: the image's frames that it lies on, one of its own for each; undefined: one for all frames. */
  frames: { first: number; count: number } | undefined;
  /** Bits, the lowest of a byte first; or, in old files, which bit of each pixel's cell it is. */
  source: { bytes: Uint8Array } | { bit: number };
}

/** Draws a file's overlays; made by `readOverlays`. */
export interface Overlays {
  /** Whether they are kept in the pixels' unused bits, so that these are needed. */
  areEmbedded: boolean;
  /**
   * The overlays of one frame together: rows x columns of the image, 1 where one of them is set.
   * @param samples the frame as stored, sign and unused bits not settled; only where overlays are embedded
   * @returns undefined where none lies on this frame
   */
  draw(frame: number, samples?: ArrayLike<number>): Uint8Array | undefined;
}

/** Sixteen groups, the even ones from 6000 to 601E (PS3.5 7.6). */
const groups = Array.from({ length: 16 }, (_, index) => 0x6000 + 2 * index);

/** Finds the overlay planes of an image. One that makes no sense is left out, and a warning says so. */
export function readOverlays(
  { dataSet, transferSyntax }: ParsedDicom,
  image: ImagePixel,
  warnings: string[],
): Overlays {
  const isSwapped = transferSyntax?.byteOrder === "big-endian";
  const planes = groups.flatMap((group) => {
    const plane = readPlane(dataSet, group, { image, isSwapped });
    if (typeof plane !== "string") return plane === undefined ? [] : [plane];
    warnings.push(`Overlay ${group.toString(16).toUpperCase()} is left out: ${plane}.`);
    return [];
  });
  return {
    areEmbedded: planes.some(({ source }) => "bit" in source),
    draw: (frame, samples) => {
      const own = planes.filter(({ frames }) => frames === undefined || isWithin(frame, frames));
      if (own.length === 0) return undefined;
      const drawn = new Uint8Array(image.rows * image.columns);
      for (const plane of own) drawPlane(plane, { image, drawn, frame, samples });
      return drawn;
    },
  };
}

/** A plane; undefined where the group has none; what is wrong with it. */
function readPlane(
  dataSet: DataSet,
  group: number,
  { image, isSwapped }: { image: ImagePixel; isSwapped: boolean },
): OverlayPlane | string | undefined {
  const tag = (element: string) => `x${group.toString(16)}${element}`;
  const rows = readUnsignedShort(dataSet, tag("0010"));
  const columns = readUnsignedShort(dataSet, tag("0011"));
  const data = dataSet.elements[tag("3000")];
  if (rows === undefined && columns === undefined && data === undefined) return undefined;
  if (!rows || !columns) return "it has no rows or columns";
  const [top, left] = readOrigin(dataSet, tag("0050"));
  const [stated] = readDecimals(dataSet, tag("0015"));
  const count = stated ?? 1;
  const first = (readUnsignedShort(dataSet, tag("0051")) ?? 1) - 1;
  if (!Number.isInteger(count) || count < 1 || first < 0) return "its numbers of frames make no sense";
  const isForAll = stated === undefined && dataSet.elements[tag("0051")] === undefined;
  const place = { rows, columns, top, left, frames: isForAll ? undefined : { first, count } };
  if (data === undefined) {
    const bit = readUnsignedShort(dataSet, tag("0102"));
    if (bit === undefined) return "it has no data";
    const isUnused =
      bit < image.bitsAllocated && (bit > image.highBit || bit <= image.highBit - image.bitsStored);
    return isUnused && image.samplesPerPixel === 1
      ? { ...place, source: { bit } }
      : `its bit ${bit} is none of the unused ones of a pixel`;
  }
  const bytes = readBytes(dataSet, tag("3000"));
  const needed = Math.ceil((rows * columns * count) / 8);
  if (bytes === undefined || bytes.length < needed) {
    return `it needs ${needed} bytes, and ${bytes?.length ?? 0} are there`;
  }
  // 16-bit words, unless the file says bytes (PS3.5 8.1.2).
  const isInWords = isSwapped && data.vr !== "OB" && bytes.length % 2 === 0;
  return { ...place, source: { bytes: isInWords ? Buffer.from(bytes).swap16() : bytes } };
}

/** Overlay Origin counts from 1\1, the image's first pixel, and may be negative. */
function readOrigin(dataSet: DataSet, tag: string): [top: number, left: number] {
  if ((readBytes(dataSet, tag)?.length ?? 0) < 4) return [0, 0];
  return [(dataSet.int16(tag, 0) ?? 1) - 1, (dataSet.int16(tag, 1) ?? 1) - 1];
}

const isWithin = (frame: number, { first, count }: { first: number; count: number }) =>
  frame >= first && frame < first + count;

interface Drawing {
  image: ImagePixel;
  drawn: Uint8Array;
  frame: number;
  samples: ArrayLike<number> | undefined;
}

/** Sets the plane's pixels where they lie within the image. */
function drawPlane(plane: OverlayPlane, { image, drawn, frame, samples }: Drawing): void {
  const { rows, columns, top, left, source } = plane;
  const start = (frame - (plane.frames?.first ?? frame)) * rows * columns;
  const isSet = (row: number, column: number, at: number): boolean => {
    // Embedded in a pixel's cell, it is the overlay of that very pixel, wherever it says that it begins.
    if ("bit" in source) return samples !== undefined && ((samples[at]! >>> source.bit) & 1) === 1;
    const bit = start + row * columns + column;
    return ((source.bytes[Math.floor(bit / 8)]! >> (bit % 8)) & 1) === 1;
  };
  for (let row = Math.max(0, -top); row < rows && row + top < image.rows; row++) {
    for (let column = Math.max(0, -left); column < columns && column + left < image.columns; column++) {
      const at = (row + top) * image.columns + column + left;
      if (isSet(row, column, at)) drawn[at] = 1;
    }
  }
}
