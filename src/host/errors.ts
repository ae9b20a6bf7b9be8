import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { CancelledError, SlicebenchError, toWireError } from "../core/errors";
import { UnsuitableError } from "../services/runs";
import type { ErrorBody } from "./contract";

const statusByCode: Record<string, ContentfulStatusCode> = {
  REQUEST_INVALID: 400,
  TOKEN_MISSING: 401,
  ORIGIN_REFUSED: 403,
  HOST_REFUSED: 403,
  ARCHIVE_UNKNOWN: 404,
  MODEL_UNKNOWN: 404,
  ZOO_UNKNOWN: 404,
  RUN_UNSUITABLE: 409,
  READING_OVER: 409,
  READING_BLIND: 409,
  UPLOAD_TOO_LARGE: 413,
  REQUEST_TOO_LARGE: 413,
  WORKSPACE_BUSY: 503,
  WORKSPACE_DISK_FULL: 507,
  WORKSPACE_NOT_WRITTEN: 507,
  WORKSPACE_READ_ONLY: 507,
};

/**
 * A failure with a code is about what was asked for, 422, unless the code says more; work that ends with the
 * program is 503; a defect is 500.
 */
function statusOf(thrown: unknown): ContentfulStatusCode {
  if (thrown instanceof CancelledError) return 503;
  if (!(thrown instanceof SlicebenchError)) return 500;
  return statusByCode[thrown.code] ?? (thrown.code.endsWith("_NOT_FOUND") ? 404 : 422);
}

/** Answers a failure with its status and an ErrorBody. */
export function answerError(thrown: unknown, context: Context): Response {
  if (thrown instanceof HTTPException) {
    const error = { code: "REQUEST_INVALID", message: thrown.message || "The request cannot be read." };
    return context.json({ error } satisfies ErrorBody, thrown.status);
  }
  const status = statusOf(thrown);
  if (status === 500) console.error(thrown);
  const body: ErrorBody = { error: toWireError(thrown) };
  if (thrown instanceof UnsuitableError) body.warnings = thrown.warnings;
  return context.json(body, status);
}
