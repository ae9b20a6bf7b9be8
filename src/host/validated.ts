import { zValidator } from "@hono/zod-validator";
import { z } from "zod";
import { SlicebenchError } from "../core/errors";
import { id } from "./contract/fields";

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

export const idParameter = z.object({ id });
export const frameParameter = z.object({
  id,
  index: z.coerce.number().int().min(0).max(1_000_000),
});
export const seriesQuery = z.object({ seriesId: id });

/** Without a layer, others are measured against the reference by origin. */
export const comparisonQuery = seriesQuery.extend({ referenceLayerId: id.optional() });

/** A comparison of the Laboratory: of a series, or of all series of its study. */
export const laboratoryQuery = comparisonQuery.extend({
  scope: z.enum(["series", "study"]).default("series"),
  objects: z
    .enum(["true", "false"])
    .default("false")
    .transform((value) => value === "true"),
});
