import { SlicebenchError } from "../../core/errors";
import type { LabelMap, Segment } from "../../core/mask/label-map";
import type { SegmentAlgorithm } from "../../core/mask/object-origin";
import { concepts, propertyCategory, propertyType } from "./codes";
import {
  codeItem,
  dateAndTime,
  describeDerived,
  encodeObject,
  instanceReferences,
  type Maker,
  pixelDataOf,
  shortText,
} from "./derived-object";
import { cieLabOf } from "./segment-colour";
import { describeFrames, liesInFrameOfReference, type PlannedFrame } from "./segmentation-frames";
import type { Attributes, SourceFrame } from "./source-instance";

/** Segmentation Storage, and Label Map Segmentation Storage (Supplement 243). */
export const segmentationClasses = {
  segmentation: "1.2.840.10008.5.1.4.1.1.66.4",
  labelMap: "1.2.840.10008.5.1.4.1.1.66.7",
} as const;

/** A segment with the identity by which measurements refer to it. */
export interface TrackedSegment extends Segment {
  trackingUid: string;
}

/** Label maps of a series, ready to become DICOM objects. */
export interface Segmentation {
  /** Shown as the series' description. */
  name: string;
  segments: readonly TrackedSegment[];
  algorithm: SegmentAlgorithm;
  /** In reading order: the frames that have a label map. At least one. */
  frames: readonly { source: SourceFrame; labelMap: LabelMap }[];
  sliceSpacingMm?: number | undefined;
}

/** Probabilities beside the label maps: by frame, then by segment, 255 is certain. */
export type QuantisedProbabilities = readonly (readonly Uint8Array[])[];

/** Written pixel data, and the frames that it holds. */
interface Painted {
  frames: PlannedFrame[];
  pixels: Uint8Array;
}

/**
 * A DICOM segmentation of bits, one frame for each segment on each image where it has a pixel (PS3.3 A.51).
 * Segments are numbered from 1 in the order of their values, as the standard wants them.
 */
export function encodeBinarySegmentation(segmentation: Segmentation, maker: Maker): Uint8Array {
  const planned = planBySegment(segmentation, ({ labelMap }, { value }) => labelMap.values.includes(value));
  const size = pixelsOf(segmentation);
  const pixels = new Uint8Array(Math.ceil((planned.length * size) / 8));
  planned.forEach(({ labelMap, segment }, index) => {
    // Frames follow each other without padding, the first pixel in the lowest bit (PS3.5 8.1.1).
    let bit = index * size;
    for (const value of labelMap.values) {
      if (value === segment.value) pixels[bit >> 3]! |= 1 << (bit & 7);
      bit++;
    }
  });
  return encode(
    segmentation,
    { frames: planned, pixels },
    {
      ...maker,
      sopClassUid: segmentationClasses.segmentation,
      description: `Segmentation: ${segmentation.name}`,
      specific: {
        ...bitsOf(1),
        SegmentationType: "BINARY",
        SegmentsOverlap: "NO",
        SegmentSequence: numbered(segmentation).map((segment) =>
          describeSegment(segment, segment.number, segmentation.algorithm),
        ),
      },
    },
  );
}

/** A DICOM segmentation of probabilities in 255ths (PS3.3 C.8.20.2.3), else as the binary one. */
export function encodeFractionalSegmentation(
  segmentation: Segmentation,
  probabilities: QuantisedProbabilities,
  maker: Maker,
): Uint8Array {
  const planned = planBySegment(segmentation, ({ index }, { segmentIndex }) =>
    probabilities[index]![segmentIndex]!.some((probability) => probability > 0),
  );
  const size = pixelsOf(segmentation);
  const pixels = new Uint8Array(planned.length * size);
  planned.forEach(({ index, segment }, frame) =>
    pixels.set(probabilities[index]![segment.segmentIndex]!, frame * size),
  );
  return encode(
    segmentation,
    { frames: planned, pixels },
    {
      ...maker,
      sopClassUid: segmentationClasses.segmentation,
      description: `Probabilities: ${segmentation.name}`,
      specific: {
        ...bitsOf(8),
        SegmentationType: "FRACTIONAL",
        SegmentationFractionalType: "PROBABILITY",
        MaximumFractionalValue: 255,
        SegmentsOverlap: "UNDEFINED",
        SegmentSequence: numbered(segmentation).map((segment) =>
          describeSegment(segment, segment.number, segmentation.algorithm),
        ),
      },
    },
  );
}

/** A DICOM label map segmentation (Supplement 243): each pixel is its segment's value, one frame an image. */
export function encodeLabelMapSegmentation(segmentation: Segmentation, maker: Maker): Uint8Array {
  const size = pixelsOf(segmentation);
  const pixels = new Uint8Array(segmentation.frames.length * size);
  segmentation.frames.forEach(({ labelMap }, index) => pixels.set(labelMap.values, index * size));
  return encode(
    segmentation,
    { frames: [...segmentation.frames], pixels },
    {
      ...maker,
      sopClassUid: segmentationClasses.labelMap,
      description: `Label map: ${segmentation.name}`,
      specific: {
        ...bitsOf(8),
        SegmentationType: "LABELMAP",
        SegmentsOverlap: "NO",
        PixelPaddingValue: 0,
        SegmentSequence: [
          describeBackground(segmentation.algorithm),
          ...numbered(segmentation).map((segment) =>
            describeSegment(segment, segment.value, segmentation.algorithm),
          ),
        ],
      },
    },
  );
}

