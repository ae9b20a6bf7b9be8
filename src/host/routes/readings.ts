import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import {
  answerReadingSchema,
  beginReadingSchema,
  type PresentedMaskHeader,
  presentedMaskParameter,
} from "../contract";
import { answerRaw } from "../raw-answer";
import { idParameter, seriesQuery, validated } from "../validated";

/** Blind readings: masks beside each other without names, and which the reader prefers. */
export function readingsRoutes({ readings }: Workstation) {
  return new Hono()
    .get("/", validated("query", seriesQuery), (context) =>
      context.json(readings.list(context.req.valid("query").seriesId)),
    )
    .post("/", validated("json", beginReadingSchema), async (context) =>
      context.json(await readings.begin(context.req.valid("json")), 201),
    )
    .get("/:id", validated("param", idParameter), (context) =>
      context.json(readings.get(context.req.valid("param").id)),
    )
    .post(
      "/:id/answers",
      validated("param", idParameter),
      validated("json", answerReadingSchema),
      (context) =>
        context.json(readings.answer(context.req.valid("param").id, context.req.valid("json")), 201),
    )
    .post("/:id/reveal", validated("param", idParameter), (context) =>
      context.json(readings.reveal(context.req.valid("param").id)),
    )
    .get("/:id/table", validated("param", idParameter), (context) =>
      context.body(readings.table(context.req.valid("param").id), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="blind-reading.csv"',
      }),
    )
    .get("/:id/presentations/:index/:side", validated("param", presentedMaskParameter), async (context) => {
      const { id, index, side } = context.req.valid("param");
      const { values, rows, columns } = await readings.mask(id, index, side);
      return answerRaw(context, {
        body: values,
        header: { rows, columns } satisfies PresentedMaskHeader,
      });
    });
}
