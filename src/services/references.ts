import { access, readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SlicebenchError } from "../core/errors";
import type { FrameGeometry } from "../core/image/frame";
import { type LabelMap, type Segment, segmentColours } from "../core/mask/label-map";
import type { TargetFrame } from "../formats/dicom-objects/target-frames";
import { readTargetFrames } from "./derived-sources";
import { readLabelMap, readObjectMap } from "./label-map-files";
import { hashFile } from "./models";
import { frameFileName, isWithin, withoutExtension } from "./output-names";
import {
  parseSegmentationRecord,
  type SegmentationItem,
  segmentationRecordName,
  type SegmentationRecord,
} from "./segmentation-record";
import { layOver, readSegmentObject } from "./segment-objects";

/** What pairing needs to know of a frame. */
export interface PairedFrame {
  file: string;
  frame: number;
  rows: number;
  columns: number;
  geometry: FrameGeometry;
}

/** Label maps that were found for a series. */
export interface LoadedReference {
  segments: Segment[];
  labelMaps: {
    frame: number;
    labelMap: LabelMap;
    /** Each pixel's object number, where the masks tell objects apart. */
    objects?: Int32Array;
  }[];
  /** What was left out or decided, in sentences. */
  warnings: string[];
}

/** A reference whose masks number their objects: any number is the one segment. */
const objectSegment = { value: 1, label: "Object", colour: segmentColours[0] } as const;

/** A file of label maps, and the frame of the series that it belongs to. */
interface Pair {
  frame: number;
  file: string;
}

/** Such a file as a record names it. */
interface RecordedPair extends Pair {
  item: SegmentationItem;
}

/**
 * Reads a reference from files, or from all in a folder, told by their content: a DICOM segmentation, an RT structure
 * set or a NIfTI volume, paired with frames by what they say of their images; else PNGs, paired by name as
 * `slicebench segment` writes them (`<stem>.png`, `<stem>.<frame>.png`), or by a `segmentation.json` beside them.
 * @param objects takes the values of masks without a record for object numbers (8 or 16 bits), not for segments
 * Throws REFERENCE_UNPAIRED where no name fits, LABEL_MAP_UNREADABLE, LABEL_MAP_SIZE, and what the readers throw.
 */
export async function loadReference(
  frames: readonly PairedFrame[],
  paths: readonly string[],
  { objects = false }: { objects?: boolean } = {},
): Promise<LoadedReference> {
  const pairs: Pair[] = [];
  const segments: Segment[] = [];
  const read: Awaited<ReturnType<typeof readSegmentObject>>[] = [];
  let known: Promise<TargetFrame[]> | undefined;
  const targets = () => (known ??= readTargetFrames(frames));
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory();
    const record = isFolder ? await readRecord(path) : undefined;
    if (record === undefined) {
      const files = isFolder ? await filesIn(path) : [path];
      pairs.push(...pairByName(frames, files));
      for (const file of files.filter((each) => !isPng(each)))
        read.push(await readSegmentObject(file, targets));
    } else {
      pairs.push(...pairByRecord(frames, path, record));
      segments.push(
        ...record.segments.map(({ concept, ...rest }) => ({ ...rest, ...(concept && { concept }) })),
      );
    }
  }
  const found = read.filter((object) => object !== undefined);
  if (pairs.length + found.length === 0) {
    throw new SlicebenchError("REFERENCE_UNPAIRED", "Nothing here is a mask of this series.", {
      hint:
        "Masks are DICOM segmentations, RT structure sets and NIfTI volumes made on it, or PNGs named after its " +
        `images: ${expectedNames(frames)[0] ?? ""}.`,
      ...(paths[0] !== undefined && { file: paths[0] }),
    });
  }
  if (objects && segments.length === 0 && pairs.length > 0) {
    const labelMaps = pairs.map((pair) => readObjects(pair, frames[pair.frame]!));
    return { segments: [objectSegment], labelMaps: await Promise.all(labelMaps), warnings: [] };
  }
  if (pairs.length > 0) {
    const labelMaps = await Promise.all(pairs.map((pair) => readPair(pair, frames[pair.frame]!)));
    found.unshift({ labelMaps, warnings: [], ...(segments.length > 0 && { segments }) });
  }
  return layOver(
    found.map((object) => (object.segments ? object : { ...object, ...nameSegments(object.labelMaps) })),
  );
}

