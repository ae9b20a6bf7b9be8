import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import {
  beginImportSchema,
  finishImportSchema,
  type ImportView,
  type PreviewHeader,
  previewImportSchema,
} from "../contract";
import { answerRaw } from "../raw-answer";
import { idParameter, validated } from "../validated";

/** Networks that the reader brings, on their way to become models. */
export function importsRoutes(workstation: Workstation) {
  const { imports } = workstation;
  return new Hono()
    .post("/", validated("json", beginImportSchema), async (context) =>
      context.json((await imports.begin(context.req.valid("json").path)) satisfies ImportView, 201),
    )
    .post(
      "/:id/preview",
      validated("param", idParameter),
      validated("json", previewImportSchema),
      async (context) => {
        const { rows, columns, labelMap, timings } = await workstation.previewImport(
          context.req.valid("param").id,
          context.req.valid("json"),
          context.req.raw.signal,
        );
        const header: PreviewHeader = { rows, columns, milliseconds: timings.total };
        return answerRaw(context, { body: labelMap, header });
      },
    )
    .post(
      "/:id/finish",
      validated("param", idParameter),
      validated("json", finishImportSchema),
      async (context) => {
        const { card } = context.req.valid("json");
        return context.json(await workstation.finishImport(context.req.valid("param").id, card), 201);
      },
    )
    .delete("/:id", validated("param", idParameter), async (context) => {
      await imports.drop(context.req.valid("param").id);
      return context.body(null, 204);
    });
}
