import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Archive, FetchRequest, OutgoingFile } from "../../archive/archive";
import { CancelledError, SlicebenchError, toWireError, type WireError } from "../../core/errors";
import { openFile } from "../../formats/open";

/** What a fetch left in its folder. */
export interface FetchedStudy {
  files: string[];
  /** What is missing or was thrown away, and why. */
  problems: WireError[];
}

/** One date for all: a series keeps its id, and so its layers, when the same files are fetched again. */
const fetchedAt = new Date("2000-01-01T00:00:00Z");

/**
 * Fetches a study and looks into each file: what is not DICOM, or of another study than was asked for, is thrown away.
 * Files are named by their content.
 * Throws what `Archive` throws, and ARCHIVE_EMPTY where nothing is left.
 */
export async function fetchStudy(archive: Archive, request: FetchRequest): Promise<FetchedStudy> {
  const { files: arrived, announced, warnings } = await archive.fetch(request);
  const problems: WireError[] = warnings.map((message) => ({ code: "ARCHIVE_WARNING", message }));
  const files = new Set<string>();
  for (const file of arrived) {
    if (request.signal?.aborted === true) throw new CancelledError();
    try {
      await requireOfStudy(file, request);
      files.add(await nameByContent(file, request.folder));
    } catch (thrown) {
      await rm(file, { force: true });
      // The file is gone; its number says nothing to anybody.
      const { code, message } = toWireError(thrown);
      problems.push({ code, message: `One instance was thrown away: ${message}` });
    }
  }
  if (files.size === 0) {
    throw new SlicebenchError(
      "ARCHIVE_EMPTY",
      "The archive sent no instance of this study that can be read.",
      {
        hint: problems[0]?.message ?? "It may have been moved or deleted. Search again.",
      },
    );
  }
  if (announced !== undefined && arrived.length !== announced) {
    problems.push({
      code: "ARCHIVE_INCOMPLETE",
      message: `The archive announced ${announced} instances and sent ${arrived.length}.`,
      hint: "Fetch the study again, or ask who runs the archive.",
    });
  }
  return { files: [...files], problems };
}

async function requireOfStudy(
  file: string,
  { studyInstanceUid, seriesInstanceUid }: FetchRequest,
): Promise<void> {
  const { format, identity } = await openFile(file, { headerOnly: true });
  if (format !== "dicom") throw new SlicebenchError("ARCHIVE_ANSWER", "It is not DICOM.");
  const isOther =
    identity.studyInstanceUid !== studyInstanceUid ||
    (seriesInstanceUid !== undefined && identity.seriesInstanceUid !== seriesInstanceUid);
  if (isOther) throw new SlicebenchError("ARCHIVE_OTHER_STUDY", "It belongs to another study.");
}

async function nameByContent(file: string, folder: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const named = join(folder, `${hash.digest("hex").slice(0, 32)}.dcm`);
  await rename(file, named);
  await utimes(named, fetchedAt, fetchedAt);
  return named;
}

/** What must be known of a DICOM file to send it. Throws ARCHIVE_NOT_DICOM and what opening throws. */
export async function outgoingFile(file: string): Promise<OutgoingFile> {
  const { sopClassUid, transferSyntaxUid, identity } = await openFile(file, { headerOnly: true });
  const { sopInstanceUid } = identity;
  if (sopClassUid === undefined || transferSyntaxUid === undefined || sopInstanceUid === undefined) {
    throw new SlicebenchError("ARCHIVE_NOT_DICOM", "Only DICOM instances can be sent to an archive.", {
      file,
    });
  }
  return { file, sopClassUid, sopInstanceUid, transferSyntaxUid };
}
