import { isUid, type FoundStudies, type SentInstance, type StudyQuery } from "../core/archive";
import { SlicebenchError } from "../core/errors";

/** A DICOM file that is to be sent. */
export interface OutgoingFile {
  file: string;
  sopClassUid: string;
  sopInstanceUid: string;
  transferSyntaxUid: string;
}

export interface FetchRequest {
  studyInstanceUid: string;
  /** All of the study's without it. */
  seriesInstanceUid?: string | undefined;
  /** An empty folder. Files in it get numbers as names: nothing that the archive says becomes part of a path. */
  folder: string;
  signal?: AbortSignal | undefined;
  /** In instances; the total is what the archive announced. */
  onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** What came of a fetch. Nobody has looked into the files yet. */
export interface FetchedFiles {
  files: string[];
  /** As the archive announced; fewer files than that are a study with holes. */
  announced?: number | undefined;
  warnings: string[];
}

export interface SendRequest {
  files: readonly OutgoingFile[];
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * An image archive on the network, behind either protocol. Nothing is connected before a method is called, nothing stays
 * connected after it.
 * Throws ARCHIVE_UNREACHABLE, ARCHIVE_TIMEOUT, ARCHIVE_UNTRUSTED, ARCHIVE_TLS, ARCHIVE_LOGIN, ARCHIVE_REFUSED, ARCHIVE_ANSWER,
 * ARCHIVE_TOO_LARGE; CancelledError.
 */
export interface Archive {
  /** Whether it is there and lets this workstation in. */
  echo(signal?: AbortSignal): Promise<void>;
  find(query: StudyQuery, signal?: AbortSignal): Promise<FoundStudies>;
  fetch(request: FetchRequest): Promise<FetchedFiles>;
  /** One answer a file, in their order. */
  send(request: SendRequest): Promise<SentInstance[]>;
}

/** What an archive may make this machine take in. */
export interface ArchiveLimits {
  /** Of a list of studies or series. */
  answerBytes: number;
  instanceBytes: number;
  studyBytes: number;
  instances: number;
  /** Without a byte from the archive. */
  idleMs: number;
}

export const defaultLimits: ArchiveLimits = {
  answerBytes: 64 * 2 ** 20,
  instanceBytes: 4 * 2 ** 30,
  studyBytes: 64 * 2 ** 30,
  instances: 200_000,
  idleMs: 60_000,
};

/** Throws ARCHIVE_UID for what cannot be a UID. */
export function requireUid(text: string): string {
  if (isUid(text)) return text;
  throw new SlicebenchError("ARCHIVE_UID", "This is not a DICOM UID.", {
    hint: "A UID is made of digits and dots. Take it from a search.",
  });
}

export function tooLarge(what: string): SlicebenchError {
  return new SlicebenchError("ARCHIVE_TOO_LARGE", `The archive sends ${what}, which is too much.`, {
    hint: "Fetch single series, or ask who runs the archive.",
  });
}

export function badAnswer(what: string, cause?: unknown): SlicebenchError {
  return new SlicebenchError("ARCHIVE_ANSWER", `The archive's answer cannot be read: ${what}.`, {
    hint: "Check the address: it may be that of something else than a DICOM archive.",
    cause,
  });
}
