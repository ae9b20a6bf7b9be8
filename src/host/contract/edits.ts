import { z } from "zod";
import { reshapingSchema } from "../../core/mask/reshape";
import { colour, id, segmentValue } from "./fields";

/**
 * `POST /api/layers/:id/edits?edit=&title=&segment=`: one step of the history. The body is the edit's patches as bytes
 * (core/mask/patch-wire.ts), as they are too many for a header. The same `edit` sent twice is done once.
 */
export const editQuery = z.object({
  edit: z.uuid(),
  title: z.string().min(1).max(100),
  /** The value that the edit draws, where it is one segment's. */
  segment: z.coerce.number().pipe(segmentValue).optional(),
});

const conceptSchema = z.object({
  scheme: z.string().min(1).max(16),
  value: z.string().min(1).max(64),
  meaning: z.string().min(1).max(64),
});
const describedSegment = {
  label: z.string().trim().min(1).max(64).optional(),
  colour: colour.optional(),
  /** null takes concept and category away. */
  concept: conceptSchema.nullable().optional(),
  category: conceptSchema.optional(),
};

/**
 * `POST /api/layers/:id/segments`: changes an annotation's segments as a step of the history, with the pixels of a
 * segment that ends. Answers with the step.
 */
export const changeSegmentsSchema = z.object({
  edit: z.uuid(),
  change: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("add"), ...describedSegment }),
    z.object({ kind: z.literal("describe"), value: segmentValue, ...describedSegment }),
    z.object({ kind: z.literal("reorder"), values: z.array(segmentValue).max(255) }),
    z.object({ kind: z.literal("merge"), value: segmentValue, into: segmentValue }),
    z.object({ kind: z.literal("remove"), value: segmentValue }),
  ]),
});

/** `PATCH /api/layers/:id/segments/:value`: how a segment is looked at and guarded; at once, and no step. */
export const segmentStateSchema = z.object({
  locked: z.boolean().optional(),
  hidden: z.boolean().optional(),
});

/**
 * `POST /api/layers/:id/operations`: works on one segment of an annotation as a step of the history. Answers with the
 * step, or 204 where nothing changed.
 */
export const operateSchema = z.object({
  edit: z.uuid(),
  segment: segmentValue,
  /** The slice in view. */
  frame: z.int().min(0).max(1_000_000),
  /** `volume` needs slices that are evenly spaced. Filling between slices: of `slice`, the gap that it lies in. */
  scope: z.enum(["slice", "each-slice", "volume"]),
  /** Which segments give way; locked ones never do. */
  overwrite: z.enum(["all", "visible", "none"]),
  /** Of the reshapings' distances; mm needs a known spacing. */
  unit: z.enum(["mm", "px"]).default("px"),
  operation: z.discriminatedUnion("kind", [
    reshapingSchema,
    z.object({
      kind: z.literal("combine"),
      how: z.enum(["union", "intersection", "subtract"]),
      /** The layer itself unless given. */
      layerId: id.optional(),
      value: segmentValue,
    }),
    z.object({ kind: z.literal("copy"), to: z.int().min(0).max(1_000_000) }),
    z.object({ kind: z.literal("fill-between") }),
    z.object({
      kind: z.literal("accept"),
      layerId: id,
      /** A pixel of the one component that is added to the segment; else every segment becomes the other layer's. */
      at: z.object({ row: z.int().min(0), column: z.int().min(0) }).optional(),
    }),
  ]),
});

/** Takes the last step of a series back, or does the first undone one again. Answers with what was done, or 204. */
export const historySchema = z.object({ seriesId: id });

/** One step of a series' history: an edit of a layer, or a measurement. */
export interface EditView {
  id: string;
  /** Absent of a measurement. */
  layerId?: string;
  title: string;
  frames: number[];
  /** The value of the segment that it drew, where it is one segment's. */
  segment?: number;
  /** Milliseconds since 1970. */
  madeAt: number;
  isUndone: boolean;
}
