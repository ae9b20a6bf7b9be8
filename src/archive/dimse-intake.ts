import type { Socket } from "node:net";
import dimse from "dcmjs-dimse";
import { type ArchiveLimits, badAnswer, tooLarge } from "./archive";
import { FileSink } from "./file-sink";
import { PduLengths } from "./pdu-lengths";
import type { ReceivedFiles } from "./received-files";

type PresentationContext = InstanceType<typeof dimse.association.PresentationContext>;
type StoreRequest = InstanceType<typeof dimse.requests.CStoreRequest>;
type StoredDataset = InstanceType<typeof dimse.Dataset>;

/** How instances that an archive sends become files. */
export interface Intake {
  received: ReceivedFiles;
  /** Transfer syntaxes that this program reads; an archive that has another need not send it. */
  transferSyntaxUids: readonly string[];
  /** What stands before a data set in a file (PS3.10 7.1). */
  fileMeta: (file: { sopClassUid: string; sopInstanceUid: string; transferSyntaxUid: string }) => Uint8Array;
  onInstance: () => void;
}

/** The extension points of the library's connections through which C-STORE data sets go. */
export interface StoreNetwork {
  createStoreWritableStream: (context: PresentationContext, request: StoreRequest) => unknown;
  createDatasetFromStoreWritableStream: (
    sink: never,
    context: PresentationContext,
    callback: (dataset: StoredDataset) => void,
  ) => void;
}

interface IntakeHooks {
  /** Throws where an instance may not come in. */
  check?: (request: StoreRequest) => void;
  /** Some bytes of an instance are in its file. */
  onBytes: () => void;
}

/**
 * Lets instances go to files as they come, and never through the library's parser, which would write them anew.
 * @returns removes what is left of an instance that did not come to its end
 */
export function receiveInto(
  network: StoreNetwork,
  { received, fileMeta, onInstance }: Intake,
  { check, onBytes }: IntakeHooks,
): () => void {
  let sink: FileSink | undefined;
  network.createStoreWritableStream = (context, request) => {
    const transferSyntaxUid = context.getAcceptedTransferSyntaxUid();
    if (context.getResult() !== dimse.constants.PresentationContextResult.Accept || !transferSyntaxUid) {
      throw badAnswer("it sends an instance in an encoding that nobody agreed to");
    }
    check?.(request);
    const instance = {
      sopClassUid: request.getAffectedSopClassUid(),
      sopInstanceUid: request.getAffectedSopInstanceUid(),
      transferSyntaxUid,
    };
    const opened = new FileSink(received, fileMeta(instance), onInstance);
    sink = opened;
    return {
      write: (bytes: Buffer) => {
        opened.write(bytes);
        onBytes();
        return true;
      },
      once: () => undefined,
      end: () => opened.end(),
    };
  };
  network.createDatasetFromStoreWritableStream = (_sink, _context, callback) =>
    callback(new dimse.Dataset({}));
  return () => sink?.drop();
}

/**
 * Refuses a peer whose messages are too large, before they fill the memory: the library collects all of a message but
 * the data sets of C-STORE, which go to files.
 * @param fail gets ARCHIVE_ANSWER or ARCHIVE_TOO_LARGE
 * @returns must be told whenever what came has been dealt with
 */
export function boundMessages(
  socket: Socket,
  { answerBytes }: Pick<ArchiveLimits, "answerBytes">,
  fail: (failure: Error) => void,
): () => void {
  const lengths = new PduLengths();
  let collected = 0;
  socket.prependListener("data", (bytes: Buffer) => {
    collected += bytes.length;
    if (!lengths.accept(bytes)) fail(badAnswer("it announces a message of a size that nobody agreed to"));
    else if (collected > answerBytes) fail(tooLarge("a message without end"));
  });
  return () => (collected = 0);
}
