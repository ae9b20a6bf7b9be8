import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import dimse from "dcmjs-dimse";
import { type FoundStudies, isUid, type SentInstance, type StudyQuery } from "../core/archive";
import { SlicebenchError } from "../core/errors";
import {
  type Archive,
  type ArchiveLimits,
  badAnswer,
  defaultLimits,
  type FetchedFiles,
  type FetchRequest,
  type OutgoingFile,
  requireUid,
  type SendRequest,
} from "./archive";
import { associate, type DimsePeer, type InstanceSink, type ProposedContext } from "./dimse-association";
import { studyOf, textOf } from "./dimse-elements";
import { matchingKeys } from "./query-keys";
import { describeReason } from "./reasons";
import { notKept, ReceivedFiles } from "./received-files";

const { Dataset, constants, requests } = dimse;
const { SopClass, Status, StorageClass } = constants;

const implicitLittleEndian = "1.2.840.10008.1.2";
const explicitLittleEndian = "1.2.840.10008.1.2.1";
/** Ids of presentation contexts are odd and fit a byte; one is taken by the request itself. */
const mostStorageContexts = 127;

export interface DimseOptions extends DimsePeer {
  /** Transfer syntaxes that this program reads; an archive that has another need not send it. */
  transferSyntaxUids: readonly string[];
  /** What stands before a data set in a file (PS3.10 7.1). */
  fileMeta: (file: { sopClassUid: string; sopInstanceUid: string; transferSyntaxUid: string }) => Uint8Array;
  limits?: ArchiveLimits;
}

type Found = InstanceType<typeof Dataset>;

/**
 * C-ECHO, C-FIND, C-GET and C-STORE. C-GET brings instances over the association that this side opened: C-MOVE would
 * need a port here that the archive can reach.
 */
export class DimseArchive implements Archive {
  readonly #limits: ArchiveLimits;

  constructor(private readonly options: DimseOptions) {
    this.#limits = options.limits ?? defaultLimits;
  }

  async echo(signal?: AbortSignal): Promise<void> {
    const request = new requests.CEchoRequest();
    const status = statusOf(request);
    await this.#associate({ requests: [request], contexts: [plain(SopClass.Verification)], signal });
    requireSuccess(status(), "C-ECHO");
  }

  /** DIMSE has no pages: what lies before the offset is passed over. */
  async find(query: StudyQuery, signal?: AbortSignal): Promise<FoundStudies> {
    const request = requests.CFindRequest.createStudyFindRequest(asciiSafe(matchingKeys(query)));
    const wanted = query.offset + query.limit + 1;
    const found = await this.#find([request], { wanted, signal });
    const page = found[0]!.slice(query.offset, wanted);
    const studies = page.slice(0, query.limit).flatMap((elements) => studyOf(elements) ?? []);
    const unusable = Math.min(page.length, query.limit) - studies.length;
    return {
      studies,
      more: page.length > query.limit,
      warnings: unusable === 0 ? [] : [`${unusable} left out: the archive names no usable UID for them.`],
    };
  }

