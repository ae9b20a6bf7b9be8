import type { Hono } from "hono";
import type { WorkstationStart } from "../services/workstation-start";
import { createHost, type HostOptions } from "./app";
import { type ErrorBody, goOnSchema } from "./contract";
import { guardedApi, guardedApp } from "./guard";
import { pageRoutes } from "./page";
import { validated } from "./validated";

/**
 * The host from a start on: the workstation's own, and as long as something hinders that one, a page that says what, and
 * takes the reader's word on how to go on.
 */
export function createStartingHost(start: WorkstationStart, options: HostOptions): Pick<Hono, "fetch"> {
  const hindered = createHinderedHost(start, options);
  let host: Hono | undefined;
  return {
    fetch: (request) => {
      if (start.workstation === undefined) return hindered.fetch(request);
      host ??= createHost(start.workstation, options);
      return host.fetch(request);
    },
  };
}

function createHinderedHost(start: WorkstationStart, { door, pageFolder }: HostOptions): Hono {
  const app = guardedApp(door);
  const api = guardedApi();
  api.get("/start", (context) => context.json(start.view()));
  api.post("/start", validated("json", goOnSchema), (context) => {
    start.goOn(context.req.valid("json"));
    return context.body(null, 204);
  });
  // A page that was open before this start learns why nothing else is answered.
  api.all("*", (context) => context.json({ error: start.failure! } satisfies ErrorBody, 503));
  app.route("/api", api);
  app.route("/", pageRoutes(pageFolder, "start.html"));
  return app;
}
