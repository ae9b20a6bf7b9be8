import { Hono, type HonoRequest } from "hono";
import { bodyLimit } from "hono/body-limit";
import { SlicebenchError } from "../core/errors";
import type { Workstation } from "../services/workstation";
import { type Door, requireOwnOrigin, requireToken } from "./auth";
import { changeSettingsSchema } from "./contract";
import { answerError } from "./errors";
import { streamEvents } from "./events";
import { pageRoutes, pageSecurity, reportSecurity } from "./page";
import { archivesRoutes } from "./routes/archives";
import { deidentificationsRoutes } from "./routes/deidentifications";
import { comparisonsRoutes } from "./routes/comparisons";
import { exportsRoutes } from "./routes/exports";
import { historyRoutes } from "./routes/history";
import { importsRoutes } from "./routes/imports";
import { layersRoutes } from "./routes/layers";
import { measurementsRoutes } from "./routes/measurements";
import { modelsRoutes, zooRoutes } from "./routes/networks";
import { readingsRoutes } from "./routes/readings";
import { reviewRoutes } from "./routes/review";
import { robustnessRoutes } from "./routes/robustness";
import { jobsRoutes, runsRoutes } from "./routes/runs";
import { samplesRoutes, seriesRoutes } from "./routes/series";
import { studiesRoutes } from "./routes/studies";
import { workspaceRoutes } from "./routes/workspace";
import { validated } from "./validated";

/** No request but an upload is larger than the paths of some thousand files. */
const largestJsonBytes = 16 * 2 ** 20;

export interface HostOptions {
  door: Door;
  /** The built page: index.html and assets/. */
  pageFolder: string;
}

/**
 * The workstation as one request handler, the same behind Electron's own scheme, behind http on loopback, and
 * in tests. Nothing gets past the door's checks, the page and its assets included.
 */
export function createHost(workstation: Workstation, { door, pageFolder }: HostOptions): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.notFound((context) =>
    answerError(new SlicebenchError("RESOURCE_NOT_FOUND", "There is nothing at this address."), context),
  );
  app.use("/api/comparisons/page", reportSecurity());
  app.use(pageSecurity());
  app.use(requireOwnOrigin(door));
  if (door.kind === "browser") app.use(requireToken(door));
  app.route("/api", apiRoutes(workstation));
  app.route("/", pageRoutes(pageFolder));
  return app;
}

/** An edit's body is bytes; every other one is JSON. */
const editPath = /^\/api\/layers\/[^/]+\/edits$/;

/** Refuses a body of another kind: the validator would take it for an empty object, and a change for done. */
function requireJson(request: HonoRequest): void {
  // Node's door gives every DELETE and POST a stream, an empty one too.
  const isEmpty = request.method === "DELETE" || request.header("content-length") === "0";
  if (isEmpty || request.raw.body === null) return;
  if (/^application\/json(?:;|$)/i.test(request.header("content-type") ?? "")) return;
  throw new SlicebenchError("REQUEST_INVALID", "The request's body must be application/json.");
}

function apiRoutes(workstation: Workstation): Hono {
  const { settings, events } = workstation;
  const limit = bodyLimit({
    maxSize: largestJsonBytes,
    onError: () => {
      throw new SlicebenchError("REQUEST_TOO_LARGE", "The request is too large.");
    },
  });
  const api = new Hono();
  api.use(async (context, next) => {
    // What is current now is stale in a second; what never changes says so itself.
    context.header("Cache-Control", "no-store");
    if (context.req.path === "/api/uploads") return next();
    if (!editPath.test(context.req.path)) requireJson(context.req);
    return limit(context, next);
  });
  api.route("/", studiesRoutes(workstation));
  api.route("/", workspaceRoutes(workstation));
  api.route("/", archivesRoutes(workstation));
  api.route("/", reviewRoutes(workstation));
  api.route("/series", seriesRoutes(workstation));
  api.route("/samples", samplesRoutes(workstation));
  api.route("/layers", layersRoutes(workstation));
  api.route("/exports", exportsRoutes(workstation));
  api.route("/history", historyRoutes(workstation));
  api.route("/measurements", measurementsRoutes(workstation));
  api.route("/runs", runsRoutes(workstation));
  api.route("/jobs", jobsRoutes(workstation));
  api.route("/models", modelsRoutes(workstation));
  api.route("/imports", importsRoutes(workstation));
  api.route("/deidentifications", deidentificationsRoutes(workstation));
  api.route("/zoo", zooRoutes(workstation));
  api.get("/engines", async (context) => context.json(await workstation.engines()));
  api.route("/comparisons", comparisonsRoutes(workstation));
  api.route("/robustness", robustnessRoutes(workstation));
  api.route("/readings", readingsRoutes(workstation));
  api.get("/settings", (context) => context.json(settings.read()));
  api.patch("/settings", validated("json", changeSettingsSchema), (context) =>
    context.json(settings.change(context.req.valid("json"))),
  );
  api.get("/events", (context) => streamEvents(context, events, () => workstation.snapshot()));
  return api;
}
