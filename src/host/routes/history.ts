import { type Context, Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import { type EditView, historySchema } from "../contract";
import { seriesQuery, validated } from "../validated";

/** The steps of a series, what takes them back and does them again. */
export function historyRoutes({ history }: Workstation) {
  return new Hono()
    .get("/", validated("query", seriesQuery), (context) =>
      context.json(history.list(context.req.valid("query").seriesId)),
    )
    .post("/undo", validated("json", historySchema), async (context) =>
      answerStep(context, await history.undo(context.req.valid("json").seriesId)),
    )
    .post("/redo", validated("json", historySchema), async (context) =>
      answerStep(context, await history.redo(context.req.valid("json").seriesId)),
    );
}

/** The step that was taken, or 204 where there was none. */
function answerStep(context: Context, step: EditView | undefined): Response {
  return step === undefined ? context.body(null, 204) : context.json(step);
}
