import type { DataSet } from "dicom-parser";
import { SlicebenchError } from "../../core/errors";
import type { FrameGeometry, PixelMeaning } from "../../core/image/frame";
import { type LabelMap, type Segment, segmentColours } from "../../core/mask/label-map";
import { parseDicom } from "../dicom/data-set";
import {
  readCode,
  readDecimals,
  readItems,
  readText,
  readUnsignedShort,
  readUnsignedShorts,
} from "../dicom/elements";
import { openDicom } from "../dicom/open-dicom";
import { tags } from "../dicom/tags";
import type { FileContent } from "../opened-file";
import { objectTags } from "./object-tags";
import { readConcept } from "./read-concept";
import { colourOfCieLab, hexColour } from "./segment-colour";
import {
  emptyLabelMaps,
  type ImageReference,
  readReferences,
  type ReadSegments,
  type TargetFrame,
  TargetIndex,
} from "./target-frames";

/** Positions that agree to this share of a pixel, and directions to this cosine, are the same. */
const positionTolerance = 0.01;
const directionTolerance = 1e-3;

/** How an object keeps its segments (PS3.3 C.8.20.2, Segmentation Type). */
type SegmentationType = "BINARY" | "FRACTIONAL" | "LABELMAP";

/**
 * Reads a DICOM segmentation as label maps of a series: bits, fractions (the likeliest segment of at least a half) or
 * label map. Its frames are paired with those of the series by the instances that they were made from, else by place;
 * a frame of the series that no frame of the object lies on has no segment. Where segments overlap, the one of the
 * higher number lies on top.
 * @throws SlicebenchError SEGMENTATION_INVALID, SEGMENTATION_GRID, SEGMENTATION_UNPAIRED; and what the reader throws
 */
export async function readSegmentation(
  content: FileContent,
  targets: readonly TargetFrame[],
): Promise<ReadSegments> {
  const { dataSet } = parseDicom(content.bytes);
  const image = openDicom(content);
  if (image.kind !== "image") throw invalid("It holds no pictures.");
  // The pictures that are left would look like a segmentation that ends there.
  const [announced = 1] = readDecimals(dataSet, tags.numberOfFrames);
  if (image.frameCount < announced) {
    throw invalid(`Of its ${announced} frames ${image.frameCount} are there: the file was cut.`);
  }
  const type = readType(dataSet);
  const first = await image.readFrame(0);
  const segments = readSegments(dataSet, first.meaning);
  const index = new TargetIndex(targets);
  const painter = painterOf(
    type,
    targets,
    readUnsignedShort(dataSet, objectTags.maximumFractionalValue) ?? 255,
  );
  const groups = readItems(dataSet, tags.perFrameFunctionalGroups);
  const shared = readItems(dataSet, tags.sharedFunctionalGroups)[0];
  const frameOfReferenceUid = readCode(dataSet, tags.frameOfReferenceUid);
  let unpaired = 0;
  for (let frame = 0; frame < image.frameCount; frame++) {
    const group = groups[frame];
    const place = { ...image.header, geometry: image.geometry(frame), frameOfReferenceUid };
    const target = findTarget(place, sourcesOf(group, shared), index);
    if (target === undefined) {
      unpaired++;
      continue;
    }
    const { pixels } = frame === 0 ? first : await image.readFrame(frame);
    painter.paint(target, segmentNumberOf(group, shared), pixels);
  }
  if (unpaired === image.frameCount) throw unpairedWith(targets);
  return {
    segments,
    labelMaps: painter.labelMaps.map((labelMap, frame) => ({ frame, labelMap })),
    warnings: [
      ...(unpaired > 0
        ? [`${unpaired} of its ${image.frameCount} frames lie on no image of this series.`]
        : []),
      ...(painter.overlapping > 0
        ? [
            `Its segments overlap on ${painter.overlapping} pixels, where the one of the higher number is kept.`,
          ]
        : []),
    ],
  };
}

function readType(dataSet: DataSet): SegmentationType {
  const stated = readCode(dataSet, objectTags.segmentationType);
  if (stated === "BINARY" || stated === "FRACTIONAL" || stated === "LABELMAP") return stated;
  throw invalid(`Its Segmentation Type is ${stated ?? "missing"}; it can be BINARY, FRACTIONAL or LABELMAP.`);
}

function readSegments(dataSet: DataSet, meaning: PixelMeaning): Segment[] {
  const characterSet = readCode(dataSet, tags.specificCharacterSet);
  const items = readItems(dataSet, objectTags.segmentSequence).flatMap((item) => {
    const value = readUnsignedShort(item, objectTags.segmentNumber);
    // Number 0 is the background of a label map.
    return value === undefined || value === 0 ? [] : [{ value, item }];
  });
  if (items.length === 0) throw invalid("It describes no segment.");
  const highest = Math.max(...items.map(({ value }) => value));
  if (highest > 255) throw invalid(`It numbers its segments up to ${highest}; up to 255 can be shown.`);
  return items.map(({ value, item }, order) => {
    const lab = readUnsignedShorts(item, objectTags.recommendedDisplayCieLab);
    const concept = readConcept(item, objectTags.segmentedPropertyType, characterSet);
    const category = readConcept(item, objectTags.segmentedPropertyCategory, characterSet);
    return {
      value,
      label: readText(item, objectTags.segmentLabel, "LO", characterSet) ?? `Segment ${value}`,
      colour:
        lab.length === 3
          ? colourOfCieLab([lab[0]!, lab[1]!, lab[2]!])
          : (paletteColour(meaning, value) ?? segmentColours[order % segmentColours.length]!),
      ...(concept && { concept }),
      ...(category && { category }),
    };
  });
}

