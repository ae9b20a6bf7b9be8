import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CancelledError, SlicebenchError } from "../core/errors";
import { type ArchiveLimits, badAnswer, tooLarge } from "./archive";
import { codeOf, describeNetworkFailure, IdleError } from "./network-failures";
import { secureContext, type TlsIdentity } from "./tls";

export type HttpLogin =
  { kind: "none" } | { kind: "basic"; user: string; password: string } | { kind: "bearer"; token: string };

export interface HttpOptions {
  /** Of the service's root: "https://archive.example/dicom-web". */
  url: string;
  login: HttpLogin;
  tls?: TlsIdentity;
  limits: ArchiveLimits;
}

export interface HttpRequest {
  method?: "GET" | "POST";
  /** After the service's root; its parts are escaped already. */
  path: string;
  query?: URLSearchParams;
  headers: Record<string, string>;
  body?: Readable;
  signal?: AbortSignal | undefined;
}

const redirectsFollowed = 3;

/**
 * Requests to one archive. Redirects stay on its own origin, for the login goes with them. Nothing is inflated: no
 * compressed answer is asked for, and none is taken.
 */
export class HttpClient {
  readonly #root: URL;

  constructor(private readonly options: HttpOptions) {
    this.#root = new URL(options.url.endsWith("/") ? options.url : `${options.url}/`);
  }

  /**
   * Sends a request and hands the answer to `read`, within which alone its body can be read.
   * Throws what Archive throws; an answer that is no success is among it, unless `allowed` has its status.
   */
  async send<Result>(
    what: HttpRequest,
    read: (answer: IncomingMessage) => Promise<Result>,
    allowed: readonly number[] = [],
  ): Promise<Result> {
    let answer: IncomingMessage | undefined;
    try {
      answer = await this.#follow(what);
      const status = answer.statusCode ?? 0;
      if (answer.headers["content-encoding"] !== undefined) throw badAnswer("it is compressed");
      if (status >= 300 && !allowed.includes(status)) throw statusFailure(status);
      return await read(answer);
    } catch (thrown) {
      throw what.signal?.aborted === true ? new CancelledError() : describeFailure(thrown, this.#root);
    } finally {
      answer?.destroy();
    }
  }

  /** The text of an answer, bounded. */
  async text(answer: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > this.options.limits.answerBytes) throw tooLarge("a list");
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  async #follow(what: HttpRequest): Promise<IncomingMessage> {
    let url = new URL(what.path, this.#root);
    url.search = what.query?.toString() ?? "";
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#request(url, what);
      const { statusCode = 0, headers } = answer;
      if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) return answer;
      answer.destroy();
      const next = URL.canParse(headers.location, url.href) ? new URL(headers.location, url) : undefined;
      if (what.body !== undefined || redirects === redirectsFollowed || next?.origin !== this.#root.origin) {
        throw new SlicebenchError("ARCHIVE_REDIRECTED", "The archive sends requests on to another address.", {
          hint: "Nothing was sent there. Enter the address that the archive is to be reached at.",
        });
      }
      url = next;
    }
  }

  /** One request on a connection of its own; resolves with the head of the answer. */
  #request(url: URL, what: HttpRequest): Promise<IncomingMessage> {
    const { limits, login, tls = {} } = this.options;
    return new Promise((resolve, reject) => {
      const request = (url.protocol === "https:" ? requestSecure : requestPlain)(url, {
        agent: false,
        method: what.method ?? "GET",
        headers: { ...what.headers, "accept-encoding": "identity", ...authorization(login) },
        timeout: limits.idleMs,
        ...(url.protocol === "https:" && secureContext(tls)),
        ...(what.signal !== undefined && { signal: what.signal }),
      });
      request.on("timeout", () => request.destroy(new IdleError()));
      request.on("response", resolve);
      request.on("error", reject);
      if (what.body === undefined) request.end();
      // An answer that comes before all was sent, as a refusal does, is read nevertheless.
      else pipeline(what.body, request).catch(reject);
    });
  }
}

function authorization(login: HttpLogin): Record<string, string> {
  switch (login.kind) {
    case "none":
      return {};
    case "basic":
      return {
        authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`, "utf8").toString("base64")}`,
      };
    case "bearer":
      return { authorization: `Bearer ${login.token}` };
  }
}

function statusFailure(status: number): SlicebenchError {
  if (status === 401 || status === 403) {
    return new SlicebenchError("ARCHIVE_LOGIN", `The archive does not let this workstation in (${status}).`, {
      hint: "Check the user and the password, or the token, in Settings.",
    });
  }
  return new SlicebenchError("ARCHIVE_REFUSED", `The archive refused the request (HTTP ${status}).`, {
    hint:
      status === 404
        ? "Check the address: most archives serve DICOMweb below a path of their own, as /dicom-web."
        : "Ask who runs the archive.",
  });
}

/** Says what went wrong on the way, without a word of what was sent. */
function describeFailure(thrown: unknown, root: URL): unknown {
  if (thrown instanceof SlicebenchError || thrown instanceof CancelledError) return thrown;
  if (codeOf(thrown).startsWith("HPE_")) return badAnswer("it is not HTTP", thrown);
  return describeNetworkFailure(thrown, root.host) ?? thrown;
}
