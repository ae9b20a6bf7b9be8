import { z } from "zod";
import { SlicebenchError } from "./errors";
import { turboSchema } from "./turbo";

/**
 * The model card, `model.json`: what a model is, what it takes, what it gives, and how good it was measured
 * to be. It is the whole contract between a model and the pipeline: nothing about a model is known elsewhere.
 */

const segmentSchema = z.object({
  value: z.int().min(1).max(255),
  label: z.string().min(1),
  colour: z.string().regex(/^#[0-9A-Fa-f]{6}$/),
  concept: z.object({ value: z.string(), scheme: z.string(), meaning: z.string() }).optional(),
});

/** How intensities become network input. Fractions are of the finite, unpadded values of one frame. */
const intensitySchema = z.discriminatedUnion("kind", [
  /** Window in the modality LUT's units, linearly to 0..1, clipped. */
  z.object({ kind: z.literal("window"), center: z.number(), width: z.number().positive() }),
  /** From percentile `low` to percentile `high` (0..100) of the frame, linearly to 0..1, clipped. */
  z.object({ kind: z.literal("percentile"), low: z.number().min(0), high: z.number().max(100) }),
  /** (value - mean) / standard deviation of the frame, each channel by itself. */
  z.object({ kind: z.literal("z-score") }),
  /** The displayed 8-bit value divided by `divisor`, then (x - mean) / std by channel. */
  z.object({
    kind: z.literal("0-255"),
    divisor: z.number().positive(),
    mean: z.array(z.number()).optional(),
    std: z.array(z.number().positive()).optional(),
  }),
]);

const sizeSchema = z.discriminatedUnion("kind", [
  /** The whole frame is resampled to fit rows x columns, keeping its aspect, and padded. */
  z.object({ kind: z.literal("fit"), rows: z.int().positive(), columns: z.int().positive() }),
  /** The frame keeps its scale (times `scale`) and is worked through in overlapping tiles. */
  z.object({
    kind: z.literal("tiles"),
    rows: z.int().positive(),
    columns: z.int().positive(),
    /** Share of a tile that overlaps its neighbour, 0..0.9. */
    overlap: z.number().min(0).max(0.9),
    /** Of the frame's own resolution, 1 where absent. */
    scale: z.number().positive().optional(),
  }),
  /** The frame keeps its scale and is padded to a multiple. */
  z.object({ kind: z.literal("multiple-of"), multiple: z.int().positive() }),
]);

/** Where the channels of a tensor of one image are: before rows and columns, or after them. */
const layoutSchema = z.enum(["NCHW", "NHWC"]);

const measuredSchema = z.object({
  dice: z.number().nullable(),
  iou: z.number().nullable(),
  hd95: z.number().nullable(),
});

export const modelCardSchema = z.object({
  /**
   * 2 adds input.elementType, output.activated, output.reduction and source: a program that knows only 1 would
   * run such a model wrongly in silence, so it must not take the card for one of its own.
   */
  schemaVersion: z.union([z.literal(1), z.literal(2)]),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  name: z.string().min(1),
  version: z.string(),
  /** What it is for and what it has not seen, in plain words. */
  description: z.string(),
  /** "demonstration, not for clinical use" on all of ours. */
  use: z.string(),
  limits: z.array(z.string()),
  licence: z.string(),
  citation: z.array(z.string()),
  weights: z.object({
    file: z.string().regex(/^[^/\\]+\.onnx$/),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.int().positive(),
    storage: z.enum(["float32", "float16", "int8"]),
  }),
  architecture: z.object({
    family: z.string(),
    encoder: z.string(),
    decoder: z.string(),
    parameters: z.int().nonnegative(),
    /** Multiply-adds of one forward pass at `macsAt`; absent where an operator's work is not known. */
    macs: z.int().nonnegative().optional(),
    macsAt: z.object({ rows: z.int().positive(), columns: z.int().positive() }),
  }),
  input: z.object({
    name: z.string(),
    channels: z.union([z.literal(1), z.literal(3)]),
    size: sizeSchema,
    /** Rows and columns are resampled to this spacing first, where the frame's is known. */
    spacingMm: z.number().positive().optional(),
    intensity: intensitySchema,
    layout: layoutSchema,
    /** Of the tensor; float32 where absent. uint8 is rounded, and clipped to 0..255. */
    elementType: z.enum(["float32", "float16", "uint8"]).optional(),
    /** What it suits: a run on another kind warns before it starts. */
    suits: z.object({
      modalities: z.array(z.string()),
      colour: z.enum(["grey", "colour", "either"]),
    }),
  }),
  output: z.object({
    name: z.string(),
    layout: layoutSchema,
    /** softmax: channel 0 is background; sigmoid: channel i is segment i alone; none: already a label map. */
    activation: z.enum(["softmax", "sigmoid", "none"]),
    /** The network applies the activation itself: its output are probabilities. False where absent. */
    activated: z.boolean().optional(),
    /** The output has one pixel for so many of the input, along rows and columns. 1 where absent. */
    reduction: z.int().min(1).max(64).optional(),
    /** Of the sigmoid's probability. */
    threshold: z.number().min(0).max(1).optional(),
    segments: z.array(segmentSchema).min(1),
  }),
  /** Of a model that the user brought: what it was made from. */
  source: z
    .object({
      /** The file's own name, without its folder. */
      file: z.string(),
      /** As the file says: "pytorch 2.5.1", "tf2onnx 1.16.1". */
      producer: z.string(),
      operatorSet: z.int(),
      importedOn: z.string(),
    })
    .optional(),
  /** Of an 8-bit form of another model. */
  turbo: turboSchema.optional(),
  training: z
    .object({
      data: z.string(),
      split: z.string(),
      subjects: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
      epochs: z.int().positive(),
      seed: z.int(),
      command: z.string(),
      commit: z.string(),
    })
    .optional(),
  evaluation: z
    .object({
      data: z.string(),
      subjects: z.int().positive(),
      images: z.int().positive(),
      /** Means over images, by segment label; lengths in `unit`. */
      segments: z.record(z.string(), measuredSchema),
      unit: z.enum(["mm", "px"]),
      date: z.string(),
      command: z.string(),
    })
    .optional(),
});

export type ModelCard = z.infer<typeof modelCardSchema>;
export type IntensityRule = z.infer<typeof intensitySchema>;
export type InputSize = z.infer<typeof sizeSchema>;

/** Parses the text of a `model.json`; throws MODEL_CARD_INVALID that names every field that is wrong. */
export function parseModelCard(text: string, file: string): ModelCard {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SlicebenchError("MODEL_CARD_INVALID", "The model card is not valid JSON.", { file, cause });
  }
  const parsed = modelCardSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  throw new SlicebenchError("MODEL_CARD_INVALID", `The model card has fields that do not fit: ${wrong}.`, {
    file,
    hint: "Compare it with a bundled model.json, or import the model again.",
  });
}
