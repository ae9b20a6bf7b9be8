import { z } from "zod";
import { SlicebenchError } from "../core/errors";

/**
 * `segmentation.json`: what lies beside the label maps of a folder, so that they can be understood, checked
 * and resumed without the program that wrote them. It holds no date and no timing: the same input and the
 * same model give the same bytes.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const originSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("model"),
    id: z.string(),
    name: z.string(),
    version: z.string(),
    weightsSha256: sha256,
    cardSha256: sha256,
    use: z.string(),
  }),
  z.object({ kind: z.literal("reference"), description: z.string() }),
]);

export const segmentationItemSchema = z.object({
  /** The input's path relative to the folder that was given, with `/`. */
  input: z.string(),
  inputSha256: sha256,
  /** Index of the frame in the input, from 0. */
  frame: z.int().min(0),
  /** The label map, relative to this file. */
  output: z.string(),
  outputSha256: sha256,
  rows: z.int().positive(),
  columns: z.int().positive(),
  /** As in DICOM: between rows, between columns, in mm; centre of the first pixel; direction of rows and columns (LPS). */
  spacingMm: z.tuple([z.number(), z.number()]).optional(),
  position: z.tuple([z.number(), z.number(), z.number()]).optional(),
  orientation: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).optional(),
  /** One 16-bit PNG a segment where they were asked for: 65535 is certain. */
  probabilities: z
    .array(z.object({ segment: z.int().min(1).max(255), output: z.string(), outputSha256: sha256 }))
    .optional(),
});

const failureSchema = z.object({
  input: z.string(),
  frame: z.int().min(0).optional(),
  code: z.string(),
  message: z.string(),
});

export const segmentationVolumeSchema = z.object({
  output: z.string(),
  outputSha256: sha256,
  /** In the volume's order. */
  frames: z.array(z.object({ input: z.string(), inputSha256: sha256, frame: z.int().min(0) })),
});

export const segmentationRecordSchema = z.object({
  schemaVersion: z.literal(1),
  software: z.object({ name: z.literal("slicebench"), version: z.string() }),
  origin: originSchema,
  /** What executed the model; absent for a reference. */
  engine: z.string().optional(),
  segments: z.array(
    z.object({
      value: z.int().min(1).max(255),
      label: z.string(),
      colour: z.string(),
      concept: z.object({ value: z.string(), scheme: z.string(), meaning: z.string() }).optional(),
    }),
  ),
  /** Sorted by output name. */
  items: z.array(segmentationItemSchema),
  failures: z.array(failureSchema),
  /** Label maps of a whole series in one file, sorted by output name. */
  volumes: z.array(segmentationVolumeSchema),
});

export type SegmentationRecord = z.infer<typeof segmentationRecordSchema>;
export type SegmentationItem = SegmentationRecord["items"][number];
export type SegmentationVolume = SegmentationRecord["volumes"][number];
export type SegmentationFailure = SegmentationRecord["failures"][number];

/** The name that the record has in its folder. */
export const segmentationRecordName = "segmentation.json";

/** The record as the text of its file. */
export function formatSegmentationRecord(record: SegmentationRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Parses the text of a `segmentation.json`; throws SEGMENTATION_RECORD_INVALID. */
export function parseSegmentationRecord(text: string, file: string): SegmentationRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SlicebenchError("SEGMENTATION_RECORD_INVALID", "segmentation.json is not valid JSON.", {
      file,
      cause,
      hint: "Run the command again without --resume.",
    });
  }
  const parsed = segmentationRecordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SlicebenchError(
    "SEGMENTATION_RECORD_INVALID",
    `segmentation.json was not written by this version: ${parsed.error.issues[0]?.path.join(".") ?? ""} does not fit.`,
    { file, hint: "Run the command again without --resume." },
  );
}
