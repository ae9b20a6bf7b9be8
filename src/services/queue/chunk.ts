import { z } from "zod";
import type { RunTimings } from "../../engine/engine";
import type { WireError } from "../../core/errors";
import { segmentationItemSchema } from "../segmentation-record";

/** The queue's name in Redis; the number grows with the shape of what crosses it, so that versions never mix. */
export const queueName = "slicebench-segment-1";

const sharedPath = z.string().max(4_096);

/**
 * What a worker is sent: frames of one model, by reference. Pixels never cross the queue; paths are those of the
 * shared folder.
 */
export const chunkSchema = z.object({
  /** Told apart so that all that is left of a batch can be cancelled together. */
  batch: z.uuid(),
  /** The worker's model must be the same to the byte. */
  model: z.object({ id: z.string(), weightsSha256: z.string(), cardSha256: z.string() }),
  probabilities: z.boolean(),
  /** Where the label maps go, each under its own name. */
  folder: sharedPath,
  frames: z
    .array(z.object({ file: sharedPath, frame: z.int().min(0), inputSha256: z.string(), name: sharedPath }))
    .min(1)
    .max(1_000),
});
export type Chunk = z.infer<typeof chunkSchema>;

const timings = z.object({
  decode: z.number(),
  prepare: z.number(),
  inference: z.number(),
  finish: z.number(),
  total: z.number(),
}) satisfies z.ZodType<RunTimings>;

const error = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().exactOptional(),
  file: z.string().exactOptional(),
});

/** What comes back: for each frame what was written, or why it was not. */
export const chunkResultSchema = z.array(
  z.union([
    z.object({ files: segmentationItemSchema.pick({ outputSha256: true, probabilities: true }), timings }),
    z.object({ error }),
  ]),
);
export type ChunkFrameResult =
  Extract<z.infer<typeof chunkResultSchema>[number], { files: unknown }> | { error: WireError };

/** A key that is there once a batch was cancelled: workers look for it between frames. */
export const cancelKey = (batch: string) => `slicebench:cancelled:${batch}`;