function paletteColour({ palette }: PixelMeaning, value: number): string | undefined {
  const entry = palette && value - palette.firstValue;
  if (palette === undefined || entry === undefined || palette.red[entry] === undefined) return undefined;
  return hexColour([palette.red[entry], palette.green[entry]!, palette.blue[entry]!]);
}

function sourcesOf(group: DataSet | undefined, shared: DataSet | undefined): ImageReference[] {
  const derivations = [group, shared].flatMap((each) =>
    each === undefined ? [] : readItems(each, objectTags.derivationImageSequence),
  );
  return readReferences(derivations.flatMap((item) => readItems(item, objectTags.sourceImageSequence)));
}

function segmentNumberOf(group: DataSet | undefined, shared: DataSet | undefined): number {
  for (const each of [group, shared]) {
    const [item] = each === undefined ? [] : readItems(each, objectTags.segmentIdentificationSequence);
    const number = item && readUnsignedShort(item, objectTags.referencedSegmentNumber);
    if (number !== undefined) return number;
  }
  return 1;
}

interface Place {
  rows: number;
  columns: number;
  geometry: FrameGeometry;
  frameOfReferenceUid: string | undefined;
}

/** The frame of the series on whose pixels a frame of the object lies; undefined where none is there. */
function findTarget(
  place: Place,
  sources: readonly ImageReference[],
  index: TargetIndex,
): number | undefined {
  const referenced = index.find(sources);
  const { targets } = index;
  // A frame may name several images that it was made from: the one at its own place is meant.
  const exact = referenced.find((each) => liesOn(place, targets[each]!));
  if (exact !== undefined) return exact;
  if (place.geometry.position === undefined && referenced.length > 0) {
    const [only] = referenced;
    requireGrid(place, targets[only!]!);
    return only;
  }
  const byPlace = targets.findIndex(
    (target) =>
      liesOn(place, target) &&
      (place.frameOfReferenceUid ?? target.frameOfReferenceUid) === target.frameOfReferenceUid,
  );
  if (byPlace >= 0) return byPlace;
  if (referenced.length > 0) throw otherGrid(place, targets[referenced[0]!]!);
  return undefined;
}

function liesOn(place: Place, target: TargetFrame): boolean {
  const { position, orientation, spacingMm } = place.geometry;
  const other = target.geometry;
  if (place.rows !== target.rows || place.columns !== target.columns) return false;
  if (!position || !orientation || !other.position || !other.orientation || !other.spacingMm) return false;
  const pixelMm = Math.min(...other.spacingMm);
  const isNear = (a: readonly number[], b: readonly number[], tolerance: number): boolean =>
    a.every((value, axis) => Math.abs(value - b[axis]!) <= tolerance);
  return (
    isNear(position, other.position, positionTolerance * pixelMm) &&
    isNear(orientation, other.orientation, directionTolerance) &&
    isNear(spacingMm ?? other.spacingMm, other.spacingMm, positionTolerance * pixelMm)
  );
}

function requireGrid(place: Place, target: TargetFrame): void {
  if (place.rows !== target.rows || place.columns !== target.columns) throw otherGrid(place, target);
}

/** Puts the frames of an object into label maps, one a frame of the series. */
interface Painter {
  labelMaps: LabelMap[];
  /** Pixels of more than one segment. */
  overlapping: number;
  paint(target: number, segmentNumber: number, pixels: ArrayLike<number>): void;
}

function painterOf(type: SegmentationType, targets: readonly TargetFrame[], most: number): Painter {
  const labelMaps = emptyLabelMaps(targets);
  // The likeliest segment's fraction so far, by frame.
  const likeliest = new Map<number, Uint16Array>();
  const painter: Painter = {
    labelMaps,
    overlapping: 0,
    paint(target, segmentNumber, pixels) {
      const { values } = labelMaps[target]!;
      if (type === "LABELMAP") {
        for (let i = 0; i < values.length; i++) if (pixels[i] !== 0) values[i] = pixels[i]!;
        return;
      }
      if (type === "BINARY") {
        for (let i = 0; i < values.length; i++) {
          if (pixels[i] === 0) continue;
          if (values[i] !== 0 && values[i] !== segmentNumber) painter.overlapping++;
          if (segmentNumber > values[i]!) values[i] = segmentNumber;
        }
        return;
      }
      const best = likeliest.get(target) ?? new Uint16Array(values.length);
      likeliest.set(target, best);
      for (let i = 0; i < values.length; i++) {
        const fraction = pixels[i]!;
        if (fraction * 2 < most || fraction <= best[i]!) continue;
        best[i] = fraction;
        values[i] = segmentNumber;
      }
    },
  };
  return painter;
}

function invalid(seen: string): SlicebenchError {
  return new SlicebenchError("SEGMENTATION_INVALID", `The file is no segmentation that can be read. ${seen}`);
}

function otherGrid(place: Place, target: TargetFrame): SlicebenchError {
  return new SlicebenchError(
    "SEGMENTATION_GRID",
    `The segmentation has frames of ${place.rows} x ${place.columns} pixels that do not lie on those of its images, ` +
      `${target.rows} x ${target.columns}.`,
    { hint: "Resample it to the images' own pixels with the program that made it." },
  );
}

function unpairedWith(targets: readonly TargetFrame[]): SlicebenchError {
  const isPlaced = targets.some(({ geometry }) => geometry.position !== undefined);
  return new SlicebenchError(
    "SEGMENTATION_UNPAIRED",
    "The segmentation was made on other images than those of this series.",
    {
      hint: isPlaced
        ? "Open the series that it belongs to."
        : "These images say nothing by which to pair them.",
    },
  );
}
