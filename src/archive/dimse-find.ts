import dimse from "dcmjs-dimse";
import { type Associate, plainContext } from "./dimse-association";
import { requireSuccess, statusOf } from "./dimse-status";

const { constants } = dimse;

type Found = InstanceType<typeof dimse.Dataset>;

/**
 * C-FIND (PS3.4 C.4.1), the requests one after the other.
 * @returns one list of answers a request, each cut off at `wanted`
 * Throws ARCHIVE_REFUSED, and what an association throws.
 */
export async function search(
  associate: Associate,
  finds: readonly InstanceType<typeof dimse.requests.CFindRequest>[],
  { wanted, signal }: { wanted: number; signal: AbortSignal | undefined },
): Promise<Found[][]> {
  if (finds.length === 0) return [];
  const found: Found[][] = finds.map(() => []);
  const enough = new AbortController();
  const statuses = finds.map((request, index) => {
    request.on("response", (response: { hasDataset: () => boolean; getDataset: () => Found | undefined }) => {
      const elements = response.hasDataset() ? response.getDataset() : undefined;
      if (elements !== undefined) found[index]!.push(elements);
      // Nobody will look at the rest, however much that is.
      if (found[index]!.length >= wanted) enough.abort();
    });
    return statusOf(request);
  });
  const both = signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal]);
  const context = plainContext(constants.SopClass.StudyRootQueryRetrieveInformationModelFind);
  try {
    await associate({ requests: finds, contexts: [context], signal: both });
  } catch (thrown) {
    if (!enough.signal.aborted || signal?.aborted === true) throw thrown;
    return found;
  }
  for (const status of statuses) requireSuccess(status(), "C-FIND");
  return found;
}

/** Names beyond ASCII need to say how they are written (PS3.5 6.1.2.1). */
export function asciiSafe(keys: Record<string, string>): Record<string, string> {
  // eslint-disable-next-line no-control-regex -- ASCII begins with control characters
  const isAscii = /^[\x00-\x7F]*$/.test(Object.values(keys).join(""));
  return isAscii ? keys : { ...keys, SpecificCharacterSet: "ISO_IR 192" };
}
