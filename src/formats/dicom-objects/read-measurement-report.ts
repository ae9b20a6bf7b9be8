import type { DataSet } from "dicom-parser";
import { SlicebenchError } from "../../core/errors";
import type { CodedConcept } from "../../core/mask/label-map";
import { parseDicom } from "../dicom/data-set";
import {
  readCode,
  readDecimals,
  readFloats,
  readItems,
  readText,
  readUnsignedShort,
} from "../dicom/elements";
import { tags } from "../dicom/tags";
import type { FileContent } from "../opened-file";
import type { MeasurementGroup, ReportedGraphic, ReportedNumber } from "./measurement-group";
import { objectTags } from "./object-tags";
import { readConcept } from "./read-concept";
import { groupConcepts } from "./report-content";

/**
 * Reads the groups of measurements of a report by TID 1500: of segments (TID 1411), of regions (TID 1410), of lengths and
 * angles (TID 1501). In their order; what else the report says is passed over.
 * @throws SlicebenchError REPORT_INVALID for an object that is no such report; and what the reader throws
 */
export function readMeasurementReport({ bytes }: FileContent): MeasurementGroup[] {
  const { dataSet } = parseDicom(bytes);
  const characterSet = readCode(dataSet, tags.specificCharacterSet);
  const measurements = content(dataSet).filter(named(groupConcepts.measurements));
  if (measurements.length === 0) throw invalid("It is no report of measurements (TID 1500).");
  return measurements
    .flatMap(content)
    .filter(named(groupConcepts.group))
    .map((group) => readGroup(group, characterSet));
}

function readGroup(group: DataSet, characterSet: string | undefined): MeasurementGroup {
  const items = content(group);
  const conceptOf = (name: CodedConcept) => {
    const item = items.find(named(name));
    return item && readConcept(item, objectTags.conceptCodeSequence, characterSet);
  };
  const [category, type] = [conceptOf(groupConcepts.findingCategory), conceptOf(groupConcepts.finding)];
  const segmentItem = items.find(named(groupConcepts.segment));
  const segment = segmentItem && readItems(segmentItem, objectTags.referencedSopSequence)[0];
  const numbers = items.filter((item) => readCode(item, objectTags.valueType) === "NUM");
  const coordinates = [...items, ...numbers.flatMap(content)].find(
    (item) => readCode(item, objectTags.valueType) === "SCOORD",
  );
  const text = (name: CodedConcept) => {
    const item = items.find(named(name));
    return (item && readText(item, objectTags.textValue, "UT", characterSet)) ?? "";
  };
  const uid = items.find(named(groupConcepts.trackingUid));
  return {
    template: readTemplate(group),
    trackingIdentifier: text(groupConcepts.trackingIdentifier),
    trackingUid: (uid && readCode(uid, objectTags.uid)) ?? "",
    ...(category && type && { finding: { category, type } }),
    ...(segment && {
      segment: {
        sopInstanceUid: readCode(segment, objectTags.referencedSopInstanceUid) ?? "",
        number: readUnsignedShort(segment, objectTags.referencedSegmentNumber) ?? 0,
      },
    }),
    ...(coordinates && { graphic: readGraphic(coordinates) }),
    numbers: numbers.map((item) => readNumber(item, characterSet)),
  };
}

function readTemplate(group: DataSet): MeasurementGroup["template"] {
  const [template] = readItems(group, objectTags.contentTemplateSequence);
  const identifier = template && readCode(template, objectTags.templateIdentifier);
  if (identifier === "1410" || identifier === "1411" || identifier === "1501") return identifier;
  throw invalid(`A group of measurements is by template ${identifier ?? "none"}.`);
}

function readGraphic(item: DataSet): ReportedGraphic {
  const type = readCode(item, objectTags.graphicType);
  if (type !== "POLYLINE" && type !== "ELLIPSE") throw invalid(`A graphic is a ${type ?? "nothing"}.`);
  const data = readFloats(item, objectTags.graphicData);
  const image = content(item).flatMap((source) => readItems(source, objectTags.referencedSopSequence))[0];
  if (!image) throw invalid("A graphic lies on no image.");
  const [frameNumber] = readDecimals(image, objectTags.referencedFrameNumber);
  return {
    type,
    points: Array.from({ length: data.length >> 1 }, (_, at) => ({
      row: data[2 * at + 1]!,
      column: data[2 * at]!,
    })),
    image: {
      sopClassUid: readCode(image, objectTags.referencedSopClassUid) ?? "",
      sopInstanceUid: readCode(image, objectTags.referencedSopInstanceUid) ?? "",
      ...(frameNumber !== undefined && { frameNumber }),
    },
  };
}

function readNumber(item: DataSet, characterSet: string | undefined): ReportedNumber {
  const concept = readConcept(item, objectTags.conceptNameCodeSequence, characterSet);
  const [measured] = readItems(item, objectTags.measuredValueSequence);
  const unit = measured && readConcept(measured, objectTags.measurementUnitsCodeSequence, characterSet);
  const [value] = measured ? readDecimals(measured, objectTags.numericValue) : [];
  if (!concept || !unit || value === undefined) throw invalid("A number has no name, unit or value.");
  const modifier = content(item).find(named(groupConcepts.derivation));
  const derivation = modifier && readConcept(modifier, objectTags.conceptCodeSequence, characterSet);
  return { concept, ...(derivation && { derivation }), unit, value };
}

const content = (item: DataSet): DataSet[] => readItems(item, objectTags.contentSequence);

/** Names are compared by code: meanings are for people. */
const named =
  ({ value, scheme }: CodedConcept) =>
  (item: DataSet): boolean => {
    const [name] = readItems(item, objectTags.conceptNameCodeSequence);
    return (
      name !== undefined &&
      readCode(name, objectTags.codeValue) === value &&
      readCode(name, objectTags.codingSchemeDesignator) === scheme
    );
  };

function invalid(seen: string): SlicebenchError {
  return new SlicebenchError("REPORT_INVALID", seen);
}
