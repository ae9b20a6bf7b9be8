import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import dimse from "dcmjs-dimse";
import { CancelledError, SlicebenchError } from "../core/errors";
import { type ArchiveLimits, badAnswer } from "./archive";
import { boundMessages, type Intake, receiveInto, type StoreNetwork } from "./dimse-intake";
import { describeNetworkFailure, IdleError } from "./network-failures";
import { notKept } from "./received-files";
import { secureContext, type TlsIdentity } from "./tls";

const { Client, log, responses, constants } = dimse;

// It writes each message to standard output, where results of the command line go.
log.setLevel("silent", false);

type Association = InstanceType<typeof dimse.association.Association>;
type Request = InstanceType<typeof dimse.requests.Request>;
type StoreRequest = InstanceType<typeof dimse.requests.CStoreRequest>;

/** Where an archive listens, and by which application entity titles both know each other (PS3.8 7.1.1). */
export interface DimsePeer {
  host: string;
  port: number;
  calledAeTitle: string;
  callingAeTitle: string;
  /** Encrypts (PS3.15 annex B); without it, everybody on the way can read along. */
  tls?: TlsIdentity | undefined;
}

/** An SOP class in one transfer syntax. */
export interface ProposedContext {
  sopClassUid: string;
  transferSyntaxUid: string;
  /** This side receives instances of the class, as C-GET has it (PS3.7 D.3.3.4). */
  receives?: boolean;
}

interface Exchange {
  requests: readonly Request[];
  contexts: readonly ProposedContext[];
  /** Takes in the instances that come within the association. */
  intake?: Intake;
  /** Gets what is to be called while the archive is at work elsewhere: the time that it may take begins anew. */
  onOpen?: (keepWaiting: () => void) => void;
  limits: ArchiveLimits;
  signal?: AbortSignal | undefined;
}

/** Makes an exchange with one archive, within its limits. */
export type Associate = (exchange: Omit<Exchange, "limits">) => Promise<void>;

/** A class of messages, whose data sets any archive reads in the default transfer syntax (PS3.5 10.1). */
export const plainContext = (sopClassUid: string): ProposedContext => ({
  sopClassUid,
  transferSyntaxUid: "1.2.840.10008.1.2",
});

/** What the library's client has and its types do not tell: the extension points that its server side documents. */
interface ClientNetwork extends StoreNetwork {
  socket: Socket;
  on: (event: "abort", listener: () => void) => void;
  sendAssociationRequest: (association: Association) => void;
}

/**
 * Opens an association, makes its requests one after the other, and releases it. Requests tell their answers by their
 * own `response` events; one whose class the archive does not accept gets none.
 * Throws ARCHIVE_UNREACHABLE, ARCHIVE_TIMEOUT, ARCHIVE_UNTRUSTED, ARCHIVE_TLS, ARCHIVE_LOGIN where the archive does not know
 * the titles or wants a certificate, ARCHIVE_ANSWER,
 * ARCHIVE_TOO_LARGE, ARCHIVE_DISK where instances cannot be kept, and CancelledError.
 */
