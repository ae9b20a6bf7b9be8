import { SlicebenchError } from "../core/errors";

/** One page of a TIFF file (TIFF 6.0, BigTIFF), as its tags describe it. */
export interface TiffPage {
  /** Among the file's directories, from 0. */
  index: number;
  rows: number;
  columns: number;
  bitsPerSample: number;
  samplesPerPixel: number;
  sampleFormat: "unsigned" | "signed" | "float" | "other";
  photometric: number;
  compression: number;
  orientation: number;
  /** Pixels a unit, across and down. */
  resolution: [across: number, down: number] | undefined;
  resolutionUnit: "inch" | "centimetre" | "none";
  description: string;
  /** Where the file keeps the sample format: of each sample, 2 bytes. */
  sampleFormatAt: { offset: number; count: number } | undefined;
  /** All strips or tiles lie in the file. libvips shows those that do not as black, without a word. */
  isWhole: boolean;
}

const tags = {
  columns: 256,
  rows: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  description: 270,
  stripOffsets: 273,
  stripBytes: 279,
  tileOffsets: 324,
  tileBytes: 325,
  orientation: 274,
  samplesPerPixel: 277,
  resolutionAcross: 282,
  resolutionDown: 283,
  resolutionUnit: 296,
  sampleFormat: 339,
} as const;

/** Photometric interpretation of a palette. */
export const paletteColour = 3;

/** Bytes of a value by field type (TIFF 6.0 section 2, BigTIFF 13, 16, 17, 18). */
const typeBytes: Readonly<Partial<Record<number, number>>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** Pages beyond this are not listed: no stack has as many, and a lying chain must end. */
const mostPages = 65_535;
/** Of a description, this much is read. */
const mostText = 65_536;

interface Field {
  type: number;
  count: number;
  /** Of the value in the file, wherever it is kept. */
  offset: number;
}

/**
 * Lists the pages of a TIFF file by its tags alone: no pixel is touched and nothing is allocated by what a tag says.
 * @param bytes the whole file, which starts with the signature of TIFF or BigTIFF
 * @throws SlicebenchError TIFF_DAMAGED where there is no first page, or the next one does not lie in the file
 */
export function listTiffPages(bytes: Uint8Array): TiffPage[] {
  const reader = new TagReader(bytes);
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let offset = reader.firstDirectory();
  while (offset !== 0 && !seen.has(offset) && seen.size < mostPages) {
    seen.add(offset);
    const directory = reader.readDirectory(offset);
    if (directory === undefined) {
      if (pages.length > 0) throw cutOff();
      break;
    }
    const page = describePage(reader, directory.fields);
    if (page !== undefined) pages.push({ ...page, index: seen.size - 1 });
    offset = directory.next;
  }
  if (pages.length === 0) {
    throw new SlicebenchError(
      "TIFF_DAMAGED",
      "The file has no page: it was cut, or its directory is damaged.",
      {
        hint: "Copy or export the file again from where it came from.",
      },
    );
  }
  return pages;
}

/** Of a file that ends before what its directories name. */
export function cutOff(): SlicebenchError {
  return new SlicebenchError("TIFF_TRUNCATED", "The file ends before its pages do: it was cut.", {
    hint: "Copy or export the file again from where it came from.",
  });
}

function describePage(
  reader: TagReader,
  fields: ReadonlyMap<number, Field>,
): Omit<TiffPage, "index"> | undefined {
  const number = (tag: number) => reader.readNumber(fields.get(tag));
  const rows = number(tags.rows) ?? 0;
  const columns = number(tags.columns) ?? 0;
  // A directory without a size is a thumbnail's or a camera's data.
  if (rows < 1 || columns < 1) return undefined;
  const across = number(tags.resolutionAcross);
  const down = number(tags.resolutionDown);
  const format = fields.get(tags.sampleFormat);
  return {
    rows,
    columns,
    bitsPerSample: number(tags.bitsPerSample) ?? 1,
    samplesPerPixel: number(tags.samplesPerPixel) ?? 1,
    sampleFormat: sampleFormats[(number(tags.sampleFormat) ?? 1) - 1] ?? "other",
    photometric: number(tags.photometric) ?? 1,
    compression: number(tags.compression) ?? 1,
    orientation: number(tags.orientation) ?? 1,
    resolution: across && down && across > 0 && down > 0 ? [across, down] : undefined,
    resolutionUnit: ({ 1: "none", 3: "centimetre" } as const)[number(tags.resolutionUnit) ?? 2] ?? "inch",
    description: reader.readText(fields.get(tags.description)),
    sampleFormatAt: format?.type === 3 ? { offset: format.offset, count: format.count } : undefined,
    isWhole:
      reader.haveAll(fields.get(tags.stripOffsets), fields.get(tags.stripBytes)) &&
      reader.haveAll(fields.get(tags.tileOffsets), fields.get(tags.tileBytes)),
  };
}

