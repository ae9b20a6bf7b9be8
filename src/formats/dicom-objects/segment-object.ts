import type { DataSet } from "dicom-parser";
import type { SegmentAlgorithm, SegmentObjectKind } from "../../core/mask/object-origin";
import { readCode, readItems, readText } from "../dicom/elements";
import { readIdentity } from "../dicom/identity";
import { tags } from "../dicom/tags";
import { objectTags } from "./object-tags";
import { segmentationClasses } from "./write-segmentation";
import { structureSetClass } from "./write-structure-set";

const kinds: ReadonlyMap<string, SegmentObjectKind> = new Map([
  [segmentationClasses.segmentation, "SEG"],
  [segmentationClasses.labelMap, "SEG"],
  [structureSetClass, "RTSTRUCT"],
]);

/** What an object of a SOP class marks segments as; undefined for images and all other objects. */
export function segmentObjectKind(sopClassUid: string | undefined): SegmentObjectKind | undefined {
  return sopClassUid === undefined ? undefined : kinds.get(sopClassUid);
}

/** What an object says of itself, and of the images that it was made on. */
export interface SegmentObjectDescription {
  /** As its series, else it itself is called. */
  name: string;
  algorithm: SegmentAlgorithm;
  frameOfReferenceUid?: string;
  /** Every instance that it refers to, images or not. */
  referencedInstances: ReadonlySet<string>;
}

/** Describes a segmentation or a structure set by its data set. */
export function describeSegmentObject(dataSet: DataSet, kind: SegmentObjectKind): SegmentObjectDescription {
  const label = readText(dataSet, kind === "SEG" ? objectTags.contentLabel : objectTags.structureSetLabel);
  const frameOfReferenceUid = frameOfReferenceOf(dataSet);
  return {
    name: (readIdentity(dataSet).seriesDescription ?? label ?? kind).slice(0, 200),
    algorithm: algorithmOf(dataSet),
    ...(frameOfReferenceUid !== undefined && { frameOfReferenceUid }),
    referencedInstances: new Set(instancesIn(dataSet)),
  };
}

/** A structure set may name it for its regions alone (PS3.3 C.8.8.5). */
function frameOfReferenceOf(dataSet: DataSet): string | undefined {
  const own = readCode(dataSet, tags.frameOfReferenceUid);
  const regions = readItems(dataSet, objectTags.structureSetRoiSequence);
  const ofRegions = regions.map((item) => readCode(item, objectTags.referencedFrameOfReferenceUid));
  return [own, ...ofRegions].find((uid) => uid !== undefined);
}

function* instancesIn(dataSet: DataSet): Generator<string> {
  const uid = readCode(dataSet, objectTags.referencedSopInstanceUid);
  if (uid !== undefined) yield uid;
  for (const tag of Object.keys(dataSet.elements))
    for (const item of readItems(dataSet, tag)) yield* instancesIn(item);
}

/** Segment Algorithm Type (PS3.3 C.8.20.2) or ROI Generation Algorithm (C.8.8.5), where all segments have the same. */
function algorithmOf(dataSet: DataSet): SegmentAlgorithm {
  const characterSet = readCode(dataSet, tags.specificCharacterSet);
  const segments = readItems(dataSet, objectTags.segmentSequence).map((item) => ({
    type: readCode(item, objectTags.segmentAlgorithmType),
    name: readText(item, objectTags.segmentAlgorithmName, "LO", characterSet),
  }));
  const regions = readItems(dataSet, objectTags.structureSetRoiSequence).map((item) => ({
    type: readCode(item, objectTags.roiGenerationAlgorithm),
    name: undefined,
  }));
  const [first, ...others] = [...segments, ...regions];
  const isOne = others.every(({ type, name }) => type === first?.type && name === first?.name);
  if (isOne && first?.type === "MANUAL") return { type: "MANUAL" };
  const name = isOne ? (first?.name ?? "unknown") : "several";
  return { type: isOne && first?.type === "AUTOMATIC" ? "AUTOMATIC" : "SEMIAUTOMATIC", name };
}
