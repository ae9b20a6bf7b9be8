import { z } from "zod";
import { id, segmentValue } from "./fields";

const windowChoice = z.discriminatedUnion("source", [
  z.object({ source: z.literal("file"), index: z.int().min(0) }),
  z.object({ source: z.literal("auto") }),
  z.object({ source: z.literal("preset"), name: z.string().max(40), center: z.number(), width: z.number() }),
  z.object({ source: z.literal("manual"), center: z.number(), width: z.number() }),
]);

/** Where the reader was: `PUT` by the page as it changes, `GET` when a page opens; `null` where nobody was anywhere. */
export const sessionSchema = z.object({
  workplace: z.string().max(40),
  layout: z.enum(["1x1", "1x2", "2x2", "2x3"]),
  activeViewportId: z.string().max(10),
  tool: z.string().max(40),
  layersHidden: z.boolean(),
  viewports: z
    .array(
      z.object({
        id: z.string().max(10),
        seriesId: id,
        plane: z.enum(["native", "axial", "coronal", "sagittal"]),
        frameIndex: z.int().min(0),
        window: windowChoice,
        invert: z.boolean(),
        layerIds: z.array(id).max(100).optional(),
        primaryLayerId: id.optional(),
      }),
    )
    .max(20),
  /** What the hand in Annotate holds; absent in what older programs kept. */
  annotation: z
    .object({
      tool: z.string().max(40).optional(),
      segment: segmentValue,
      overwrite: z.enum(["all", "visible", "none"]),
      subtract: z.boolean(),
      brush: z.object({
        shape: z.enum(["disc", "square", "sphere"]),
        diameterMm: z.number().positive().max(10_000),
        diameterPixels: z.number().positive().max(10_000),
      }),
      growing: z.object({ volume: z.boolean(), tolerance: z.number().min(0) }),
      layerIds: z.record(id, id),
    })
    .optional(),
});
export type Session = z.infer<typeof sessionSchema>;