const sampleFormats = ["unsigned", "signed", "float"] as const;

/** Reads directories and values, each offset checked against the file. */
class TagReader {
  readonly #view: DataView;
  readonly #isLittleEndian: boolean;
  readonly #isBig: boolean;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittleEndian = bytes[0] === 0x49;
    this.#isBig = this.#unsigned(2, 2) === 43;
  }

  firstDirectory(): number {
    return this.#isBig ? this.#unsigned(8, 8) : this.#unsigned(4, 4);
  }

  /** Undefined where it does not lie in the file. */
  readDirectory(offset: number): { fields: Map<number, Field>; next: number } | undefined {
    const [countBytes, entryBytes, offsetBytes] = this.#isBig ? [8, 20, 8] : [2, 12, 4];
    if (!this.#has(offset, countBytes)) return undefined;
    const count = this.#unsigned(offset, countBytes);
    const entries = offset + countBytes;
    if (!this.#has(entries, count * entryBytes)) return undefined;
    const fields = new Map<number, Field>();
    for (let index = 0; index < count; index++) {
      const at = entries + index * entryBytes;
      const field = this.#readField(at, offsetBytes);
      if (field !== undefined) fields.set(this.#unsigned(at, 2), field);
    }
    return { fields, next: this.#unsigned(entries + count * entryBytes, offsetBytes) };
  }

  #readField(at: number, offsetBytes: number): Field | undefined {
    const type = this.#unsigned(at + 2, 2);
    const count = this.#unsigned(at + 4, offsetBytes);
    const size = count * (typeBytes[type] ?? NaN);
    const inline = at + 4 + offsetBytes;
    const offset = size <= offsetBytes ? inline : this.#unsigned(inline, offsetBytes);
    return count > 0 && this.#has(offset, size) ? { type, count, offset } : undefined;
  }

  /** The first value of a field of whole numbers or fractions. */
  readNumber(field: Field | undefined): number | undefined {
    if (field === undefined) return undefined;
    const { type, offset } = field;
    if (type === 5) return this.#unsigned(offset, 4) / this.#unsigned(offset + 4, 4);
    if (type === 11) return this.#view.getFloat32(offset, this.#isLittleEndian);
    if (type === 12) return this.#view.getFloat64(offset, this.#isLittleEndian);
    const size = typeBytes[type];
    return [1, 3, 4, 13, 16, 18].includes(type) && size !== undefined
      ? this.#unsigned(offset, size)
      : undefined;
  }

  /** Whether all the places that two lists name, offsets and lengths, lie in the file. */
  haveAll(offsets: Field | undefined, lengths: Field | undefined): boolean {
    for (let index = 0; index < (offsets?.count ?? 0); index++) {
      const offset = this.#element(offsets!, index);
      if (!this.#has(offset, lengths && index < lengths.count ? this.#element(lengths, index) : 0))
        return false;
    }
    return true;
  }

  #element({ type, offset }: Field, index: number): number {
    const size = typeBytes[type] ?? 0;
    return this.#unsigned(offset + index * size, size);
  }

  readText(field: Field | undefined): string {
    if (field?.type !== 2) return "";
    const end = field.offset + Math.min(field.count, mostText);
    return new TextDecoder().decode(this.bytes.subarray(field.offset, end)).replace(/\0.*$/s, "");
  }

  /** 0, which is no offset, where the file ends before. */
  #unsigned(offset: number, size: number): number {
    if (!this.#has(offset, size)) return 0;
    if (size === 1) return this.#view.getUint8(offset);
    if (size === 2) return this.#view.getUint16(offset, this.#isLittleEndian);
    if (size === 4) return this.#view.getUint32(offset, this.#isLittleEndian);
    return Number(this.#view.getBigUint64(offset, this.#isLittleEndian));
  }

  #has(offset: number, size: number): boolean {
    return offset + size <= this.bytes.length;
  }
}
