import dimse from "dcmjs-dimse";
import { SlicebenchError } from "../core/errors";
import type { ArchiveLimits } from "./archive";
import { type Associate, type DimsePeer, plainContext } from "./dimse-association";
import type { RetrieveOptions, WantedSeries } from "./dimse-get";
import { requireSuccess, statusOf } from "./dimse-status";
import { type MoveDestination, openStorageScp } from "./storage-scp";

const { constants, requests } = dimse;

export interface MoveOptions extends RetrieveOptions {
  peer: DimsePeer;
  destination: MoveDestination;
  limits: ArchiveLimits;
}

/**
 * C-MOVE of a series to this workstation (PS3.4 C.4.2), which listens for it only as long.
 * @returns how many instances the archive could not send
 * Throws ARCHIVE_PORT, ARCHIVE_CERTIFICATE, ARCHIVE_REFUSED, ARCHIVE_TOO_LARGE, ARCHIVE_DISK, and what an association throws.
 */
export async function moveSeries(
  associate: Associate,
  { studyInstanceUid, seriesInstanceUid, sopClassUids }: WantedSeries,
  { peer, destination, limits, intake, signal }: MoveOptions,
): Promise<number> {
  const { callingAeTitle, calledAeTitle, tls } = peer;
  const request = requests.CMoveRequest.createSeriesMoveRequest(
    callingAeTitle,
    studyInstanceUid,
    seriesInstanceUid,
  );
  let failures = 0;
  request.on("response", (response: { getFailures: () => number | undefined }) => {
    failures = response.getFailures() ?? failures;
  });
  const status = statusOf(request);
  const broken = new AbortController();
  let keepWaiting = (): void => undefined;
  const scp = await openStorageScp({
    destination,
    aeTitle: callingAeTitle,
    senderAeTitle: calledAeTitle,
    tls,
    sopClassUids,
    intake,
    limits,
    onActivity: () => keepWaiting(),
    onFailure: (failure) => broken.abort(failure),
  });
  try {
    await associate({
      requests: [request],
      contexts: [plainContext(constants.SopClass.StudyRootQueryRetrieveInformationModelMove)],
      signal: signal === undefined ? broken.signal : AbortSignal.any([signal, broken.signal]),
      onOpen: (wait) => (keepWaiting = wait),
    });
  } catch (thrown) {
    throw broken.signal.aborted && signal?.aborted !== true ? broken.signal.reason : thrown;
  } finally {
    scp.close();
  }
  const hasFailed = status() === 0xb000 || status() === 0xa702;
  if (hasFailed && !scp.wasReached()) throw unknownHere(callingAeTitle, destination);
  // B000: all was tried, and some failed (PS3.4 table C.4-2).
  if (status() !== 0xb000) requireSuccess(status(), "C-MOVE");
  return failures;
}

function unknownHere(aeTitle: string, { address, port }: MoveDestination): SlicebenchError {
  return new SlicebenchError(
    "ARCHIVE_REFUSED",
    "The archive could not reach this workstation to send to it.",
    {
      hint: `It must know ${aeTitle} at ${address}:${port}, and be let through to there. Ask who runs it.`,
    },
  );
}
