import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import {
  type FeatureMapsHeader,
  featureMapsSchema,
  probabilitiesQuery,
  type ProbabilityMapHeader,
} from "../contract";
import { answerRaw } from "../raw-answer";
import { idParameter, validated } from "../validated";

/** The models, what their networks are made of, and what is seen within them. */
export function modelsRoutes(workstation: Workstation) {
  const { networks, probabilities } = workstation;
  return new Hono()
    .get("/", async (context) => context.json(await workstation.models()))
    .delete("/:id", validated("param", idParameter), async (context) => {
      await workstation.removeModel(context.req.valid("param").id);
      return context.body(null, 204);
    })
    .post("/:id/restore", validated("param", idParameter), async (context) => {
      await workstation.restoreModel(context.req.valid("param").id);
      return context.body(null, 204);
    })
    .get("/:id/graph", validated("param", idParameter), async (context) =>
      context.json(await networks.model(context.req.valid("param").id)),
    )
    .get(
      "/:id/probabilities",
      validated("param", idParameter),
      validated("query", probabilitiesQuery),
      async (context) => {
        const asked = { modelId: context.req.valid("param").id, ...context.req.valid("query") };
        const { values, ...header } = await probabilities.read(asked, context.req.raw.signal);
        return answerRaw(context, { body: values, header: header satisfies ProbabilityMapHeader });
      },
    )
    .post(
      "/:id/features",
      validated("param", idParameter),
      validated("json", featureMapsSchema),
      async (context) => {
        const { id: modelId } = context.req.valid("param");
        const { maps, ...header } = await networks.features(
          { modelId, ...context.req.valid("json") },
          { signal: context.req.raw.signal },
        );
        return answerRaw(context, { body: maps, header: header satisfies FeatureMapsHeader });
      },
    );
}

/** The architectures of the zoo. */
export function zooRoutes({ networks }: Workstation) {
  return new Hono()
    .get("/", (context) => context.json(networks.architectures()))
    .get("/:id/graph", validated("param", idParameter), async (context) =>
      context.json(await networks.architecture(context.req.valid("param").id)),
    );
}