export function associate(peer: DimsePeer, exchange: Exchange): Promise<void> {
  const { requests, contexts, intake, limits, signal, onOpen } = exchange;
  if (signal?.aborted === true) return Promise.reject(new CancelledError());
  const client = new Client();
  for (const request of requests) client.addRequest(request);
  return new Promise((resolve, reject) => {
    let dropUnfinished = (): void => undefined;
    const networkOf = () => (client as unknown as { network?: ClientNetwork }).network;
    const end = (failure?: Error): void => {
      signal?.removeEventListener("abort", cancel);
      networkOf()?.socket.destroy();
      if (failure === undefined) {
        resolve();
        return;
      }
      dropUnfinished();
      reject(failure);
    };
    const cancel = (): void => end(new CancelledError());
    signal?.addEventListener("abort", cancel, { once: true });
    client.on("associationReleased", () => end());
    client.on("associationRejected", (answer: Rejection) => end(rejected(peer, answer)));
    client.on("networkError", (thrown: Error) => end(failureOf(peer, thrown)));
    client.on("closed", () => end(closedEarly(peer)));
    client.on("cStoreRequest", (request: StoreRequest, answer: (response: unknown) => void) => {
      const response = responses.CStoreResponse.fromRequest(request);
      response.setStatus(constants.Status.Success);
      answer(response);
    });
    client.send(peer.host, peer.port, peer.callingAeTitle, peer.calledAeTitle, {
      // Of any silence on the connection. The library's others would end what is slow and not silent.
      connectTimeout: limits.idleMs,
      associationTimeout: Infinity,
      pduTimeout: Infinity,
      ...(peer.tls !== undefined && {
        securityOptions: { ...secureContext(peer.tls), rejectUnauthorized: true },
      }),
    });
    // It is there from here on, and goes with its connection.
    const network = networkOf()!;
    // Before the library puts it into a sentence of its own.
    network.socket.prependListener("error", (thrown) =>
      end(describeNetworkFailure(thrown, addressOf(peer)) ?? closedEarly(peer, thrown)),
    );
    network.on("abort", () => end(closedEarly(peer)));
    const messageEnded = boundMessages(network.socket, limits, end);
    for (const request of requests) request.on("response", messageEnded);
    proposeContexts(network, contexts);
    if (intake !== undefined) dropUnfinished = receiveInto(network, intake, { onBytes: messageEnded });
    onOpen?.(() => network.socket.setTimeout(limits.idleMs));
  });
}

/** The client proposes what it guesses from the requests; which roles and syntaxes are wanted, only this side knows. */
function proposeContexts(network: ClientNetwork, contexts: readonly ProposedContext[]): void {
  const send = network.sendAssociationRequest.bind(network);
  network.sendAssociationRequest = (association) => {
    association.clearPresentationContexts();
    const withRole = new Set<string>();
    for (const { sopClassUid, transferSyntaxUid, receives } of contexts) {
      const id = association.addPresentationContext(sopClassUid);
      association.addTransferSyntaxToPresentationContext(id, transferSyntaxUid);
      // A role is the class's, so it is said once.
      if (receives !== true || withRole.has(sopClassUid)) continue;
      association.getPresentationContext(id).setProviderRole(true);
      withRole.add(sopClassUid);
    }
    const { socket } = network;
    // The library sends as soon as it is connected, before it is known to whom.
    if (socket instanceof TLSSocket) socket.once("secureConnect", () => send(association));
    else send(association);
  };
}

interface Rejection {
  source: number;
  reason: number;
}

/** PS3.8 table 9-21. */
function rejected(
  { calledAeTitle, callingAeTitle }: DimsePeer,
  { source, reason }: Rejection,
): SlicebenchError {
  const { RejectSource, RejectReason } = constants;
  const isTitle =
    source === RejectSource.ServiceUser &&
    (reason === RejectReason.CalledAeNotRecognized || reason === RejectReason.CallingAeNotRecognized);
  if (!isTitle) {
    return new SlicebenchError(
      "ARCHIVE_REFUSED",
      `The archive refused the association (${source}/${reason}).`,
      {
        hint: "It may be busy, or not know this workstation. Ask who runs it.",
      },
    );
  }
  const isCalled = reason === RejectReason.CalledAeNotRecognized;
  return new SlicebenchError(
    "ARCHIVE_LOGIN",
    isCalled
      ? `The archive does not go by the title ${calledAeTitle}.`
      : `The archive does not know this workstation as ${callingAeTitle}.`,
    {
      hint: isCalled
        ? "Check the archive's AE title in Settings."
        : "Ask who runs the archive to add this workstation's title and address.",
    },
  );
}

function failureOf(peer: DimsePeer, failed: Error): Error {
  const thrown = notKept(failed);
  if (thrown instanceof SlicebenchError) return thrown;
  if (/timeout/i.test(thrown.message)) return describeNetworkFailure(new IdleError(), addressOf(peer))!;
  return badAnswer("it is not what DICOM has", thrown);
}

function closedEarly(peer: DimsePeer, cause?: unknown): SlicebenchError {
  return new SlicebenchError(
    "ARCHIVE_UNREACHABLE",
    `The connection with the archive at ${addressOf(peer)} failed.`,
    { hint: "Check its address and its port, and whether it runs.", cause },
  );
}

const addressOf = ({ host, port }: DimsePeer) => `${host}:${port}`;
