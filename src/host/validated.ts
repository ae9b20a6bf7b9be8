import { zValidator } from "@hono/zod-validator";
import { z } from "zod";
import { SlicebenchError } from "../core/errors";

/** Parses a part of the request at the door; what does not fit is REQUEST_INVALID and names every wrong field. */
export const validated = <Target extends "json" | "param" | "query", Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
) =>
  zValidator(target, schema, (result) => {
    if (result.success) return;
    const wrong = result.error.issues.map(
      (issue) => `${issue.path.map(String).join(".") || target}: ${issue.message}`,
    );
    throw new SlicebenchError("REQUEST_INVALID", `The request does not fit: ${wrong.join("; ")}.`);
  });

/** A resource's id in a path or query. */
export const idSchema = z.string().min(1).max(128);
export const idParameter = z.object({ id: idSchema });
export const frameParameter = z.object({
  id: idSchema,
  index: z.coerce.number().int().min(0).max(1_000_000),
});
export const seriesQuery = z.object({ seriesId: idSchema });

/** Without a layer, others are measured against the reference by origin. */
export const comparisonQuery = seriesQuery.extend({ referenceLayerId: idSchema.optional() });

/** A comparison of the Laboratory: of a series, or of all series of its study. */
export const laboratoryQuery = comparisonQuery.extend({
  scope: z.enum(["series", "study"]).default("series"),
  objects: z
    .enum(["true", "false"])
    .default("false")
    .transform((value) => value === "true"),
});
