import { Hono } from "hono";
import { measurementTable } from "../../services/measurements";
import type { Workstation } from "../../services/workstation";
import {
  addMeasurementSchema,
  changeMeasurementSchema,
  exportMeasurementsSchema,
  type JobView,
} from "../contract";
import { idParameter, seriesQuery, validated } from "../validated";

/** Lengths, angles and regions on the frames of a series. */
export function measurementsRoutes({ measurements, exports }: Workstation) {
  return new Hono()
    .get("/", validated("query", seriesQuery), async (context) =>
      context.json(await measurements.list(context.req.valid("query").seriesId)),
    )
    .get("/table", validated("query", seriesQuery), async (context) => {
      const drawn = await measurements.drawn(context.req.valid("query").seriesId);
      return context.body(drawn ? measurementTable(drawn) : "", 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="measurements.csv"',
      });
    })
    .post("/", validated("json", addMeasurementSchema), async (context) =>
      context.json(await measurements.add(context.req.valid("json")), 201),
    )
    .post("/exports", validated("json", exportMeasurementsSchema), (context) => {
      const { seriesId, ...request } = context.req.valid("json");
      return context.json(exports.start({ seriesId }, request) satisfies JobView, 202);
    })
    .patch(
      "/:id",
      validated("param", idParameter),
      validated("json", changeMeasurementSchema),
      async (context) =>
        context.json(await measurements.change(context.req.valid("param").id, context.req.valid("json"))),
    )
    .delete("/:id", validated("param", idParameter), (context) => {
      measurements.remove(context.req.valid("param").id);
      return context.body(null, 204);
    });
}
