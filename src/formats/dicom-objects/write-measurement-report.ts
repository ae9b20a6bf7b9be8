import type { CodedConcept } from "../../core/mask/label-map";
import { concepts, propertyCategory, propertyType } from "./codes";
import {
  codeItem,
  dateAndTime,
  decimalString,
  describeDerived,
  encodeObject,
  instanceReferences,
  type Maker,
  shortText,
} from "./derived-object";
import type { Attributes } from "./source-instance";
import { segmentationClasses, segmentNumbers, type Segmentation } from "./write-segmentation";

/** What was measured of one segment. */
export interface SegmentFigures {
  value: number;
  volumeMm3?: number | undefined;
  /** Of the image's values within the segment, in the modality LUT's unit. */
  meanIntensity?: number | undefined;
}

/** The written segmentation whose segments are measured. */
export interface ReferencedSegmentation {
  sopInstanceUid: string;
  seriesInstanceUid: string;
}

/** Enhanced SR Storage. */
const reportClass = "1.2.840.10008.5.1.4.1.1.88.22";

const dcm = (value: string, meaning: string): CodedConcept => ({ value, scheme: "DCM", meaning });
const sct = (value: string, meaning: string): CodedConcept => ({ value, scheme: "SCT", meaning });
const ucum = (value: string, meaning: string): CodedConcept => ({ value, scheme: "UCUM", meaning });

const english: CodedConcept = { value: "en", scheme: "RFC5646", meaning: "English" };

/** What the mean of an image's values is, by modality; of others it has no agreed name. */
const intensities: ReadonlyMap<string | undefined, { concept: CodedConcept; unit: CodedConcept }> = new Map([
  ["CT", { concept: concepts.attenuation, unit: ucum("[hnsf'U]", "Hounsfield unit") }],
  ["MR", { concept: concepts.mrSignal, unit: ucum("1", "no units") }],
]);

/**
 * A DICOM Structured Report of what was measured of each segment (PS3.16 TID 1500, groups by TID 1411), which refers to
 * the segments in a segmentation that was written before.
 * @param figures by segment; what is undefined is left out
 */
export function encodeMeasurementReport(
  segmentation: Segmentation,
  {
    figures,
    referenced,
    maker,
  }: { figures: readonly SegmentFigures[]; referenced: ReferencedSegmentation; maker: Maker },
): Uint8Array {
  const sources = segmentation.frames.map(({ source }) => source);
  const { instance } = sources[0]!;
  const { date, time } = dateAndTime(maker.now);
  const segmentationReference = {
    ReferencedSOPClassUID: segmentationClasses.segmentation,
    ReferencedSOPInstanceUID: referenced.sopInstanceUid,
  };
  const groups = segmentation.segments.map((segment) =>
    container(dcm("125007", "Measurement Group"), "1411", [
      ...text("HAS OBS CONTEXT", dcm("112039", "Tracking Identifier"), shortText(segment.label)),
      ...uid("HAS OBS CONTEXT", dcm("112040", "Tracking Unique Identifier"), segment.trackingUid),
      ...code("CONTAINS", sct("276214006", "Finding category"), propertyCategory(segment)),
      ...code("CONTAINS", dcm("121071", "Finding"), propertyType(segment)),
      {
        RelationshipType: "CONTAINS",
        ValueType: "IMAGE",
        ConceptNameCodeSequence: [codeItem(dcm("121191", "Referenced Segment"))],
        ReferencedSOPSequence: [
          {
            ...segmentationReference,
            ReferencedSegmentNumber: segmentNumbers(segmentation).get(segment.value),
          },
        ],
      },
      ...uid("CONTAINS", dcm("121232", "Source series for segmentation"), instance.seriesInstanceUid),
      ...measurements(
        figures.find(({ value }) => value === segment.value),
        instance.modality,
      ),
    ]),
  );
  return encodeObject({
    ...describeDerived(instance, {
      ...maker,
      sopClassUid: reportClass,
      modality: "SR",
      seriesDescription: `Measurements: ${segmentation.name}`,
      seriesNumber: 1002,
    }),
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    ContentDate: date,
    ContentTime: time,
    CompletionFlag: "COMPLETE",
    VerificationFlag: "UNVERIFIED",
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: instance.studyInstanceUid,
        ReferencedSeriesSequence: [
          { SeriesInstanceUID: referenced.seriesInstanceUid, ReferencedSOPSequence: [segmentationReference] },
          {
            SeriesInstanceUID: instance.seriesInstanceUid,
            ReferencedSOPSequence: instanceReferences(sources),
          },
        ],
      },
    ],
    ...container(dcm("126000", "Imaging Measurement Report"), "1500", [
      ...code("HAS CONCEPT MOD", dcm("121049", "Language of Content Item and Descendants"), english),
      ...code("HAS OBS CONTEXT", dcm("121005", "Observer Type"), dcm("121007", "Device")),
      ...uid("HAS OBS CONTEXT", dcm("121012", "Device Observer UID"), observerUid),
      ...text("HAS OBS CONTEXT", dcm("121013", "Device Observer Name"), "Slicebench"),
      ...code("HAS CONCEPT MOD", dcm("121058", "Procedure reported"), sct("363679005", "Imaging procedure")),
      {
        RelationshipType: "CONTAINS",
        ...container(dcm("111028", "Image Library"), undefined, [
          {
            RelationshipType: "CONTAINS",
            ...container(
              dcm("126200", "Image Library Group"),
              undefined,
              instanceReferences(sources).map((reference) => ({
                RelationshipType: "CONTAINS",
                ValueType: "IMAGE",
                ReferencedSOPSequence: [reference],
              })),
            ),
          },
        ]),
      },
      {
        RelationshipType: "CONTAINS",
        ...container(
          dcm("126010", "Imaging Measurements"),
          undefined,
          groups.map((group) => ({ RelationshipType: "CONTAINS", ...group })),
        ),
      },
    ]),
  });
}

