import { SlicebenchError } from "../../../core/errors";
import type { ImagePixel } from "../image-pixel";

/** What a compressed frame says of itself. */
export interface Codestream {
  rows: number;
  columns: number;
  components: number;
  bitsPerSample: number;
  /** The samples are two's complement; of JPEG 2000 only. */
  isSigned?: boolean;
}

/** Start-of-frame markers of JPEG (ITU T.81 table B.1) and of JPEG-LS (T.87 C.1.1). */
const startOfFrame = new Set([
  0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xf7,
]);

/**
 * Reads the frame header of a JPEG or JPEG-LS codestream (ITU T.81 B.2.2).
 * @returns also whether the codestream reaches its end-of-image marker, and whether an Adobe marker names a transform
 * @throws SlicebenchError CODESTREAM_DAMAGED where there is no frame header
 */
export function readJpegHeader(data: Uint8Array): Codestream & { isComplete: boolean } {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let offset = data[0] === 0xff && data[1] === 0xd8 ? 2 : data.length;
  while (offset + 4 <= data.length) {
    if (data[offset] !== 0xff) break;
    const marker = data[offset + 1]!;
    // Fill bytes, and markers that have no length.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      offset += marker === 0xff ? 1 : 2;
      continue;
    }
    if (startOfFrame.has(marker) && offset + 10 <= data.length) {
      return {
        bitsPerSample: data[offset + 4]!,
        rows: view.getUint16(offset + 5),
        columns: view.getUint16(offset + 7),
        components: data[offset + 9]!,
        isComplete: hasEndMarker(data),
      };
    }
    offset += 2 + view.getUint16(offset + 2);
  }
  throw damaged("There is no JPEG frame header in the pixel data.");
}

/** Whether FFD9 is among the last bytes, padding aside. */
function hasEndMarker(data: Uint8Array): boolean {
  let end = data.length;
  while (end > 2 && data[end - 1] === 0 && data.length - end < 64) end--;
  for (let at = end - 2; at >= Math.max(0, end - 4); at--) {
    if (data[at] === 0xff && data[at + 1] === 0xd9) return true;
  }
  return false;
}

/**
 * Reads the SIZ segment of a JPEG 2000 codestream (ITU T.800 A.5.1), and checks by the tile-parts' lengths that
 * it is whole: decoders fill what is missing without a word.
 * @throws SlicebenchError CODESTREAM_DAMAGED, DICOM_TRUNCATED
 */
export function readJpeg2000Header(data: Uint8Array): Codestream {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const start = findCodestream(view);
  if (start + 42 > data.length || view.getUint16(start + 2) !== 0xff51) {
    throw damaged("There is no JPEG 2000 image header in the pixel data.");
  }
  checkTileParts(view, start);
  return {
    columns: view.getUint32(start + 8) - view.getUint32(start + 16),
    rows: view.getUint32(start + 12) - view.getUint32(start + 20),
    components: view.getUint16(start + 40),
    bitsPerSample: ((data[start + 42] ?? 7) & 0x7f) + 1,
    isSigned: (data[start + 42] ?? 0) > 0x7f,
  };
}

/** The codestream is bare, as the standard wants it (PS3.5 8.2.4), or lies in a JP2 file, as some write it. */
function findCodestream(view: DataView): number {
  const isStart = (at: number) => view.getUint32(at) === 0xff4fff51;
  if (view.byteLength >= 4 && isStart(0)) return 0;
  for (let at = 0; at + 12 <= Math.min(view.byteLength, 4096); at++) if (isStart(at)) return at;
  throw damaged("The pixel data does not start like JPEG 2000.");
}

const startOfTilePart = 0xff90;

function checkTileParts(view: DataView, start: number): void {
  let offset = start + 2;
  while (offset + 4 <= view.byteLength && view.getUint16(offset) !== startOfTilePart) {
    offset += 2 + view.getUint16(offset + 2);
  }
  if (offset + 12 > view.byteLength) throw truncated();
  while (offset + 12 <= view.byteLength && view.getUint16(offset) === startOfTilePart) {
    const length = view.getUint32(offset + 6);
    // Zero: this tile-part reaches to the end of the codestream (T.800 A.4.2).
    if (length === 0) return;
    if (offset + length > view.byteLength) throw truncated();
    if (length < 14) throw damaged("A JPEG 2000 tile-part is shorter than its own header.");
    offset += length;
  }
}

/** Refuses a codestream that is another picture than the header describes. */
export function checkCodestream(codestream: Codestream, image: ImagePixel): void {
  const matches =
    codestream.rows === image.rows &&
    codestream.columns === image.columns &&
    codestream.components === image.samplesPerPixel;
  if (!matches) {
    throw new SlicebenchError(
      "DICOM_SIZE_MISMATCH",
      `The header describes ${image.rows} x ${image.columns} pixels of ${image.samplesPerPixel} samples, ` +
        `the compressed picture has ${codestream.rows} x ${codestream.columns} of ${codestream.components}.`,
      { hint: "The file is damaged; export the image again." },
    );
  }
  if (codestream.bitsPerSample > image.bitsAllocated) {
    throw new SlicebenchError(
      "DICOM_SIZE_MISMATCH",
      `The compressed picture has ${codestream.bitsPerSample} bits a sample, the header allocates ${image.bitsAllocated}.`,
      { hint: "The file is damaged; export the image again." },
    );
  }
}

function damaged(message: string): SlicebenchError {
  return new SlicebenchError("CODESTREAM_DAMAGED", message, {
    hint: "The file is damaged; export the image again.",
  });
}

function truncated(): SlicebenchError {
  return new SlicebenchError("DICOM_TRUNCATED", "The compressed picture ends before all of it was read.", {
    hint: "Copy the file again from where it came from.",
  });
}