  /** Series by series: what each holds is known before it is asked for, so that its classes can be proposed. */
  async fetch({
    studyInstanceUid,
    seriesInstanceUid,
    folder,
    ...request
  }: FetchRequest): Promise<FetchedFiles> {
    const { signal, onProgress } = request;
    const study = requireUid(studyInstanceUid);
    const only = seriesInstanceUid === undefined ? "" : requireUid(seriesInstanceUid);
    const listing = requests.CFindRequest.createSeriesFindRequest({
      StudyInstanceUID: study,
      SeriesInstanceUID: only,
    });
    const wanted = this.#limits.instances;
    const [listed = []] = await this.#find([listing], { wanted, signal });
    const series = listed.map((each) => textOf(each, "SeriesInstanceUID") ?? "").filter(isUid);
    const images = await this.#find(
      series.map((uid) =>
        requests.CFindRequest.createImageFindRequest({
          StudyInstanceUID: study,
          SeriesInstanceUID: uid,
          SOPClassUID: "",
        }),
      ),
      { wanted, signal },
    );
    const announced = images.reduce((sum, { length }) => sum + length, 0);
    const received = new ReceivedFiles(folder, this.#limits);
    const warnings: string[] = [];
    onProgress?.(0, announced);
    for (const [index, uid] of series.entries()) {
      const classes = images[index]!.flatMap((image) => textOf(image, "SOPClassUID") ?? []).filter(isUid);
      const failures = await this.#get(requests.CGetRequest.createSeriesGetRequest(study, uid), {
        sopClassUids: [...new Set(classes)],
        received,
        onInstance: () => onProgress?.(received.files.length, announced),
        signal,
      });
      if (failures > 0) warnings.push(`The archive could not send ${failures} instances of a series.`);
    }
    return { files: received.files, announced, warnings };
  }

  /** An association for each class in each encoding, so that none is written anew on the way. */
  async send({ files, signal, onProgress }: SendRequest): Promise<SentInstance[]> {
    const sent = new Map<OutgoingFile, SentInstance>();
    onProgress?.(0, files.length);
    for (const group of groupByContext(files)) {
      const stores = group.map((file) => {
        const request = new requests.CStoreRequest(new StoredFile(file));
        request.on("response", (response: { getStatus: () => number }) => {
          sent.set(file, outcomeOf(file, response.getStatus()));
          onProgress?.(sent.size, files.length);
        });
        return request;
      });
      await this.#associate({ requests: stores, contexts: [group[0]!], signal });
    }
    return files.map(
      (file) =>
        sent.get(file) ?? {
          file: file.file,
          sopInstanceUid: file.sopInstanceUid,
          state: "refused",
          reason: "The archive does not take this kind of object in its encoding.",
        },
    );
  }

  /** One list of answers a request. Each is cut off at `wanted`. */
  async #find(
    finds: readonly InstanceType<typeof requests.CFindRequest>[],
    { wanted, signal }: { wanted: number; signal: AbortSignal | undefined },
  ): Promise<Found[][]> {
    if (finds.length === 0) return [];
    const found: Found[][] = finds.map(() => []);
    const enough = new AbortController();
    const statuses = finds.map((request, index) => {
      request.on(
        "response",
        (response: { hasDataset: () => boolean; getDataset: () => Found | undefined }) => {
          const elements = response.hasDataset() ? response.getDataset() : undefined;
          if (elements !== undefined) found[index]!.push(elements);
          // Nobody will look at the rest, however much that is.
          if (found[index]!.length >= wanted) enough.abort();
        },
      );
      return statusOf(request);
    });
    const both = signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal]);
    const context = plain(SopClass.StudyRootQueryRetrieveInformationModelFind);
    try {
      await this.#associate({ requests: finds, contexts: [context], signal: both });
    } catch (thrown) {
      if (!enough.signal.aborted || signal?.aborted === true) throw thrown;
      return found;
    }
    for (const status of statuses) requireSuccess(status(), "C-FIND");
    return found;
  }

  /** @returns how many instances the archive could not send */
  async #get(
    request: InstanceType<typeof requests.CGetRequest>,
    {
      sopClassUids,
      received,
      onInstance,
      signal,
    }: {
      sopClassUids: readonly string[];
      received: ReceivedFiles;
      onInstance: () => void;
      signal: AbortSignal | undefined;
    },
  ): Promise<number> {
    let failures = 0;
    request.on("response", (response: { getFailures: () => number | undefined }) => {
      failures = response.getFailures() ?? failures;
    });
    const status = statusOf(request);
    let sink: FileSink | undefined;
    try {
      await this.#associate({
        requests: [request],
        contexts: [
          plain(SopClass.StudyRootQueryRetrieveInformationModelGet),
          ...this.#storageContexts(sopClassUids),
        ],
        receive: (instance) => {
          sink = new FileSink(received, this.options.fileMeta(instance), onInstance);
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

  #storageContexts(sopClassUids: readonly string[]): ProposedContext[] {
    const { transferSyntaxUids } = this.options;
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

  #associate(exchange: Omit<Parameters<typeof associate>[1], "limits">): Promise<void> {
    return associate(this.options, { ...exchange, limits: this.#limits });
  }
}

const plain = (sopClassUid: string): ProposedContext => ({
  sopClassUid,
  transferSyntaxUid: implicitLittleEndian,
});

/** Remembers the status of a request's last answer; undefined without any. */
function statusOf(request: InstanceType<typeof requests.Request>): () => number | undefined {
  let status: number | undefined;
  request.on("response", (response: { getStatus: () => number }) => (status = response.getStatus()));
  return () => status;
}

function requireSuccess(status: number | undefined, service: string): void {
  if (status === Status.Success) return;
  const hint = "Ask who runs the archive what this workstation may do.";
  throw status === undefined
    ? new SlicebenchError("ARCHIVE_REFUSED", `The archive does not offer ${service} to this workstation.`, {
        hint,
      })
    : new SlicebenchError("ARCHIVE_REFUSED", `The archive refused ${service}. ${describeReason(status)}`, {
        hint,
      });
}

/** Names beyond ASCII need to say how they are written (PS3.5 6.1.2.1). */
function asciiSafe(keys: Record<string, string>): Record<string, string> {
  // eslint-disable-next-line no-control-regex -- ASCII begins with control characters
  const isAscii = /^[\x00-\x7F]*$/.test(Object.values(keys).join(""));
  return isAscii ? keys : { ...keys, SpecificCharacterSet: "ISO_IR 192" };
}

function groupByContext(files: readonly OutgoingFile[]): OutgoingFile[][] {
  const groups = new Map<string, OutgoingFile[]>();
  for (const file of files) {
    const key = `${file.sopClassUid} ${file.transferSyntaxUid}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

function outcomeOf({ file, sopInstanceUid }: OutgoingFile, status: number): SentInstance {
  if (status === Status.Success) return { file, sopInstanceUid, state: "stored" };
  // Warnings are B000 and its neighbours (PS3.7 annex C).
  const state = status >> 12 === 0xb ? "stored-with-warning" : "refused";
  return { file, sopInstanceUid, state, reason: describeReason(status) };
}

/** A file's data set as it stands there, read when its turn comes. */
class StoredFile extends Dataset {
  constructor(private readonly stored: OutgoingFile) {
    super(
      { SOPClassUID: stored.sopClassUid, SOPInstanceUID: stored.sopInstanceUid },
      stored.transferSyntaxUid,
    );
  }

  override getDenaturalizedDataset(): Buffer {
    const bytes = readFileSync(this.stored.file);
    // Behind preamble, "DICM" and the group's length stands how long the rest of the meta header is (PS3.10 7.1).
    if (
      bytes.length < 144 ||
      bytes.toString("latin1", 128, 132) !== "DICM" ||
      bytes.readUInt32LE(132) !== 2
    ) {
      throw badAnswer("the file has no meta header");
    }
    return bytes.subarray(144 + bytes.readUInt32LE(140));
  }
}

/** Writes at once what comes: the archive is slower than the disk, and its messages must stay in their order. */
class FileSink implements InstanceSink {
  readonly #file: string;
  #descriptor: number | undefined;
  #bytes = 0;

  constructor(
    private readonly received: ReceivedFiles,
    fileMeta: Uint8Array,
    private readonly onDone: () => void,
  ) {
    this.#file = received.next();
    this.#descriptor = openSync(`${this.#file}.part`, "wx", 0o600);
    this.write(fileMeta);
  }

  write(bytes: Uint8Array): void {
    if (this.#descriptor === undefined) return;
    this.#bytes += bytes.length;
    this.received.count(bytes.length, this.#bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
  }

  end(): void {
    this.#close();
    renameSync(`${this.#file}.part`, this.#file);
    this.received.files.push(this.#file);
    this.onDone();
  }

  /** Of an instance that did not come to its end. */
  drop(): void {
    this.#close();
    rmSync(`${this.#file}.part`, { force: true });
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
