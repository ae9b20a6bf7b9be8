import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import { startRunsSchema } from "../contract";
import { idParameter, seriesQuery, validated } from "../validated";

/** Runs of models over series. */
export function runsRoutes({ runs }: Workstation) {
  return new Hono()
    .get("/", validated("query", seriesQuery), (context) =>
      context.json(runs.list(context.req.valid("query").seriesId)),
    )
    .post("/", validated("json", startRunsSchema), async (context) => {
      const { frames, ...request } = context.req.valid("json");
      return context.json(await runs.start({ ...request, ...(frames && { frames }) }), 202);
    });
}

/** Work that is under way. */
export function jobsRoutes({ jobs }: Workstation) {
  return new Hono()
    .get("/", (context) => context.json(jobs.list()))
    .get("/:id", validated("param", idParameter), (context) =>
      context.json(jobs.get(context.req.valid("param").id)),
    )
    .delete("/:id", validated("param", idParameter), (context) =>
      context.json(jobs.cancel(context.req.valid("param").id)),
    );
}
