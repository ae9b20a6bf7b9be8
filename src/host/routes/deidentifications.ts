import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import {
  type DeidentificationPreview,
  type JobView,
  previewDeidentificationSchema,
  startDeidentificationSchema,
} from "../contract";
import { validated } from "../validated";

/** Files of open studies without what says whose they are, written beside them. */
export function deidentificationsRoutes({ deidentifications }: Workstation) {
  return new Hono()
    .post("/preview", validated("json", previewDeidentificationSchema), async (context) => {
      const { studyId, options } = context.req.valid("json");
      const preview = await deidentifications.preview(studyId, options, context.req.raw.signal);
      return context.json(preview satisfies DeidentificationPreview);
    })
    .post("/", validated("json", startDeidentificationSchema), (context) => {
      const { studyId, options, out } = context.req.valid("json");
      return context.json(deidentifications.start(studyId, { options, out }) satisfies JobView, 202);
    });
}
