import type dimse from "dcmjs-dimse";
import { type FoundStudy, isUid } from "../core/archive";

type Elements = InstanceType<typeof dimse.Dataset>;

/** An element's first value as text, by its keyword. */
export function textOf(elements: Elements, keyword: string): string | undefined {
  return valuesOf(elements, keyword)[0];
}

/** Values as the library gives them: text, numbers, names in groups, one or a list. */
function valuesOf(elements: Elements, keyword: string): string[] {
  const value: unknown = elements.getElement(keyword);
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  return values.flatMap((each) => {
    const text = typeof each === "object" && each !== null ? nameOf(each) : each;
    if (typeof text !== "string" && typeof text !== "number") return [];
    // PS3.5 6.2: values are padded with spaces, UIDs with a zero byte.
    const trimmed = String(text).replace(/[\s\0]+$/, "");
    return trimmed === "" ? [] : [trimmed];
  });
}

/** "Yamada^Tarou=山田^太郎" of its groups. */
function nameOf(value: object): string {
  if (value instanceof String) return value.valueOf();
  const groups = value as Record<string, unknown>;
  return ["Alphabetic", "Ideographic", "Phonetic"]
    .map((group) => (typeof groups[group] === "string" ? groups[group] : ""))
    .join("=")
    .replace(/=+$/, "");
}

/** Undefined where the archive names no UID that can be asked for. */
export function studyOf(elements: Elements): FoundStudy | undefined {
  const studyInstanceUid = textOf(elements, "StudyInstanceUID");
  if (studyInstanceUid === undefined || !isUid(studyInstanceUid)) return undefined;
  return {
    studyInstanceUid,
    patientName: textOf(elements, "PatientName"),
    patientId: textOf(elements, "PatientID"),
    birthDate: textOf(elements, "PatientBirthDate"),
    studyDate: textOf(elements, "StudyDate"),
    modalities: valuesOf(elements, "ModalitiesInStudy"),
    description: textOf(elements, "StudyDescription"),
    accessionNumber: textOf(elements, "AccessionNumber"),
    seriesCount: countOf(elements, "NumberOfStudyRelatedSeries"),
    instanceCount: countOf(elements, "NumberOfStudyRelatedInstances"),
  };
}

function countOf(elements: Elements, keyword: string): number | undefined {
  const text = textOf(elements, keyword);
  const count = Number(text);
  return text !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
