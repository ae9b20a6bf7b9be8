import type { DataSet } from "dicom-parser";
import { SlicebenchError } from "../../core/errors";
import type { FrameGeometry } from "../../core/image/frame";
import { parseDicom } from "../dicom/data-set";
import { readCode, readText } from "../dicom/elements";
import { withoutUndefined } from "../dicom/identity";
import { tags } from "../dicom/tags";
import { namingFile } from "../failures";
import { readContent } from "../file-content";

/** Attributes by keyword, as dcmjs takes them. */
export type Attributes = Record<string, unknown>;

/** A DICOM image that a derived object is made on: what the object says of its patient, study and source. */
export interface SourceInstance {
  sopClassUid: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  frameOfReferenceUid?: string;
  modality?: string;
  /** An instance of several frames is referenced frame by frame. */
  isMultiFrame: boolean;
  /** Patient, Patient Study and General Study modules, values as the source has them. */
  patientAndStudy: Attributes;
}

/** One frame of a source instance, and where it lies. */
export interface SourceFrame {
  instance: SourceInstance;
  /** In the instance, from 0. */
  frame: number;
  rows: number;
  columns: number;
  geometry: FrameGeometry;
}

/** How a value is copied: text in the file's own character set by its VR, other values where they are well formed. */
type Copying = "PN" | "LO" | "SH" | RegExp;

const date = /^\d{8}$/;
const time = /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/;
const decimal = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/** PS3.3 C.7.1.1, C.7.2.1, C.7.2.2. */
const copied: readonly (readonly [keyword: string, tag: string, how: Copying])[] = [
  ["PatientName", "x00100010", "PN"],
  ["PatientID", "x00100020", "LO"],
  ["IssuerOfPatientID", "x00100021", "LO"],
  ["PatientBirthDate", "x00100030", date],
  ["PatientSex", "x00100040", /^[MFO]$/],
  ["PatientAge", "x00101010", /^\d{3}[DWMY]$/],
  ["PatientSize", "x00101020", decimal],
  ["PatientWeight", "x00101030", decimal],
  ["PatientIdentityRemoved", "x00120062", /^(YES|NO)$/],
  ["DeidentificationMethod", "x00120063", "LO"],
  ["StudyInstanceUID", "x0020000d", /^[\d.]{1,64}$/],
  ["StudyDate", "x00080020", date],
  ["StudyTime", "x00080030", time],
  ["ReferringPhysicianName", "x00080090", "PN"],
  ["StudyID", "x00200010", "SH"],
  ["AccessionNumber", "x00080050", "SH"],
  ["StudyDescription", "x00081030", "LO"],
];

/** Type 2 attributes of those modules: present in every object, if need be without a value. */
const alwaysPresent = [
  "PatientName",
  "PatientID",
  "PatientBirthDate",
  "PatientSex",
  "StudyDate",
  "StudyTime",
  "ReferringPhysicianName",
  "StudyID",
  "AccessionNumber",
];

/**
 * Reads from a DICOM image what objects derived from it repeat and refer to.
 * @throws SlicebenchError EXPORT_NEEDS_DICOM for another file, or one without its UIDs; and what the reader throws
 */
export function readSourceInstance(file: string): Promise<SourceInstance> {
  return namingFile(file, async () => {
    const { bytes } = await readContent(file);
    let parsed;
    try {
      parsed = parseDicom(bytes);
    } catch (cause) {
      throw needsDicom("The series is not DICOM.", cause);
    }
    const { dataSet, sopClassUid } = parsed;
    const sopInstanceUid = readCode(dataSet, tags.sopInstanceUid);
    const studyInstanceUid = readCode(dataSet, tags.studyInstanceUid);
    const seriesInstanceUid = readCode(dataSet, tags.seriesInstanceUid);
    if (!sopClassUid || !sopInstanceUid || !studyInstanceUid || !seriesInstanceUid) {
      throw needsDicom("The image does not say which study, series and instance it is.");
    }
    return {
      sopClassUid,
      sopInstanceUid,
      studyInstanceUid,
      seriesInstanceUid,
      ...withoutUndefined({
        frameOfReferenceUid: readCode(dataSet, tags.frameOfReferenceUid),
        modality: readCode(dataSet, tags.modality),
      }),
      isMultiFrame: dataSet.elements[tags.numberOfFrames] !== undefined,
      patientAndStudy: readPatientAndStudy(dataSet),
    };
  });
}

function readPatientAndStudy(dataSet: DataSet): Attributes {
  const attributes: Attributes = Object.fromEntries(alwaysPresent.map((keyword) => [keyword, ""]));
  for (const [keyword, tag, how] of copied) {
    const value = typeof how === "string" ? readText(dataSet, tag, how) : readCode(dataSet, tag);
    if (value === undefined || (typeof how !== "string" && !how.test(value))) continue;
    attributes[keyword] = value.includes("\\") ? value.split("\\") : value;
  }
  return attributes;
}

function needsDicom(seen: string, cause?: unknown): SlicebenchError {
  return new SlicebenchError("EXPORT_NEEDS_DICOM", `${seen} A DICOM result refers to DICOM images.`, {
    hint: "Export it as NIfTI, PNG, COCO or CSV.",
    ...(cause !== undefined && { cause }),
  });
}
