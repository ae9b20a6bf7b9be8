import type { FrameGeometry } from "../../core/image/frame";
import { codeItem, decimalString, newUid, referenceTo } from "./derived-object";
import { concepts } from "./codes";
import type { Attributes, SourceFrame } from "./source-instance";

/** One frame of a segmentation: on which frame of the source it lies, and of which segment it is. */
export interface PlannedFrame {
  source: SourceFrame;
  /** Absent in a label map, whose frames hold all segments. */
  segmentNumber?: number;
}

/** Attribute tags that dimensions point to (PS3.3 C.7.6.17). */
const pointers = {
  segmentIdentification: 0x0062_000a,
  referencedSegmentNumber: 0x0062_000b,
  planePosition: 0x0020_9113,
  imagePosition: 0x0020_0032,
  frameContent: 0x0020_9111,
  temporalPosition: 0x0020_9128,
  inStackPosition: 0x0020_9057,
} as const;

/**
 * Shared and per-frame functional groups and the dimension organisation of a segmentation (PS3.3 C.7.6.16,
 * C.7.6.17): frames are indexed by segment, then by place, then by time where places repeat.
 * @param sliceSpacingMm between neighbouring slices, where they are evenly spaced
 */
export function describeFrames(
  frames: readonly PlannedFrame[],
  { sliceSpacingMm }: { sliceSpacingMm?: number | undefined },
): Attributes {
  const arePlaced = liesInFrameOfReference(frames.map(({ source }) => source));
  const hasSegments = frames[0]?.segmentNumber !== undefined;
  const places = arePlaced ? indexPlaces(frames) : undefined;
  const order = new Map(
    [...new Set(frames.map(({ source }) => source))].map((source, at) => [source, at + 1]),
  );
  const isRepeated = places?.some(({ time }) => time > 1) === true;
  const measures = frames.map(({ source }) => pixelMeasures(source.geometry, sliceSpacingMm));
  const orientations = frames.map(({ source }) => ({
    ImageOrientationPatient: source.geometry.orientation?.map(decimalString),
  }));
  const areMeasuresShared = areAllAlike(measures);
  const isOrientationShared = areAllAlike(orientations);
  const perFrame = frames.map((frame, index): Attributes => {
    const place = places?.[index];
    const values = [
      ...(frame.segmentNumber === undefined ? [] : [frame.segmentNumber]),
      place?.place ?? order.get(frame.source)!,
      ...(place && isRepeated ? [place.time] : []),
    ];
    return {
      FrameContentSequence: [
        {
          DimensionIndexValues: values,
          ...(place === undefined && { StackID: "1", InStackPositionNumber: order.get(frame.source)! }),
          ...(place && isRepeated && { TemporalPositionIndex: place.time }),
        },
      ],
      ...(arePlaced && {
        PlanePositionSequence: [{ ImagePositionPatient: frame.source.geometry.position!.map(decimalString) }],
        ...(!isOrientationShared && { PlaneOrientationSequence: [orientations[index]] }),
        ...(!areMeasuresShared && { PixelMeasuresSequence: [measures[index]] }),
      }),
      DerivationImageSequence: [derivationOf(frame.source)],
      ...(frame.segmentNumber !== undefined && {
        SegmentIdentificationSequence: [{ ReferencedSegmentNumber: frame.segmentNumber }],
      }),
    };
  });
  return {
    ...describeDimensions({ hasSegments, arePlaced, isRepeated }),
    SharedFunctionalGroupsSequence: [
      {
        ...(arePlaced && isOrientationShared && { PlaneOrientationSequence: [orientations[0]] }),
        ...(arePlaced && areMeasuresShared && { PixelMeasuresSequence: [measures[0]] }),
      },
    ],
    PerFrameFunctionalGroupsSequence: perFrame,
  };
}

/** Whether all frames say where they lie, in one frame of reference. Else a segmentation only names its images. */
export function liesInFrameOfReference(frames: readonly SourceFrame[]): boolean {
  const frameOfReference = frames[0]?.instance.frameOfReferenceUid;
  return (
    frameOfReference !== undefined &&
    frames.every(
      ({ instance, geometry }) =>
        instance.frameOfReferenceUid === frameOfReference &&
        geometry.position !== undefined &&
        geometry.orientation !== undefined &&
        geometry.spacingMm !== undefined,
    )
  );
}

/** For each frame its place, from 1 in the order of the source, and which of the source's frames at that place it is. */
function indexPlaces(frames: readonly PlannedFrame[]): { place: number; time: number }[] {
  const places = new Map<string, Map<SourceFrame, number>>();
  for (const { source } of frames) {
    const times = places.get(placeKey(source)) ?? new Map<SourceFrame, number>();
    if (!times.has(source)) times.set(source, times.size + 1);
    places.set(placeKey(source), times);
  }
  const order = new Map([...places.keys()].map((key, index) => [key, index + 1]));
  return frames.map(({ source }) => {
    const key = placeKey(source);
    return { place: order.get(key)!, time: places.get(key)!.get(source)! };
  });
}

function placeKey({ geometry }: SourceFrame): string {
  return JSON.stringify([geometry.position, geometry.orientation]);
}

function pixelMeasures({ spacingMm, sliceThicknessMm }: FrameGeometry, sliceSpacingMm: number | undefined) {
  const thickness = sliceThicknessMm ?? sliceSpacingMm;
  return {
    PixelSpacing: spacingMm?.map(decimalString),
    ...(thickness !== undefined && { SliceThickness: decimalString(thickness) }),
    ...(sliceSpacingMm !== undefined && { SpacingBetweenSlices: decimalString(sliceSpacingMm) }),
  };
}

function areAllAlike(items: readonly Attributes[]): boolean {
  const first = JSON.stringify(items[0]);
  return items.every((item) => JSON.stringify(item) === first);
}

/** PS3.3 C.7.6.16.2.6. The grid is that of the source frame, pixel by pixel. */
function derivationOf(source: SourceFrame): Attributes {
  return {
    DerivationCodeSequence: [codeItem(concepts.segmentation)],
    SourceImageSequence: [
      {
        ...referenceTo(source),
        SpatialLocationsPreserved: "YES",
        PurposeOfReferenceCodeSequence: [codeItem(concepts.sourceImage)],
      },
    ],
  };
}

function describeDimensions(has: {
  hasSegments: boolean;
  arePlaced: boolean;
  isRepeated: boolean;
}): Attributes {
  const uid = newUid();
  const dimension = (label: string, pointer: number, group: number): Attributes => ({
    DimensionOrganizationUID: uid,
    DimensionIndexPointer: pointer,
    FunctionalGroupPointer: group,
    DimensionDescriptionLabel: label,
  });
  const segment = dimension(
    "Segment Number",
    pointers.referencedSegmentNumber,
    pointers.segmentIdentification,
  );
  const place = has.arePlaced
    ? dimension("Image Position Patient", pointers.imagePosition, pointers.planePosition)
    : dimension("In-Stack Position Number", pointers.inStackPosition, pointers.frameContent);
  const time = dimension("Temporal Position Index", pointers.temporalPosition, pointers.frameContent);
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: uid }],
    DimensionIndexSequence: [
      ...(has.hasSegments ? [segment] : []),
      place,
      ...(has.arePlaced && has.isRepeated ? [time] : []),
    ],
  };
}
