/** What is asked of an image archive, and what it says: the words that DICOMweb and DIMSE share. */

/** Looks for studies; what is absent matches everything. `*` and `?` are wildcards (PS3.4 C.2.2.2.4). */
export interface StudyQuery {
  patientName?: string | undefined;
  patientId?: string | undefined;
  /** YYYYMMDD, the first and the last day. */
  from?: string | undefined;
  to?: string | undefined;
  /** "CT". */
  modality?: string | undefined;
  accessionNumber?: string | undefined;
  description?: string | undefined;
  studyInstanceUid?: string | undefined;
  /** Names that sound or look alike too, where the archive can. */
  fuzzy?: boolean | undefined;
  /** How many at most, and how many are passed over before. */
  limit: number;
  offset: number;
}

/** A study as the archive describes it. Everything but its UID may be missing. */
export interface FoundStudy {
  studyInstanceUid: string;
  /** As DICOM writes it: `readablePersonName` reads it. */
  patientName?: string | undefined;
  patientId?: string | undefined;
  /** YYYYMMDD. */
  birthDate?: string | undefined;
  studyDate?: string | undefined;
  modalities: string[];
  description?: string | undefined;
  accessionNumber?: string | undefined;
  seriesCount?: number | undefined;
  instanceCount?: number | undefined;
}

export interface FoundStudies {
  studies: FoundStudy[];
  /** The archive has more of them, after these. */
  more: boolean;
  /** What the reader must know of how the archive searched. */
  warnings: string[];
}

/** What became of one instance that was sent. */
export interface SentInstance {
  file: string;
  sopInstanceUid: string;
  state: "stored" | "stored-with-warning" | "refused";
  /** Why it was refused, or what the archive changed. */
  reason?: string | undefined;
}

/** Digits and dots, 64 at most (PS3.5 9.1). Nothing else that an archive says is asked for again by its UID. */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^\d+(?:\.\d+)+$/.test(text);
}
