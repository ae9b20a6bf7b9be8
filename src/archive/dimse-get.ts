import dimse from "dcmjs-dimse";
import { type Associate, plainContext, type ProposedContext } from "./dimse-association";
import { requireSuccess, statusOf } from "./dimse-status";
import { FileSink } from "./file-sink";
import { notKept, type ReceivedFiles } from "./received-files";

const { constants, requests } = dimse;
const { SopClass, StorageClass } = constants;

const implicitLittleEndian = "1.2.840.10008.1.2";
const explicitLittleEndian = "1.2.840.10008.1.2.1";
/** Ids of presentation contexts are odd and fit a byte; one is taken by the request itself. */
const mostStorageContexts = 127;

/** One series of a study, and what is known of it. */
export interface WantedSeries {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  /** Of its instances; empty where the archive does not say. */
  sopClassUids: readonly string[];
}

/** How instances become files. */
export interface Intake {
  received: ReceivedFiles;
  /** Transfer syntaxes that this program reads; an archive that has another need not send it. */
  transferSyntaxUids: readonly string[];
  /** What stands before a data set in a file (PS3.10 7.1). */
  fileMeta: (file: { sopClassUid: string; sopInstanceUid: string; transferSyntaxUid: string }) => Uint8Array;
  onInstance: () => void;
  signal: AbortSignal | undefined;
}

/**
 * C-GET of a series (PS3.4 C.4.3), over the association that this side opened.
 * @returns how many instances the archive could not send
 * Throws ARCHIVE_REFUSED, ARCHIVE_TOO_LARGE, ARCHIVE_DISK, and what an association throws.
 */
export async function getSeries(
  associate: Associate,
  { studyInstanceUid, seriesInstanceUid, sopClassUids }: WantedSeries,
  { received, transferSyntaxUids, fileMeta, onInstance, signal }: Intake,
): Promise<number> {
  const request = requests.CGetRequest.createSeriesGetRequest(studyInstanceUid, seriesInstanceUid);
  let failures = 0;
  request.on("response", (response: { getFailures: () => number | undefined }) => {
    failures = response.getFailures() ?? failures;
  });
  const status = statusOf(request);
  let sink: FileSink | undefined;
  try {
    await associate({
      requests: [request],
      contexts: [
        plainContext(SopClass.StudyRootQueryRetrieveInformationModelGet),
        ...storageContexts(sopClassUids, transferSyntaxUids),
      ],
      receive: (instance) => {
        sink = new FileSink(received, fileMeta(instance), onInstance);
        return sink;
      },
      signal,
    });
  } catch (thrown) {
    sink?.drop();
    throw notKept(thrown);
  }
  // B000: all was tried, and some failed (PS3.4 table C.4-3).
  if (status() !== 0xb000) requireSuccess(status(), "C-GET");
  return failures;
}

/** Each class in each syntax, one context each, so that an archive need not transcode. */
function storageContexts(
  sopClassUids: readonly string[],
  transferSyntaxUids: readonly string[],
): ProposedContext[] {
  const classes = sopClassUids.length > 0 ? sopClassUids : Object.values(StorageClass);
  const syntaxes =
    classes.length * transferSyntaxUids.length <= mostStorageContexts
      ? transferSyntaxUids
      : [explicitLittleEndian, implicitLittleEndian];
  return classes
    .flatMap((sopClassUid) =>
      syntaxes.map((transferSyntaxUid) => ({ sopClassUid, transferSyntaxUid, receives: true })),
    )
    .slice(0, mostStorageContexts);
}