/** This program as an observer: the same on every machine. */
const observerUid = "2.25.125122055483006575885641127448289156142";

function measurements(figures: SegmentFigures | undefined, modality: string | undefined): Attributes[] {
  const intensity = intensities.get(modality);
  return [
    ...(figures?.volumeMm3 === undefined
      ? []
      : [number(sct("118565006", "Volume"), figures.volumeMm3, ucum("mm3", "cubic millimeter"))]),
    ...(figures?.meanIntensity === undefined || intensity === undefined
      ? []
      : [
          {
            ...number(intensity.concept, figures.meanIntensity, intensity.unit),
            ContentSequence: code("HAS CONCEPT MOD", dcm("121401", "Derivation"), sct("373098007", "Mean")),
          },
        ]),
  ];
}

function container(
  name: CodedConcept,
  template: string | undefined,
  content: readonly Attributes[],
): Attributes {
  return {
    ValueType: "CONTAINER",
    ConceptNameCodeSequence: [codeItem(name)],
    ContinuityOfContent: "SEPARATE",
    ...(template !== undefined && {
      ContentTemplateSequence: [{ MappingResource: "DCMR", TemplateIdentifier: template }],
    }),
    ...(content.length > 0 && { ContentSequence: content }),
  };
}

function item(relationship: string, type: string, name: CodedConcept, value: Attributes): Attributes[] {
  return [
    { RelationshipType: relationship, ValueType: type, ConceptNameCodeSequence: [codeItem(name)], ...value },
  ];
}

const code = (relationship: string, name: CodedConcept, value: CodedConcept) =>
  item(relationship, "CODE", name, { ConceptCodeSequence: [codeItem(value)] });
const text = (relationship: string, name: CodedConcept, value: string) =>
  item(relationship, "TEXT", name, { TextValue: value });
const uid = (relationship: string, name: CodedConcept, value: string) =>
  item(relationship, "UIDREF", name, { UID: value });

function number(name: CodedConcept, value: number, unit: CodedConcept): Attributes {
  return {
    RelationshipType: "CONTAINS",
    ValueType: "NUM",
    ConceptNameCodeSequence: [codeItem(name)],
    MeasuredValueSequence: [
      { NumericValue: decimalString(value), MeasurementUnitsCodeSequence: [codeItem(unit)] },
    ],
  };
}
