import type { DataSet } from "dicom-parser";
import { SlicebenchError } from "../../core/errors";
import { readBytes } from "./elements";
import { tags } from "./tags";

/** A run of bytes within the file. */
export interface ByteRange {
  offset: number;
  length: number;
}

interface Fragment extends ByteRange {
  /** Of its item tag, from the first byte after the basic offset table: what the offset tables count from. */
  position: number;
  /** The file ends before the fragment does. */
  cut: boolean;
}

interface Fragments {
  basicOffsets: number[];
  fragments: Fragment[];
}

const itemTag = 0xe000fffe;
const sequenceDelimiter = 0xe0ddfffe;

/**
 * Walks the items of encapsulated pixel data (PS3.5 A.4): the basic offset table, then the fragments.
 * Always little endian. A file that ends early yields what is there, the last fragment marked as cut.
 */
function readFragments(bytes: Uint8Array, start: number, warnings: string[]): Fragments {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: Fragment[] = [];
  let offset = start;
  let firstFragment = start;
  while (offset + 8 <= bytes.length) {
    const tag = view.getUint32(offset, true);
    if (tag === sequenceDelimiter) return splitOffsetTable(view, items);
    const announced = view.getUint32(offset + 4, true);
    if (tag !== itemTag || announced === 0xffffffff) {
      warnings.push("The pixel data's fragments are followed by bytes that are none.");
      return splitOffsetTable(view, items);
    }
    const length = Math.min(announced, bytes.length - offset - 8);
    items.push({ offset: offset + 8, length, position: offset - firstFragment, cut: length < announced });
    offset += 8 + announced;
    if (items.length === 1) firstFragment = offset;
  }
  warnings.push("The pixel data has no end: the file may have been cut.");
  return splitOffsetTable(view, items);
}

/** Where encapsulated pixel data ends, its delimiter included; undefined where the file ends before it. */
export function encapsulatedEnd(bytes: Uint8Array, start: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = start;
  while (offset + 8 <= bytes.length) {
    const tag = view.getUint32(offset, true);
    const length = view.getUint32(offset + 4, true);
    if (tag === sequenceDelimiter) return offset + 8;
    if (tag !== itemTag || length === 0xffffffff) return undefined;
    offset += 8 + length;
  }
  return undefined;
}

function splitOffsetTable(view: DataView, [table, ...fragments]: Fragment[]): Fragments {
  const basicOffsets: number[] = [];
  for (let at = 0; table !== undefined && at + 4 <= table.length; at += 4) {
    basicOffsets.push(view.getUint32(table.offset + at, true));
  }
  return { basicOffsets, fragments };
}

/** The byte offsets of the frames' first items by the extended offset table (PS3.3 C.7.6.3.1.8). */
function readExtendedOffsets(dataSet: DataSet): number[] {
  const table = readBytes(dataSet, tags.extendedOffsetTable);
  if (table === undefined) return [];
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const offsets: number[] = [];
  for (let at = 0; at + 8 <= table.length; at += 8) offsets.push(Number(view.getBigUint64(at, true)));
  return offsets;
}

/** What the frames' boundaries are looked for with. */
interface FrameSearch {
  bytes: Uint8Array;
  start: number;
  dataSet: DataSet;
  frameCount: number;
  /** The codestreams end with a JPEG marker (FFD9): JPEG, JPEG-LS and JPEG 2000 all do. */
  endsWithMarker: boolean;
  warnings: string[];
}

/**
 * Finds which fragments make up each frame: by the offset tables, else one fragment a frame, else by the
 * end-of-image markers.
 * @returns the byte ranges of each frame, in order; fewer frames than announced where the file ends early
 * @throws SlicebenchError DICOM_TRUNCATED, DICOM_FRAMES_UNCLEAR
 */
export function locateEncapsulatedFrames(search: FrameSearch): ByteRange[][] {
  const { bytes, start, dataSet, frameCount, warnings } = search;
  const { basicOffsets, fragments } = readFragments(bytes, start, warnings);
  if (fragments.length === 0) {
    throw new SlicebenchError("DICOM_TRUNCATED", "The file ends before its pixel data begins.");
  }
  const extendedOffsets = readExtendedOffsets(dataSet);
  const groups =
    (frameCount === 1 ? [fragments] : undefined) ??
    groupByOffsets(fragments, extendedOffsets, frameCount) ??
    groupByOffsets(fragments, basicOffsets, frameCount) ??
    (fragments.length === frameCount ? fragments.map((fragment) => [fragment]) : undefined) ??
    (search.endsWithMarker ? groupByEndMarkers(bytes, fragments, frameCount) : undefined);
  if (groups === undefined) {
    throw new SlicebenchError(
      "DICOM_FRAMES_UNCLEAR",
      `The header announces ${frameCount} frames; their data come in ${fragments.length} pieces, ` +
        "and nothing says which piece belongs to which frame.",
      { hint: "The file may be cut. Copy or export it again." },
    );
  }
  const firstCut = groups.findIndex((group) => group.some((fragment) => fragment.cut));
  return firstCut < 0 ? groups : groups.slice(0, firstCut);
}

/** Undefined where the table is absent or does not fit the fragments. */
function groupByOffsets(
  fragments: Fragment[],
  offsets: number[],
  frameCount: number,
): Fragment[][] | undefined {
  if (offsets.length !== frameCount) return undefined;
  const indexOfPosition = new Map(fragments.map((fragment, index) => [fragment.position, index]));
  const starts = offsets.map((offset) => indexOfPosition.get(offset));
  const groups: Fragment[][] = [];
  for (const [frame, from] of starts.entries()) {
    const to = frame + 1 < starts.length ? starts[frame + 1] : fragments.length;
    if (from === undefined || to === undefined || to <= from) return undefined;
    groups.push(fragments.slice(from, to));
  }
  return starts[0] === 0 ? groups : undefined;
}

/** A frame ends with the fragment whose last bytes are FFD9 (padding to an even length after it allowed). */
function groupByEndMarkers(
  bytes: Uint8Array,
  fragments: Fragment[],
  frameCount: number,
): Fragment[][] | undefined {
  const groups: Fragment[][] = [];
  let group: Fragment[] = [];
  for (const fragment of fragments) {
    group.push(fragment);
    const end = fragment.offset + fragment.length;
    const endsFrame = [end - 2, end - 3].some(
      (at) => at >= fragment.offset && bytes[at] === 0xff && bytes[at + 1] === 0xd9,
    );
    if (!endsFrame) continue;
    groups.push(group);
    group = [];
  }
  return groups.length === frameCount && group.length === 0 ? groups : undefined;
}

/** The bytes of one frame: a view where it is one fragment, else a copy of all of them joined. */
export function joinFragments(bytes: Uint8Array, ranges: readonly ByteRange[]): Uint8Array {
  const [first] = ranges;
  if (ranges.length === 1 && first !== undefined) {
    return bytes.subarray(first.offset, first.offset + first.length);
  }
  const joined = new Uint8Array(ranges.reduce((total, range) => total + range.length, 0));
  let at = 0;
  for (const { offset, length } of ranges) {
    joined.set(bytes.subarray(offset, offset + length), at);
    at += length;
  }
  return joined;
}
