import { fromWireError, SlicebenchError, toWireError, type WireError } from "../core/errors";
import type { Segment } from "../core/mask/label-map";
import type { SegmentAlgorithm, SegmentObjectKind } from "../core/mask/object-origin";
import { parseDicom } from "../formats/dicom/data-set";
import {
  describeSegmentObject,
  type SegmentObjectDescription,
} from "../formats/dicom-objects/segment-object";
import type { ReadSegments, TargetFrame } from "../formats/dicom-objects/target-frames";
import { namingFile } from "../formats/failures";
import { readContent } from "../formats/file-content";
import { type DeflatedLabelMap, deflateLabelMap } from "../workspace/layers";
import { readDicomObject } from "./segment-objects";

/** A series that an object may have been made on. */
export interface TargetSeries {
  id: string;
  frames: readonly TargetFrame[];
}

export interface ObjectRequest {
  file: string;
  kind: SegmentObjectKind;
  series: readonly TargetSeries[];
}

/** An object as a layer of one series. */
export interface ReadObject {
  seriesId: string;
  name: string;
  algorithm: SegmentAlgorithm;
  segments: Segment[];
  labelMaps: DeflatedLabelMap[];
  warnings: string[];
}

/** Errors lose their class on the way between threads, so they travel as data. */
export type ObjectAnswer = { read: ReadObject } | { error: WireError };

/**
 * Reads a segmentation or structure set as a layer of the series that it refers to. Runs in a worker thread: to unpack
 * the bits of a long series, or to fill its contours, takes seconds.
 */
export default async function readObject(request: ObjectRequest): Promise<ObjectAnswer> {
  try {
    return { read: await namingFile(request.file, () => readAsLayer(request)) };
  } catch (thrown) {
    return { error: toWireError(thrown, request.file) };
  }
}

async function readAsLayer({ file, kind, series }: ObjectRequest): Promise<ReadObject> {
  const content = await readContent(file);
  const object = describeSegmentObject(parseDicom(content.bytes).dataSet, kind);
  let refusal: WireError | undefined;
  for (const { id, frames, isReferenced } of possibleSeries(object, series)) {
    let read: ReadSegments;
    try {
      read = await readDicomObject(content, kind, frames);
    } catch (thrown) {
      // What the likeliest series says is what the reader should know.
      refusal ??= toWireError(thrown, file);
      continue;
    }
    const { segments, labelMaps, warnings } = read;
    const elsewhere = "It was made on other images of the same frame of reference, which are not open.";
    return {
      seriesId: id,
      name: object.name,
      algorithm: object.algorithm,
      segments,
      labelMaps: await Promise.all(labelMaps.map(({ frame, labelMap }) => deflateLabelMap(frame, labelMap))),
      warnings: isReferenced ? warnings : [elsewhere, ...warnings],
    };
  }
  throw refusal === undefined ? imagesNotOpen(kind) : fromWireError(refusal);
}

/**
 * The series that an object can lie on, the likeliest first: those of which it names most images, or where it names
 * none that is open, those in its frame of reference.
 */
function possibleSeries(
  { referencedInstances, frameOfReferenceUid }: SegmentObjectDescription,
  series: readonly TargetSeries[],
): (TargetSeries & { isReferenced: boolean })[] {
  const isNamed = ({ sopInstanceUid }: TargetFrame) =>
    sopInstanceUid !== undefined && referencedInstances.has(sopInstanceUid);
  const named = series
    .map((each) => ({ ...each, isReferenced: true, images: each.frames.filter(isNamed).length }))
    .filter(({ images }) => images > 0)
    .sort((a, b) => b.images - a.images);
  if (named.length > 0) return named;
  const isInItsFrame = ({ frames: [first] }: TargetSeries) =>
    first?.frameOfReferenceUid !== undefined && first.frameOfReferenceUid === frameOfReferenceUid;
  return series.filter(isInItsFrame).map((each) => ({ ...each, isReferenced: false }));
}

function imagesNotOpen(kind: SegmentObjectKind): SlicebenchError {
  const what = kind === "SEG" ? "The segmentation was" : "The contours were";
  return new SlicebenchError("OBJECT_IMAGES_NOT_OPEN", `${what} made on images that are not open.`, {
    hint: "Open it together with its images, or once they are open.",
  });
}
