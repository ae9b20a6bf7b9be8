import type { DataSet } from "dicom-parser";
import type { LookupTable, PixelMeaning } from "../../core/image/frame";
import { readBytes, readUnsignedShort, readUnsignedShorts } from "./elements";
import { tags } from "./tags";

interface Descriptor {
  length: number;
  firstValue: number;
  bitsPerEntry: number;
}

/** Number of entries (0 stands for 65536), first mapped value, bits an entry (PS3.3 C.11.1.1.1). */
function readDescriptor(dataSet: DataSet, tag: string, signed: boolean): Descriptor | undefined {
  const [length, first, bitsPerEntry] = readUnsignedShorts(dataSet, tag);
  if (length === undefined || first === undefined || bitsPerEntry === undefined) return undefined;
  if (bitsPerEntry < 1 || bitsPerEntry > 16) return undefined;
  return {
    length: length === 0 ? 65_536 : length,
    firstValue: signed && first > 0x7fff ? first - 0x10000 : first,
    bitsPerEntry,
  };
}

/** The entries: words, or bytes where there are no more bytes than entries; undefined where some are missing. */
function readEntries(dataSet: DataSet, tag: string, length: number): Uint16Array | undefined {
  const byteLength = dataSet.elements[tag]?.length ?? 0;
  if (byteLength >= length * 2) return Uint16Array.from(readUnsignedShorts(dataSet, tag).slice(0, length));
  const bytes = readBytes(dataSet, tag);
  if (bytes === undefined || bytes.length < length) return undefined;
  return Uint16Array.from(bytes.subarray(0, length));
}

/**
 * A Modality or VOI lookup table out of an item of its sequence.
 * @param signed whether the values that it maps are signed
 * @returns undefined where it is empty or broken
 */
export function readLookupTable(item: DataSet | undefined, signed: boolean): LookupTable | undefined {
  if (item === undefined) return undefined;
  const descriptor = readDescriptor(item, tags.lutDescriptor, signed);
  if (descriptor === undefined) return undefined;
  const entries = readEntries(item, tags.lutData, descriptor.length);
  if (entries === undefined) return undefined;
  return { firstValue: descriptor.firstValue, bitsPerEntry: descriptor.bitsPerEntry, entries };
}

const channels = [
  [tags.redPaletteDescriptor, tags.redPaletteData, tags.redSegmentedPaletteData],
  [tags.greenPaletteDescriptor, tags.greenPaletteData, tags.greenSegmentedPaletteData],
  [tags.bluePaletteDescriptor, tags.bluePaletteData, tags.blueSegmentedPaletteData],
] as const;

/** The palette, reduced to 8 bits a channel (PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6); undefined where it is broken. */
export function readPalette(dataSet: DataSet, signed: boolean): PixelMeaning["palette"] {
  const first = readDescriptor(dataSet, tags.redPaletteDescriptor, signed);
  if (first === undefined) return undefined;
  const colours: Uint8Array[] = [];
  for (const [descriptorTag, dataTag, segmentedTag] of channels) {
    const descriptor = readDescriptor(dataSet, descriptorTag, signed);
    if (descriptor?.length !== first.length) return undefined;
    const entries =
      readEntries(dataSet, dataTag, first.length) ??
      expandSegments(readUnsignedShorts(dataSet, segmentedTag), first.length);
    if (entries === undefined) return undefined;
    colours.push(toBytes(entries, descriptor.bitsPerEntry));
  }
  const [red, green, blue] = colours;
  return red && green && blue && { firstValue: first.firstValue, red, green, blue };
}

/** 16-bit colours keep their upper byte; some writers say 16 bits and write 8. */
function toBytes(entries: Uint16Array, bitsPerEntry: number): Uint8Array {
  const isWide = bitsPerEntry > 8 && entries.some((entry) => entry > 0xff);
  return Uint8Array.from(entries, (entry) => (isWide ? entry >> 8 : entry));
}

const discrete = 0;
const linear = 1;
const indirect = 2;

/**
 * Expands a segmented palette (PS3.3 C.7.9.2): discrete values, linear ramps, and copies of earlier segments.
 * @returns undefined unless it makes exactly `length` entries
 */
export function expandSegments(words: readonly number[], length: number): Uint16Array | undefined {
  const entries: number[] = [];
  const expand = (start: number, count: number, mayJump: boolean): boolean => {
    let at = start;
    for (let segment = 0; segment < count && at + 1 < words.length; segment++) {
      const opcode = words[at]!;
      const size = words[at + 1]!;
      at += 2;
      // What is announced must be there, and must fit.
      if (opcode !== indirect && entries.length + size > length) return false;
      if (opcode === discrete && at + size <= words.length) {
        entries.push(...words.slice(at, at + size));
        at += size;
      } else if (opcode === linear && at < words.length && entries.length > 0) {
        appendRamp(entries, words[at]!, size);
        at += 1;
      } else if (opcode === indirect && mayJump && at + 1 < words.length) {
        // The offset counts bytes, in two words, least significant first.
        const target = (words[at]! + words[at + 1]! * 0x10000) / 2;
        if (!Number.isInteger(target) || !expand(target, size, false)) return false;
        at += 2;
      } else {
        return false;
      }
    }
    return true;
  };
  const isWhole = expand(0, words.length, true) && entries.length === length;
  return isWhole ? Uint16Array.from(entries) : undefined;
}

function appendRamp(entries: number[], to: number, size: number): void {
  const from = entries.at(-1)!;
  for (let step = 1; step <= size; step++) entries.push(Math.round(from + ((to - from) * step) / size));
}

/** Pixel Padding Value and Range Limit (PS3.3 C.7.5.1.1.2), low to high. */
export function readPadding(dataSet: DataSet, signed: boolean): PixelMeaning["padding"] {
  const value = readUnsignedShort(dataSet, tags.pixelPaddingValue);
  if (value === undefined) return undefined;
  const limit = readUnsignedShort(dataSet, tags.pixelPaddingRangeLimit) ?? value;
  const settle = (raw: number) => (signed && raw > 0x7fff ? raw - 0x10000 : raw);
  const [a, b] = [settle(value), settle(limit)];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}