/**
 * A reference that lies beside a series: in `reference/` within its folder, or in `reference/<its folder>` next
 * to it. It counts only with a `segmentation.json` that says it is one, and was made on exactly these files.
 */
export async function findReferenceBeside(frames: readonly PairedFrame[]): Promise<string | undefined> {
  const first = frames[0]!;
  const folder = dirname(first.file);
  for (const candidate of [join(folder, "reference"), join(dirname(folder), "reference", basename(folder))]) {
    const record = await readRecord(candidate).catch(() => undefined);
    if (record?.origin.kind !== "reference") continue;
    const item = record.items.find(({ input }) => basename(input) === basename(first.file));
    if (item?.inputSha256 === (await hashFile(first.file))) return candidate;
  }
  return undefined;
}

/** The folder's `segmentation.json`; undefined where it has none. */
export async function readRecord(folder: string): Promise<SegmentationRecord | undefined> {
  const file = join(folder, segmentationRecordName);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  return exists ? parseSegmentationRecord(await readFile(file, "utf8"), file) : undefined;
}

const isPng = (file: string) => /\.png$/i.test(file);

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => join(folder, name))
    .sort();
}

/** The names that label maps of these frames have, in the frames' order. */
function expectedNames(frames: readonly PairedFrame[]): string[] {
  const counts = new Map<string, number>();
  for (const { file } of frames) counts.set(file, (counts.get(file) ?? 0) + 1);
  return frames.map(({ file, frame }) =>
    frameFileName(withoutExtension(basename(file)), frame, counts.get(file)!, "png"),
  );
}

function pairByName(frames: readonly PairedFrame[], files: readonly string[]): Pair[] {
  const names = expectedNames(frames).map((name) => name.toLowerCase());
  return files.flatMap((file) => {
    const frame = names.indexOf(basename(file).toLowerCase());
    return frame < 0 ? [] : [{ frame, file }];
  });
}

/** The label maps of a record that belong to frames of a series, by their inputs' names. */
export function pairByRecord(
  frames: readonly PairedFrame[],
  folder: string,
  record: SegmentationRecord,
): RecordedPair[] {
  return record.items.flatMap((item) => {
    const file = join(folder, item.output);
    const frame = frames.findIndex(
      (each) => basename(each.file) === basename(item.input) && each.frame === item.frame,
    );
    // The record came with the folder: a name that leads out of it is not followed.
    return frame < 0 || !isWithin(folder, file) ? [] : [{ frame, file, item }];
  });
}

async function readPair({ frame, file }: Pair, wanted: PairedFrame) {
  const labelMap = await readLabelMap(file);
  requireSize(labelMap, wanted, file);
  return { frame, labelMap };
}

async function readObjects({ frame, file }: Pair, wanted: PairedFrame) {
  const { objects, ...size } = await readObjectMap(file);
  requireSize(size, wanted, file);
  return {
    frame,
    labelMap: { ...size, values: Uint8Array.from(objects, (number) => (number > 0 ? 1 : 0)) },
    objects,
  };
}

function requireSize(
  seen: Pick<LabelMap, "rows" | "columns">,
  wanted: Pick<LabelMap, "rows" | "columns">,
  file: string,
): void {
  if (seen.rows === wanted.rows && seen.columns === wanted.columns) return;
  throw new SlicebenchError(
    "LABEL_MAP_SIZE",
    `The mask has ${seen.rows} x ${seen.columns} pixels, its image ${wanted.rows} x ${wanted.columns}.`,
    { file, hint: "A mask has a pixel for each pixel of its image." },
  );
}

/** Segments of masks that say nothing about themselves. Black and white alone are one segment, however white is written. */
function nameSegments(
  labelMaps: LoadedReference["labelMaps"],
): Pick<LoadedReference, "segments" | "labelMaps"> {
  const present = new Set<number>();
  for (const { labelMap } of labelMaps) for (const value of labelMap.values) present.add(value);
  present.delete(0);
  const values = [...present].sort((a, b) => a - b);
  if (values.length === 1 && values[0] !== 1) {
    for (const { labelMap } of labelMaps) {
      labelMap.values.forEach((value, pixel) => (labelMap.values[pixel] = value === 0 ? 0 : 1));
    }
    values[0] = 1;
  }
  const named = values.length === 0 ? [1] : values;
  const segments = named.map((value, index) => ({
    value,
    label: `Segment ${value}`,
    colour: segmentColours[index % segmentColours.length]!,
  }));
  return { segments, labelMaps };
}
