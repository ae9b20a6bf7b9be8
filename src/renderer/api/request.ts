import type { ErrorBody, SuitabilityWarning } from "../../host/contract";

/** What the host answered in place of a result, or that it did not answer at all. */
export class HostError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly file: string | undefined;
  /** 0 where no answer came. */
  readonly status: number;
  /** Of a run that may not suit its input (409). */
  readonly warnings: readonly SuitabilityWarning[];

  constructor(status: number, body: ErrorBody) {
    super(body.error.message);
    this.name = "HostError";
    this.status = status;
    this.code = body.error.code;
    this.hint = body.error.hint;
    this.file = body.error.file;
    this.warnings = body.warnings ?? [];
  }
}

function isErrorBody(value: unknown): value is ErrorBody {
  return (
    typeof value === "object" &&
    value !== null &&
    "error" in value &&
    typeof (value.error as { message?: unknown } | null)?.message === "string"
  );
}

async function toHostError(response: Response): Promise<HostError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isErrorBody(body)) return new HostError(response.status, body);
  return new HostError(response.status, {
    error: { code: "HOST_ANSWER", message: `Slicebench answered ${response.status} without saying why.` },
  });
}

/** Whether a promise ended because its AbortSignal said so: a cancel is no failure. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}

/** Sends a request to the host. Throws HostError for any answer but 2xx and where none comes; aborts stay aborts. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, { credentials: "same-origin", ...init });
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw new HostError(0, {
      error: {
        code: "HOST_GONE",
        message: "Slicebench does not answer.",
        hint: "Start it again; what was computed is kept.",
      },
    });
  }
  if (!response.ok) throw await toHostError(response);
  return response;
}

/** Reads a JSON answer. The types are the contract's; the host is the same program, so they are trusted. */
export async function getJson<Result>(path: string, signal?: AbortSignal): Promise<Result> {
  const response = await send(path, signal === undefined ? {} : { signal });
  return (await response.json()) as Result;
}

/** Sends JSON and reads a JSON answer; undefined where the answer is empty (204). */
export async function sendJson<Result>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Result> {
  const response = await send(path, {
    method,
    ...(signal && { signal }),
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as Result;
}

/** The JSON that travels beside raw bytes. */
export function readHeader(response: Response): unknown {
  const text = response.headers.get("x-slicebench-header");
  if (text === null) {
    throw new HostError(response.status, {
      error: { code: "HOST_ANSWER", message: "Slicebench sent pixels without saying what they are." },
    });
  }
  return JSON.parse(text);
}
