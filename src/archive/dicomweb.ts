import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { type FoundStudies, isUid, type SentInstance, type StudyQuery } from "../core/archive";
import { CancelledError } from "../core/errors";
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
  tooLarge,
} from "./archive";
import { type Attributes, itemsOf, numberOf, parseList, parseObject, studyOf, textOf } from "./dicom-json";
import { HttpClient, type HttpOptions } from "./http";
import { readMultipart } from "./multipart";
import { matchingKeys } from "./query-keys";
import { describeReason } from "./reasons";
import { ReceivedFiles } from "./received-files";

const json = { accept: "application/dicom+json" };
/** The stored encoding, whichever it is: nothing is compressed anew on the way (PS3.18 8.7.3.5.2). */
const anyInstance = 'multipart/related; type="application/dicom"; transfer-syntax=*';
/**
 * Answers to STOW-RS that are about the instance and not about the request as such: 409 has a body that says why (PS3.18
 * 10.5.3.1), the others say that it is damaged, too large or of a kind that the archive does not take.
 */
const refusals = [400, 409, 413, 415];
/** What a list of studies shows; most archives send them unasked. */
const shownAttributes = ["00081030", "00080061", "00201206", "00201208"];

/** What an archive over DICOMweb is reached by. */
export type DicomWebOptions = Omit<HttpOptions, "limits"> & { limits?: ArchiveLimits };

/** QIDO-RS, WADO-RS and STOW-RS (PS3.18 chapter 10). */
export class DicomWebArchive implements Archive {
  readonly #http: HttpClient;
  readonly #limits: ArchiveLimits;

  constructor({ limits = defaultLimits, ...options }: DicomWebOptions) {
    this.#limits = limits;
    this.#http = new HttpClient({ ...options, limits });
  }

  /** DICOMweb has no echo: a search for one study takes its place. */
  async echo(signal?: AbortSignal): Promise<void> {
    await this.#list("studies", new URLSearchParams({ limit: "1" }), signal);
  }

  async find(query: StudyQuery, signal?: AbortSignal): Promise<FoundStudies> {
    const parameters = new URLSearchParams(matchingKeys(query));
    if (query.fuzzy === true) parameters.set("fuzzymatching", "true");
    for (const tag of shownAttributes) parameters.append("includefield", tag);
    // One more than is asked for says whether there are more.
    parameters.set("limit", String(query.limit + 1));
    parameters.set("offset", String(query.offset));
    const { items, warnings } = await this.#list("studies", parameters, signal);
    const studies = items.flatMap((item) => studyOf(item) ?? []);
    if (studies.length < items.length) warnings.push(unusableUids(items.length - studies.length));
    return {
      studies: studies.slice(0, query.limit),
      more: items.length > query.limit,
      warnings,
    };
  }

