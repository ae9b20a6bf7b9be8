import dimse from "dcmjs-dimse";
import { type Associate, plainContext, type ProposedContext } from "./dimse-association";
import { requireSuccess, statusOf } from "./dimse-status";
import type { Intake } from "./dimse-intake";

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

export interface RetrieveOptions {
  intake: Intake;
  signal: AbortSignal | undefined;
}

/** An archive without a service does not accept its class, or says that it does not know it (PS3.7 annex C). */
const notOffered: readonly (number | undefined)[] = [undefined, 0x0122, 0x0211];

/**
 * C-GET of a series (PS3.4 C.4.3), over the association that this side opened.
 * @returns how many instances the archive could not send; undefined where it has no C-GET
 * Throws ARCHIVE_REFUSED, ARCHIVE_TOO_LARGE, ARCHIVE_DISK, and what an association throws.
 */
export async function getSeries(
  associate: Associate,
  { studyInstanceUid, seriesInstanceUid, sopClassUids }: WantedSeries,
  { intake, signal }: RetrieveOptions,
): Promise<number | undefined> {
  const request = requests.CGetRequest.createSeriesGetRequest(studyInstanceUid, seriesInstanceUid);
  let failures = 0;
  request.on("response", (response: { getFailures: () => number | undefined }) => {
    failures = response.getFailures() ?? failures;
  });
  const status = statusOf(request);
  await associate({
    requests: [request],
    contexts: [
      plainContext(SopClass.StudyRootQueryRetrieveInformationModelGet),
      ...storageContexts(sopClassUids, intake.transferSyntaxUids),
    ],
    intake,
    signal,
  });
  if (notOffered.includes(status())) return undefined;
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
