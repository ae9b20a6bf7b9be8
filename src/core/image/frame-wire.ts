import type { Frame, FrameGeometry, LookupTable, PixelArray, PixelMeaning } from "./frame";

/**
 * A frame on the wire: one small JSON header beside raw little-endian bytes. The bytes are the stored values,
 * then, where the file has them, the entries of its lookup tables, its palette and its overlay; the header says how many.
 * The host encodes, the page decodes, both with this file.
 */

const constructors = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export type PixelType = keyof typeof constructors;

type TableHeader = Omit<LookupTable, "entries"> & { length: number };

/** What `x-slicebench-header` holds of a frame: everything but the arrays. */
export interface FrameHeader {
  rows: number;
  columns: number;
  samplesPerPixel: 1 | 3;
  pixelType: PixelType;
  meaning: Omit<PixelMeaning, "modalityLut" | "voiLut" | "palette">;
  geometry: FrameGeometry;
  /** Follow the stored values in this order, each 16-bit; a byte of padding first where those end oddly. */
  modalityLut?: TableHeader;
  voiLut?: TableHeader;
  /** Follows the tables: `length` bytes each of red, green and blue. */
  palette?: { firstValue: number; length: number };
  /** Follows all else: a byte a pixel. */
  hasOverlay?: true;
}

function pixelTypeOf(pixels: PixelArray): PixelType {
  for (const [name, constructor] of Object.entries(constructors)) {
    if (pixels instanceof constructor) return name as PixelType;
  }
  throw new TypeError("Pixels of an unknown array type.");
}

function bytesOf(array: PixelArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function tableHeader(table: LookupTable): TableHeader {
  return { firstValue: table.firstValue, bitsPerEntry: table.bitsPerEntry, length: table.entries.length };
}

/** The offset at which 16-bit entries may start after `byteLength` bytes. */
const evenOffset = (byteLength: number) => byteLength + (byteLength % 2);

/** Splits a frame into its header and its bytes; the bytes are a view of the pixels where nothing follows them. */
export function encodeFrame(frame: Frame): { header: FrameHeader; body: Uint8Array } {
  const { modalityLut, voiLut, palette, ...meaning } = frame.meaning;
  const { rows, columns, samplesPerPixel, geometry, overlay } = frame;
  const header: FrameHeader = {
    rows,
    columns,
    samplesPerPixel,
    pixelType: pixelTypeOf(frame.pixels),
    meaning,
    geometry,
    ...(modalityLut && { modalityLut: tableHeader(modalityLut) }),
    ...(voiLut && { voiLut: tableHeader(voiLut) }),
    ...(palette && { palette: { firstValue: palette.firstValue, length: palette.red.length } }),
    ...(overlay && { hasOverlay: true }),
  };
  const tables = [
    modalityLut?.entries,
    voiLut?.entries,
    palette?.red,
    palette?.green,
    palette?.blue,
    overlay,
  ].filter((table) => table !== undefined);
  const pixelBytes = bytesOf(frame.pixels);
  if (tables.length === 0) return { header, body: pixelBytes };

  let offset = evenOffset(pixelBytes.byteLength);
  const body = new Uint8Array(tables.reduce((total, table) => total + table.byteLength, offset));
  body.set(pixelBytes);
  for (const table of tables) {
    body.set(bytesOf(table), offset);
    offset += table.byteLength;
  }
  return { header, body };
}

/**
 * Puts a frame together again. Its arrays are views of `body`, nothing is copied.
 * Throws RangeError where the body is shorter than the header says.
 */
export function decodeFrame(header: FrameHeader, body: ArrayBuffer): Frame {
  const { pixelType, modalityLut, voiLut, palette, hasOverlay, meaning, ...rest } = header;
  const count = header.rows * header.columns * header.samplesPerPixel;
  const pixels = new constructors[pixelType](body, 0, count);
  let offset = evenOffset(pixels.byteLength);
  const takeTable = ({ length, ...table }: TableHeader): LookupTable => {
    const entries = new Uint16Array(body, offset, length);
    offset += entries.byteLength;
    return { ...table, entries };
  };
  const takeBytes = (length: number) => {
    const bytes = new Uint8Array(body, offset, length);
    offset += length;
    return bytes;
  };
  return {
    ...rest,
    pixels,
    meaning: {
      ...meaning,
      ...(modalityLut && { modalityLut: takeTable(modalityLut) }),
      ...(voiLut && { voiLut: takeTable(voiLut) }),
      ...(palette && {
        palette: {
          firstValue: palette.firstValue,
          red: takeBytes(palette.length),
          green: takeBytes(palette.length),
          blue: takeBytes(palette.length),
        },
      }),
    },
    // Evaluated last: it lies behind the tables.
    ...(hasOverlay && { overlay: takeBytes(header.rows * header.columns) }),
  };
}
