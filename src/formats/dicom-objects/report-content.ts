import type { CodedConcept } from "../../core/mask/label-map";
import { codeItem, decimalString } from "./derived-object";
import { dcm, sct } from "./codes";
import type { MeasurementGroup, ReportedGraphic, ReportedImage, ReportedNumber } from "./measurement-group";
import type { Attributes } from "./source-instance";
import { segmentationClasses } from "./write-segmentation";

/** Content items of structured reports (PS3.3 C.17.3), as attributes. */

/** What a group of measurements consists of: the writer and the reader know its parts by these names. */
export const groupConcepts = {
  measurements: dcm("126010", "Imaging Measurements"),
  group: dcm("125007", "Measurement Group"),
  trackingIdentifier: dcm("112039", "Tracking Identifier"),
  trackingUid: dcm("112040", "Tracking Unique Identifier"),
  findingCategory: sct("276214006", "Finding category"),
  finding: dcm("121071", "Finding"),
  segment: dcm("121191", "Referenced Segment"),
  region: dcm("111030", "Image Region"),
  sourceOfMeasurement: dcm("121112", "Source of Measurement"),
  derivation: dcm("121401", "Derivation"),
} as const;

/** A group as the container that its template asks for. @param sourceSeriesUid the series that segments were made on */
export function groupContainer(group: MeasurementGroup, sourceSeriesUid: string): Attributes {
  const { template, trackingIdentifier, trackingUid, finding, segment, graphic, numbers } = group;
  const isRegion = template === "1410";
  return container(groupConcepts.group, template, [
    ...text("HAS OBS CONTEXT", groupConcepts.trackingIdentifier, trackingIdentifier),
    ...uid("HAS OBS CONTEXT", groupConcepts.trackingUid, trackingUid),
    ...(finding === undefined
      ? []
      : [
          ...code("CONTAINS", groupConcepts.findingCategory, finding.category),
          ...code("CONTAINS", groupConcepts.finding, finding.type),
        ]),
    ...(segment === undefined
      ? []
      : [
          {
            RelationshipType: "CONTAINS",
            ValueType: "IMAGE",
            ConceptNameCodeSequence: [codeItem(groupConcepts.segment)],
            ReferencedSOPSequence: [
              {
                ReferencedSOPClassUID: segmentationClasses.segmentation,
                ReferencedSOPInstanceUID: segment.sopInstanceUid,
                ReferencedSegmentNumber: segment.number,
              },
            ],
          },
          ...uid("CONTAINS", dcm("121232", "Source series for segmentation"), sourceSeriesUid),
        ]),
    ...(isRegion && graphic ? [coordinates("CONTAINS", groupConcepts.region, graphic)] : []),
    ...numbers.map((number) =>
      numberItem(
        number,
        isRegion || !graphic
          ? []
          : [coordinates("INFERRED FROM", groupConcepts.sourceOfMeasurement, graphic)],
      ),
    ),
  ]);
}

export function container(
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

export const code = (relationship: string, name: CodedConcept, value: CodedConcept) =>
  item(relationship, "CODE", name, { ConceptCodeSequence: [codeItem(value)] });
export const text = (relationship: string, name: CodedConcept, value: string) =>
  item(relationship, "TEXT", name, { TextValue: value });
export const uid = (relationship: string, name: CodedConcept, value: string) =>
  item(relationship, "UIDREF", name, { UID: value });

/** A column, then a row for each point (PS3.3 C.18.6.1.2), with the image that they were selected from. */
function coordinates(
  relationship: string,
  name: CodedConcept,
  { type, points, image }: ReportedGraphic,
): Attributes {
  return {
    RelationshipType: relationship,
    ValueType: "SCOORD",
    ConceptNameCodeSequence: [codeItem(name)],
    GraphicType: type,
    GraphicData: points.flatMap(({ row, column }) => [column, row]),
    ContentSequence: [
      { RelationshipType: "SELECTED FROM", ValueType: "IMAGE", ReferencedSOPSequence: [imageItem(image)] },
    ],
  };
}

function imageItem({ sopClassUid, sopInstanceUid, frameNumber }: ReportedImage): Attributes {
  return {
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
    ...(frameNumber !== undefined && { ReferencedFrameNumber: String(frameNumber) }),
  };
}

function numberItem(
  { concept, derivation, unit, value }: ReportedNumber,
  sources: readonly Attributes[],
): Attributes {
  const content = [
    ...(derivation ? code("HAS CONCEPT MOD", groupConcepts.derivation, derivation) : []),
    ...sources,
  ];
  return {
    RelationshipType: "CONTAINS",
    ValueType: "NUM",
    ConceptNameCodeSequence: [codeItem(concept)],
    MeasuredValueSequence: [
      { NumericValue: decimalString(value), MeasurementUnitsCodeSequence: [codeItem(unit)] },
    ],
    ...(content.length > 0 && { ContentSequence: content }),
  };
}
