import { SlicebenchError } from "../../core/errors";
import { imageToPatient, type SliceGeometry } from "../../core/image/patient-space";
import { contoursOf } from "../../core/mask/contours";
import type { Ring } from "../../core/mask/outline";
import {
  codeItem,
  dateAndTime,
  decimalString,
  describeDerived,
  encodeObject,
  instanceReferences,
  type Maker,
  referenceTo,
  shortText,
} from "./derived-object";
import { propertyType } from "./codes";
import { liesInFrameOfReference } from "./segmentation-frames";
import type { Attributes, SourceFrame } from "./source-instance";
import type { Segmentation } from "./write-segmentation";

export const structureSetClass = "1.2.840.10008.5.1.4.1.1.481.3";

/**
 * A DICOM RT Structure Set (PS3.3 A.19): a segment is an ROI of the segment's number, its border on each image
 * closed planar contours along the pixels' edges, holes joined by a keyhole. So whichever rule a reader has for points
 * on a border, the pixels whose centres lie inside are those of the label map.
 * @throws SlicebenchError EXPORT_NO_GEOMETRY where the images do not all say where they lie
 */
export function encodeStructureSet(segmentation: Segmentation, maker: Maker): Uint8Array {
  const sources = segmentation.frames.map(({ source }) => source);
  if (!liesInFrameOfReference(sources)) {
    throw new SlicebenchError("EXPORT_NO_GEOMETRY", "The images do not say where in the patient they lie.", {
      hint: "Contours are in millimetres in the patient. Export a DICOM segmentation, NIfTI or PNG instead.",
    });
  }
  const { instance } = sources[0]!;
  const { date, time } = dateAndTime(maker.now);
  return encodeObject({
    ...describeDerived(instance, {
      ...maker,
      sopClassUid: structureSetClass,
      modality: "RTSTRUCT",
      seriesDescription: `Contours: ${segmentation.name}`,
      seriesNumber: 1001,
    }),
    OperatorsName: "",
    FrameOfReferenceUID: instance.frameOfReferenceUid,
    PositionReferenceIndicator: "",
    StructureSetLabel: shortText(segmentation.name, 16),
    StructureSetName: shortText(segmentation.name),
    StructureSetDate: date,
    StructureSetTime: time,
    ApprovalStatus: "UNAPPROVED",
    ReferencedFrameOfReferenceSequence: [referencedFrameOfReference(sources)],
    StructureSetROISequence: segmentation.segments.map((segment) => ({
      ROINumber: String(segment.value),
      ReferencedFrameOfReferenceUID: instance.frameOfReferenceUid,
      ROIName: shortText(segment.label),
      ROIGenerationAlgorithm: segmentation.algorithm.type,
    })),
    ROIContourSequence: describeContours(segmentation),
    RTROIObservationsSequence: segmentation.segments.map((segment) => ({
      ObservationNumber: String(segment.value),
      ReferencedROINumber: String(segment.value),
      RTROIIdentificationCodeSequence: [codeItem(propertyType(segment))],
      RTROIInterpretedType: "",
      ROIInterpreter: "",
    })),
  });
}

function referencedFrameOfReference(sources: readonly SourceFrame[]): Attributes {
  const { instance } = sources[0]!;
  return {
    FrameOfReferenceUID: instance.frameOfReferenceUid,
    RTReferencedStudySequence: [
      {
        // Detached Study Management, retired, is what this attribute still names.
        ReferencedSOPClassUID: "1.2.840.10008.3.1.2.3.1",
        ReferencedSOPInstanceUID: instance.studyInstanceUid,
        RTReferencedSeriesSequence: [
          {
            SeriesInstanceUID: instance.seriesInstanceUid,
            ContourImageSequence: instanceReferences(sources),
          },
        ],
      },
    ],
  };
}

function describeContours({ segments, frames }: Segmentation): Attributes[] {
  const contours = new Map<number, Attributes[]>(segments.map(({ value }) => [value, []]));
  for (const { source, labelMap } of frames) {
    const slice = { rows: source.rows, columns: source.columns, ...source.geometry };
    for (const [value, polygons] of contoursOf(labelMap)) {
      for (const polygon of polygons) contours.get(value)?.push(describeContour(polygon, slice, source));
    }
  }
  return segments.map(({ value, colour }) => {
    const own = contours.get(value)!;
    const rgb = Number.parseInt(colour.slice(1), 16);
    return {
      ROIDisplayColor: [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff].map(String),
      ReferencedROINumber: String(value),
      ...(own.length > 0 && { ContourSequence: own }),
    };
  });
}

function describeContour(polygon: Ring, slice: SliceGeometry, source: SourceFrame): Attributes {
  const data: string[] = [];
  for (let i = 0; i < polygon.length; i += 2) {
    const point = imageToPatient(slice, { x: polygon[i]!, y: polygon[i + 1]! })!;
    // A micrometre's thousandth is far below a pixel, and keeps the file small.
    data.push(...point.map((value) => decimalString(Number(value.toFixed(6)))));
  }
  return {
    ContourImageSequence: [referenceTo(source)],
    ContourGeometricType: "CLOSED_PLANAR",
    NumberOfContourPoints: String(polygon.length / 2),
    ContourData: data,
  };
}