/** A segment and its number in objects that count them from 1. */
interface NumberedSegment extends TrackedSegment {
  number: number;
  segmentIndex: number;
}

function numbered({ segments }: Pick<Segmentation, "segments">): NumberedSegment[] {
  return segments
    .map((segment, segmentIndex) => ({ ...segment, segmentIndex }))
    .sort((a, b) => a.value - b.value)
    .map((segment, index) => ({ ...segment, number: index + 1 }));
}

/** The number of each segment value in objects that count segments from 1. */
export function segmentNumbers(segmentation: Pick<Segmentation, "segments">): Map<number, number> {
  return new Map(numbered(segmentation).map(({ value, number }) => [value, number]));
}

type IndexedFrame = Segmentation["frames"][number] & { index: number };

/** Each segment's frames, one segment after the other; an object has at least one frame, if need be an empty one. */
function planBySegment(
  segmentation: Segmentation,
  hasPixels: (frame: IndexedFrame, segment: NumberedSegment) => boolean,
): (IndexedFrame & { segment: NumberedSegment; segmentNumber: number })[] {
  const frames = segmentation.frames.map((frame, index) => ({ ...frame, index }));
  const segments = numbered(segmentation);
  const planned = segments.flatMap((segment) =>
    frames
      .filter((frame) => hasPixels(frame, segment))
      .map((frame) => ({ ...frame, segment, segmentNumber: segment.number })),
  );
  if (planned.length > 0) return planned;
  return segments.map((segment) => ({ ...frames[0]!, segment, segmentNumber: segment.number }));
}

function pixelsOf({ frames }: Segmentation): number {
  const { rows, columns } = frames[0]!.labelMap;
  if (frames.some(({ labelMap }) => labelMap.rows !== rows || labelMap.columns !== columns)) {
    throw new SlicebenchError("EXPORT_SIZES_DIFFER", "The images of the series differ in size.", {
      hint: "Export them as PNG, one label map a frame.",
    });
  }
  return rows * columns;
}

function bitsOf(bits: 1 | 8): Attributes {
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: 0,
  };
}

function describeSegment(segment: TrackedSegment, number: number, algorithm: SegmentAlgorithm): Attributes {
  return {
    SegmentNumber: number,
    SegmentLabel: shortText(segment.label),
    SegmentAlgorithmType: algorithm.type,
    ...(algorithm.type !== "MANUAL" && { SegmentAlgorithmName: shortText(algorithm.name) }),
    ...(algorithm.type === "AUTOMATIC" &&
      algorithm.version !== undefined && {
        SegmentationAlgorithmIdentificationSequence: [
          {
            AlgorithmFamilyCodeSequence: [codeItem(concepts.artificialIntelligence)],
            AlgorithmName: shortText(algorithm.name),
            AlgorithmVersion: shortText(algorithm.version),
            AlgorithmSource: "Slicebench",
          },
        ],
      }),
    SegmentedPropertyCategoryCodeSequence: [codeItem(propertyCategory(segment))],
    SegmentedPropertyTypeCodeSequence: [codeItem(propertyType(segment))],
    RecommendedDisplayCIELabValue: cieLabOf(segment.colour),
    TrackingID: shortText(segment.label),
    TrackingUID: segment.trackingUid,
  };
}

/** Value 0 is described like the others in a label map segmentation. */
function describeBackground(algorithm: SegmentAlgorithm): Attributes {
  return {
    SegmentNumber: 0,
    SegmentLabel: "Background",
    SegmentAlgorithmType: algorithm.type,
    ...(algorithm.type !== "MANUAL" && { SegmentAlgorithmName: shortText(algorithm.name) }),
    SegmentedPropertyCategoryCodeSequence: [codeItem(concepts.background)],
    SegmentedPropertyTypeCodeSequence: [codeItem(concepts.background)],
    RecommendedDisplayCIELabValue: cieLabOf("#000000"),
  };
}

function encode(
  segmentation: Segmentation,
  { frames, pixels }: Painted,
  object: Maker & { sopClassUid: string; description: string; specific: Attributes },
): Uint8Array {
  const sources = segmentation.frames.map(({ source }) => source);
  const { instance, rows, columns } = sources[0]!;
  const { date, time } = dateAndTime(object.now);
  return encodeObject({
    ...describeDerived(instance, {
      ...object,
      modality: "SEG",
      seriesDescription: object.description,
      seriesNumber: 1000,
    }),
    ...(liesInFrameOfReference(frames.map(({ source }) => source)) && {
      FrameOfReferenceUID: instance.frameOfReferenceUid,
      PositionReferenceIndicator: "",
    }),
    ImageType: ["DERIVED", "PRIMARY"],
    ContentDate: date,
    ContentTime: time,
    ContentLabel: "SEGMENTATION",
    ContentDescription: shortText(segmentation.name),
    ContentCreatorName: "",
    LossyImageCompression: "00",
    BurnedInAnnotation: "NO",
    Rows: rows,
    Columns: columns,
    NumberOfFrames: String(frames.length),
    ...object.specific,
    ReferencedSeriesSequence: [
      {
        SeriesInstanceUID: instance.seriesInstanceUid,
        ReferencedInstanceSequence: instanceReferences(sources),
      },
    ],
    ...describeFrames(frames, segmentation),
    PixelData: pixelDataOf(pixels),
    _vrMap: { PixelData: "OB", PixelPaddingValue: "US" },
  });
}
