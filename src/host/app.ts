import type { Hono } from "hono";
import type { Workstation } from "../services/workstation";
import type { Door } from "./auth";
import { changeSettingsSchema } from "./contract";
import { streamEvents } from "./events";
import { guardedApi, guardedApp } from "./guard";
import { pageRoutes } from "./page";
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
  const app = guardedApp(door);
  app.route("/api", apiRoutes(workstation));
  app.route("/", pageRoutes(pageFolder, "index.html"));
  return app;
}

function apiRoutes(workstation: Workstation): Hono {
  const { settings, events } = workstation;
  const api = guardedApi();
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