  /** Series by series, so that it is known how far it is. */
  async fetch(request: FetchRequest): Promise<FetchedFiles> {
    const study = `studies/${requireUid(request.studyInstanceUid)}`;
    const wanted =
      request.seriesInstanceUid === undefined ? undefined : requireUid(request.seriesInstanceUid);
    const received = new ReceivedFiles(request.folder, this.#limits);
    const { items } = await this.#list(
      `${study}/series`,
      new URLSearchParams({ includefield: "00201209" }),
      request.signal,
    );
    const listed = items.flatMap((item) => {
      const uid = textOf(item, "0020000E");
      return uid !== undefined && isUid(uid) ? [{ uid, instances: numberOf(item, "00201209") }] : [];
    });
    const warnings = listed.length < items.length ? [unusableUids(items.length - listed.length)] : [];
    const series = wanted === undefined ? listed : listed.filter(({ uid }) => uid === wanted);
    const announced = series.reduce<number | undefined>(
      (sum, { instances }) => (sum === undefined || instances === undefined ? undefined : sum + instances),
      0,
    );
    request.onProgress?.(0, announced);
    for (const { uid } of series) {
      await this.#retrieve(`${study}/series/${uid}`, received, {
        signal: request.signal,
        onInstance: () => request.onProgress?.(received.files.length, announced),
      });
    }
    return { files: received.files, announced, warnings };
  }

  /** One request an instance: each has its own answer, and a cancel lies between two. */
  async send({ files, signal, onProgress }: SendRequest): Promise<SentInstance[]> {
    const sent: SentInstance[] = [];
    for (const [index, file] of files.entries()) {
      if (signal?.aborted === true) throw new CancelledError();
      onProgress?.(index, files.length);
      sent.push(await this.#store(file, signal));
    }
    onProgress?.(files.length, files.length);
    return sent;
  }

  async #retrieve(
    path: string,
    received: ReceivedFiles,
    { signal, onInstance }: { signal: AbortSignal | undefined; onInstance: () => void },
  ): Promise<void> {
    await this.#http.send({ path, headers: { accept: anyInstance }, signal }, async (answer) => {
      if (answer.statusCode === 204) return;
      await readMultipart(
        answer,
        { contentType: header(answer, "content-type"), mostParts: this.#limits.instances },
        async (body, headers) => {
          const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
          if (type !== "application/dicom") throw badAnswer("a part of it is not DICOM");
          const stated =
            headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
          if (stated !== undefined && stated > this.#limits.instanceBytes) {
            throw tooLarge("an instance of many gigabytes");
          }
          const bytes = await received.keep(body);
          if (stated !== undefined && stated !== bytes) {
            throw badAnswer(`an instance has ${bytes} bytes and not the ${stated} that were announced`);
          }
          onInstance();
        },
      );
    });
  }

  async #list(
    path: string,
    query: URLSearchParams,
    signal: AbortSignal | undefined,
  ): Promise<{ items: Attributes[]; warnings: string[] }> {
    return this.#http.send({ path, query, headers: json, signal }, async (answer) => {
      const warning = header(answer, "warning");
      const warnings = warning === undefined ? [] : [warningText(warning)];
      if (answer.statusCode === 204) return { items: [], warnings };
      return { items: parseList(await this.#http.text(answer)), warnings };
    });
  }

  async #store(file: OutgoingFile, signal: AbortSignal | undefined): Promise<SentInstance> {
    const boundary = randomUUID();
    const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    const { size } = await stat(file.file);
    const body = Readable.from(inTurn(head, createReadStream(file.file), tail), { objectMode: false });
    return this.#http.send(
      {
        method: "POST",
        path: "studies",
        headers: {
          ...json,
          "content-type": `multipart/related; type="application/dicom"; boundary=${boundary}`,
          "content-length": String(head.length + size + tail.length),
        },
        body,
        signal,
      },
      async (answer) => {
        const status = answer.statusCode ?? 0;
        const text = await this.#http.text(answer);
        if (status < 300 || status === 409) return outcomeOf(file, status, parseObject(text));
        const { file: path, sopInstanceUid } = file;
        return {
          file: path,
          sopInstanceUid,
          state: "refused",
          reason: `The archive does not take it (HTTP ${status}).`,
        };
      },
      refusals,
    );
  }
}

async function* inTurn(head: Buffer, body: AsyncIterable<Buffer>, tail: Buffer): AsyncGenerator<Buffer> {
  yield head;
  yield* body;
  yield tail;
}

/** What the Store Instances Response Module says of one instance (PS3.18 annex I). */
function outcomeOf({ file, sopInstanceUid }: OutgoingFile, status: number, module: Attributes): SentInstance {
  const isIt = (item: Attributes) => textOf(item, "00081155") === sopInstanceUid;
  const refused = itemsOf(module, "00081198").find(isIt);
  if (refused !== undefined) {
    return {
      file,
      sopInstanceUid,
      state: "refused",
      reason: describeReason(numberOf(refused, "00081197")),
    };
  }
  const stored = itemsOf(module, "00081199").find(isIt);
  if (stored === undefined) {
    const reason = status === 409 ? describeReason(undefined) : "The archive does not say that it has it.";
    return { file, sopInstanceUid, state: "refused", reason };
  }
  const warning = numberOf(stored, "00081196");
  if (warning === undefined) return { file, sopInstanceUid, state: "stored" };
  return { file, sopInstanceUid, state: "stored-with-warning", reason: describeReason(warning) };
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** `299 service: "The fuzzymatching parameter is not supported."` (PS3.18 8.3.4.4) */
function warningText(warning: string): string {
  const text = /"([^"]{1,300})"/.exec(warning)?.[1] ?? warning.slice(0, 300);
  return `The archive says: ${text}`;
}

const unusableUids = (count: number) => `${count} left out: the archive names no usable UID for them.`;
