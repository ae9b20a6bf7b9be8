import { Hono } from "hono";
import { z } from "zod";
import type { Workstation } from "../../services/workstation";
import { setReviewSchema } from "../contract";
import { validated } from "../validated";

/** Model ids, separated by commas. */
const queueQuery = z.object({
  models: z
    .string()
    .max(2_000)
    .default("")
    .transform((text) => text.split(",").filter((id) => id !== "")),
});

/** The review queue, and what it took to correct the models' masks. */
export function reviewRoutes({ review, editCosts }: Workstation) {
  return new Hono()
    .get("/review", validated("query", queueQuery), async (context) =>
      context.json(await review.list(context.req.valid("query").models)),
    )
    .put("/review", validated("json", setReviewSchema), (context) => {
      const { seriesId, frame, state } = context.req.valid("json");
      review.setState({ seriesId, state, ...(frame !== undefined && { frame }) });
      return context.body(null, 204);
    })
    .get("/edit-costs", (context) => context.json(editCosts.list()));
}
