import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import { robustnessPictureParameter, startRobustnessSchema } from "../contract";
import { answerForGood } from "../raw-answer";
import { seriesQuery, validated } from "../validated";

/** How far models' masks hold when slices are perturbed. */
export function robustnessRoutes({ robustness }: Workstation) {
  return new Hono()
    .get("/", validated("query", seriesQuery), (context) =>
      context.json(robustness.find(context.req.valid("query").seriesId)?.view ?? null),
    )
    .post("/", validated("json", startRobustnessSchema), async (context) =>
      context.json(await robustness.start(context.req.valid("json")), 202),
    )
    .get("/:id/pictures/:model/:step", validated("param", robustnessPictureParameter), (context) => {
      const { id, model, step } = context.req.valid("param");
      return answerForGood(context, `${id}/${encodeURIComponent(model)}/${step}`, () =>
        Promise.resolve({ body: robustness.picture(id, model, step), type: "image/webp" }),
      );
    });
}
