import { SlicebenchError } from "../core/errors";
import type { LabelMap, Segment } from "../core/mask/label-map";
import type { SegmentObjectKind } from "../core/mask/object-origin";
import { looksLikeDicom, parseDicom } from "../formats/dicom/data-set";
import { readSegmentation } from "../formats/dicom-objects/read-segmentation";
import { readStructureSet } from "../formats/dicom-objects/read-structure-set";
import { segmentObjectKind } from "../formats/dicom-objects/segment-object";
import type { ReadSegments, TargetFrame } from "../formats/dicom-objects/target-frames";
import { namingFile } from "../formats/failures";
import { readContent } from "../formats/file-content";
import type { FileContent } from "../formats/opened-file";
import { looksLikeNifti } from "../formats/nifti";
import { readLabelVolume } from "../formats/nifti-label-reader";

/** Label maps of a series out of one file; segments only where the file names them. */
type SegmentObject = Omit<ReadSegments, "segments"> & { segments?: Segment[] };

/**
 * Reads a DICOM segmentation, an RT structure set or a NIfTI volume of segments, told by its content.
 * @returns undefined where the file is none of them
 */
export function readSegmentObject(
  file: string,
  targets: () => Promise<readonly TargetFrame[]>,
): Promise<SegmentObject | undefined> {
  return namingFile(file, async () => {
    const content = await readContent(file);
    if (looksLikeNifti(content.bytes)) {
      return { ...(await readLabelVolume(content, await targets())), warnings: [] };
    }
    if (!looksLikeDicom(content.bytes)) return undefined;
    const kind = segmentObjectKind(parseDicom(content.bytes).sopClassUid);
    return kind && readDicomObject(content, kind, await targets());
  });
}

/** Reads a DICOM segmentation or RT structure set as label maps of a series. Throws what the two readers throw. */
export async function readDicomObject(
  content: FileContent,
  kind: SegmentObjectKind,
  targets: readonly TargetFrame[],
): Promise<ReadSegments> {
  return kind === "SEG" ? readSegmentation(content, targets) : readStructureSet(content, targets);
}

/**
 * Lays what several files say of a series over one another, the later on top. Segments of one value in several
 * files are segments of their own.
 * Throws SEGMENTS_TOO_MANY.
 */
export function layOver(objects: readonly SegmentObject[]): ReadSegments {
  const [only] = objects;
  if (objects.length === 1 && only?.segments !== undefined) return { ...only, segments: only.segments };
  const segments: Segment[] = [];
  const labelMaps = new Map<number, LabelMap>();
  for (const object of objects) {
    const renamed = new Uint8Array(256);
    for (const segment of object.segments ?? []) {
      const value = freeValue(segments, segment.value);
      renamed[segment.value] = value;
      segments.push({ ...segment, value });
    }
    for (const { frame, labelMap } of object.labelMaps) {
      const under = labelMaps.get(frame);
      const values = labelMap.values.map((value, pixel) =>
        value === 0 ? (under?.values[pixel] ?? 0) : renamed[value]!,
      );
      labelMaps.set(frame, { ...labelMap, values });
    }
  }
  return {
    segments,
    labelMaps: [...labelMaps].map(([frame, labelMap]) => ({ frame, labelMap })),
    warnings: objects.flatMap(({ warnings }) => warnings),
  };
}

function freeValue(segments: readonly Segment[], wanted: number): number {
  const taken = new Set(segments.map(({ value }) => value));
  if (!taken.has(wanted)) return wanted;
  for (let value = 1; value <= 255; value++) if (!taken.has(value)) return value;
  throw new SlicebenchError("SEGMENTS_TOO_MANY", "These files have more than 255 segments together.", {
    hint: "Load fewer of them at a time.",
  });
}
