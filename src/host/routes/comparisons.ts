import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import { comparisonQuery, laboratoryQuery, validated } from "../validated";

/** What was measured between layers. */
export function comparisonsRoutes({ comparisons, laboratory }: Workstation) {
  return (
    new Hono()
      .get("/", validated("query", comparisonQuery), async (context) => {
        const { seriesId, referenceLayerId } = context.req.valid("query");
        return context.json(await comparisons.compare(seriesId, referenceLayerId));
      })
      .get("/record", validated("query", laboratoryQuery), async (context) =>
        context.json(await laboratory.compare(context.req.valid("query"))),
      )
      .get("/report", validated("query", laboratoryQuery), async (context) => {
        const report = await laboratory.report(context.req.valid("query"));
        return context.html(report, 200, { "Content-Disposition": 'attachment; filename="report.html"' });
      })
      // To look at and to print; what it may do is said in page.ts.
      .get("/page", validated("query", laboratoryQuery), async (context) =>
        context.html(await laboratory.report(context.req.valid("query"))),
      )
  );
}
