import type { StudyQuery } from "../core/archive";

/** Matching keys of a study query by DICOM keyword (PS3.4 C.6.2.1.2), without those that match everything. */
export function matchingKeys(query: StudyQuery): Record<string, string> {
  const keys = {
    PatientName: query.patientName && asPrefix(query.patientName),
    PatientID: query.patientId,
    StudyDate: dateRange(query),
    ModalitiesInStudy: query.modality,
    AccessionNumber: query.accessionNumber,
    StudyDescription: query.description && asPrefix(query.description, { anywhere: true }),
    StudyInstanceUID: query.studyInstanceUid,
  };
  return Object.fromEntries(
    Object.entries(keys).filter((key): key is [string, string] => key[1] !== undefined && key[1] !== ""),
  );
}

/** Readers type how a name begins; whoever types a wildcard means it. */
function asPrefix(text: string, { anywhere = false } = {}): string {
  return /[*?]/.test(text) ? text : `${anywhere ? "*" : ""}${text}*`;
}

/** Range matching (PS3.4 C.2.2.2.5): "20200101-", "-20201231" or both. */
function dateRange({ from, to }: StudyQuery): string | undefined {
  if (from === undefined && to === undefined) return undefined;
  return from === to ? from : `${from ?? ""}-${to ?? ""}`;
}
