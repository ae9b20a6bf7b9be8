import { Hono, type HonoRequest } from "hono";
import { bodyLimit } from "hono/body-limit";
import { SlicebenchError } from "../core/errors";
import { type Door, requireOwnOrigin, requireToken } from "./auth";
import { answerError } from "./errors";
import { pageSecurity, reportSecurity } from "./page";

/** What every request passes, before the workstation has started and after, its page and its assets included. */

/** Answers nobody but the door's own page, and every failure as a failure. */
export function guardedApp(door: Door): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.notFound((context) =>
    answerError(new SlicebenchError("RESOURCE_NOT_FOUND", "There is nothing at this address."), context),
  );
  app.use("/api/comparisons/page", reportSecurity());
  app.use(pageSecurity());
  app.use(requireOwnOrigin(door));
  if (door.kind === "browser") app.use(requireToken(door));
  return app;
}

/** No request but an upload is larger than the paths of some thousand files. */
const largestJsonBytes = 16 * 2 ** 20;

/** An edit's body is bytes; every other one is JSON. */
const editPath = /^\/api\/layers\/[^/]+\/edits$/;

/** Takes bodies of JSON that are not too large; nothing that it answers is kept unless the answer says so itself. */
export function guardedApi(): Hono {
  const limit = bodyLimit({
    maxSize: largestJsonBytes,
    onError: () => {
      throw new SlicebenchError("REQUEST_TOO_LARGE", "The request is too large.");
    },
  });
  const api = new Hono();
  api.use(async (context, next) => {
    // What is current now is stale in a second.
    context.header("Cache-Control", "no-store");
    if (context.req.path === "/api/uploads") return next();
    if (!editPath.test(context.req.path)) requireJson(context.req);
    return limit(context, next);
  });
  return api;
}

/** Refuses a body of another kind: the validator would take it for an empty object, and a change for done. */
function requireJson(request: HonoRequest): void {
  // Node's door gives every DELETE and POST a stream, an empty one too.
  const isEmpty = request.method === "DELETE" || request.header("content-length") === "0";
  if (isEmpty || request.raw.body === null) return;
  if (/^application\/json(?:;|$)/i.test(request.header("content-type") ?? "")) return;
  throw new SlicebenchError("REQUEST_INVALID", "The request's body must be application/json.");
}
