import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createServer as createSecureServer, type TlsOptions } from "node:tls";
import dimse from "dcmjs-dimse";
import { SlicebenchError } from "../core/errors";
import { type ArchiveLimits, badAnswer } from "./archive";
import { boundMessages, type Intake, receiveInto } from "./dimse-intake";
import { notKept } from "./received-files";
import type { TlsIdentity } from "./tls";

const { Scp, constants, responses } = dimse;
const { PresentationContextResult, RejectReason, RejectResult, RejectSource, StorageClass } = constants;

type Association = InstanceType<typeof dimse.association.Association>;
type StoreRequest = InstanceType<typeof dimse.requests.CStoreRequest>;

/** More associations at once than any archive opens for one study. */
const mostConnections = 16;
/** What this side announces as its largest PDU to whoever has no limit of its own (PS3.8 D.1). */
const announcedPduBytes = 2 ** 18;

/** Where this workstation listens while a study is moved to it. */
export interface MoveDestination {
  /** Of the network interface: "127.0.0.1" is this machine alone. */
  address: string;
  port: number;
}

export interface StorageScpOptions {
  destination: MoveDestination;
  /** This workstation's title, which is called, and the archive's, which calls. */
  aeTitle: string;
  senderAeTitle: string;
  tls?: TlsIdentity | undefined;
  /** Classes that are expected; any storage class without them. */
  sopClassUids: readonly string[];
  intake: Intake;
  limits: ArchiveLimits;
  /** Something came of an association that was let in. */
  onActivity: () => void;
  /** What came cannot be kept: nothing more of it should be sent. */
  onFailure: (failure: SlicebenchError) => void;
}

export interface StorageScp {
  /** Whether anybody was let in so far. */
  wasReached: () => boolean;
  /** Hangs up, and removes what is unfinished. */
  close: () => void;
}

/**
 * Takes in what an archive sends by C-MOVE (PS3.4 annex B), until it is closed. Let in is who calls this workstation by
 * its title and itself by the archive's; everybody else is refused.
 * Throws ARCHIVE_PORT where it cannot listen, ARCHIVE_CERTIFICATE where TLS lacks one.
 */
export async function openStorageScp(options: StorageScpOptions): Promise<StorageScp> {
  const { address, port } = options.destination;
  const open = new Set<StorageAssociation>();
  let wasReached = false;
  const onActivity = () => {
    wasReached = true;
    options.onActivity();
  };
  const take = (socket: Socket) => {
    const association = new StorageAssociation(socket, { ...options, onActivity });
    open.add(association);
    socket.once("close", () => open.delete(association));
  };
  const server =
    options.tls === undefined ? createServer(take) : createSecureServer(certified(options.tls), take);
  server.maxConnections = mostConnections;
  server.listen({ host: address, port });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new SlicebenchError("ARCHIVE_PORT", `This workstation cannot listen at ${address}:${port}.`, {
      hint: "Another program may use the port, or the address is not one of this machine's. Choose others in Settings.",
      cause,
    });
  }
  return {
    wasReached: () => wasReached,
    close: () => {
      server.close();
      for (const association of open) association.hangUp();
    },
  };
}

/**
 * An archive that sends over TLS shows a certificate of the same authority, and gets this workstation's. Those that Node
 * trusts are no proof here: anybody has one.
 */
function certified({ ca, certificate, key }: TlsIdentity): TlsOptions {
  if (ca === undefined || certificate === undefined || key === undefined) {
    throw new SlicebenchError(
      "ARCHIVE_CERTIFICATE",
      "The archive cannot send to this workstation over TLS.",
      {
        hint: "Name the certificate authority's file, and this workstation's certificate and key, in Settings.",
      },
    );
  }
  return { ca, cert: certificate, key, minVersion: "TLSv1.2", requestCert: true, rejectUnauthorized: true };
}

/** One association that an archive opened. */
class StorageAssociation extends Scp {
  readonly #dropUnfinished: () => void;
  #isLetIn = false;

  constructor(
    private readonly connection: Socket,
    private readonly options: StorageScpOptions,
  ) {
    super(connection, {
      connectTimeout: options.limits.idleMs,
      associationTimeout: Infinity,
      pduTimeout: Infinity,
    });
    const { intake, limits, onActivity } = options;
    const messageEnded = boundMessages(connection, limits, (failure) => this.#fail(failure));
    this.#dropUnfinished = receiveInto(this, intake, {
      check: (request) => this.#check(request),
      onBytes: () => {
        messageEnded();
        onActivity();
      },
    });
    this.on("networkError", (thrown: Error) => this.#fail(thrown));
    this.on("close", () => this.hangUp());
  }

  hangUp(): void {
    this.connection.destroy();
    this.#dropUnfinished();
  }

  override associationRequested(association: Association): void {
    const { aeTitle, senderAeTitle, onActivity } = this.options;
    const isCalled = association.getCalledAeTitle().trim() === aeTitle.trim();
    if (!isCalled || association.getCallingAeTitle().trim() !== senderAeTitle.trim()) {
      this.sendAssociationReject(
        RejectResult.Permanent,
        RejectSource.ServiceUser,
        isCalled ? RejectReason.CallingAeNotRecognized : RejectReason.CalledAeNotRecognized,
      );
      this.connection.end();
      return;
    }
    this.#isLetIn = true;
    onActivity();
    for (const { id } of association.getPresentationContexts()) {
      this.#answerContext(association.getPresentationContext(id));
    }
    if (association.getMaxPduLength() === 0) association.setMaxPduLength(announcedPduBytes);
    this.sendAssociationAccept();
  }

  override associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
    this.connection.end();
  }

  override cStoreRequest(
    request: StoreRequest,
    answer: (response: InstanceType<typeof responses.CStoreResponse>) => void,
  ): void {
    const response = responses.CStoreResponse.fromRequest(request);
    response.setStatus(constants.Status.Success);
    answer(response);
  }

  override abort(): void {
    this.hangUp();
  }

  /** The first of the proposed transfer syntaxes that this program reads, as archives name the stored one first. */
  #answerContext(context: InstanceType<typeof dimse.association.PresentationContext>): void {
    const { sopClassUids, intake } = this.options;
    const classes = sopClassUids.length > 0 ? sopClassUids : Object.values(StorageClass);
    const syntax = context.getTransferSyntaxUids().find((uid) => intake.transferSyntaxUids.includes(uid));
    if (!classes.includes(context.getAbstractSyntaxUid())) {
      context.setResult(PresentationContextResult.RejectAbstractSyntaxNotSupported);
    } else if (syntax === undefined) {
      context.setResult(PresentationContextResult.RejectTransferSyntaxesNotSupported);
    } else {
      context.setResult(PresentationContextResult.Accept, syntax);
    }
  }

  /** An archive may say for whom it sends (PS3.7 9.1.1.1): what another workstation asked for does not come in. */
  #check(request: StoreRequest): void {
    if (!this.#isLetIn) throw badAnswer("it sends before it is let in");
    const originator: unknown = request
      .getCommandDataset()
      .getElement("MoveOriginatorApplicationEntityTitle");
    if (typeof originator !== "string" || originator.trim() === "") return;
    if (originator.trim() !== this.options.aeTitle.trim()) throw badAnswer("it sends what another asked for");
  }

  /** What is no fault of the peer's words ends the fetch; a peer that makes no sense only itself. */
  #fail(thrown: Error): void {
    this.hangUp();
    const failure = notKept(thrown);
    if (this.#isLetIn && failure instanceof SlicebenchError) this.options.onFailure(failure);
  }
}
