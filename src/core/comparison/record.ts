import { z } from "zod";
import { SlicebenchError } from "../errors";
import { robustnessSchema } from "./robustness";

/**
 * `comparison.json`: several candidates (models, or folders of label maps) over the same pictures, and what was
 * measured between them. Its JSON Schema is published in docs/reference/comparison.schema.json.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const metricValueSchema = z
  .union([z.object({ value: z.number() }), z.object({ value: z.null(), reason: z.string() })])
  .describe("A number, or null and why there is none.");

const segmentSchema = z.object({
  value: z.int().min(1).max(255),
  label: z.string(),
  colour: z.string(),
  concept: z.object({ value: z.string(), scheme: z.string(), meaning: z.string() }).optional(),
});

const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  origin: z
    .enum(["model", "folder", "annotation", "dicom-object"])
    .describe(
      "A model that was run, a folder of label maps, what was drawn in the window, or a DICOM object beside the images.",
    ),
  version: z.string().optional(),
  use: z.string().optional(),
  weightsSha256: sha256.optional(),
  cardSha256: sha256.optional(),
  weightsBytes: z.int().optional(),
  parameters: z.int().optional(),
  macs: z.int().optional().describe("Multiply-adds of one forward pass at `macsAt`."),
  macsAt: z.object({ rows: z.int(), columns: z.int() }).optional(),
});

export const timingsSchema = z
  .object({
    decode: z.number(),
    prepare: z.number(),
    inference: z.number(),
    finish: z.number(),
    total: z.number(),
  })
  .describe("Milliseconds; total is from file to label map.");

const resultSchema = z.object({
  model: z.string(),
  output: z
    .string()
    .describe("The label map, relative to this file; an absolute path where it lies elsewhere."),
  outputSha256: sha256,
  timings: timingsSchema.optional().describe("Absent where an earlier run had made the label map."),
  memoryBytes: z.int().optional().describe("Resident memory of the model's own process after the slice."),
  segments: z
    .record(z.string(), z.record(z.string(), metricValueSchema))
    .optional()
    .describe("Against the reference, by segment label and metric; absent without one."),
  objects: z.record(z.string(), z.int()).optional().describe("Objects counted, by segment label."),
});

export const comparisonCaseSchema = z.object({
  input: z.string().describe("Relative to the folder that was given, with /."),
  inputSha256: sha256,
  frame: z.int().min(0),
  series: z.int().min(0).describe("Cases of one series are not independent of each other."),
  rows: z.int(),
  columns: z.int(),
  slices: z.int().optional().describe("Of a volume."),
  unit: z.enum(["mm", "px"]).describe("Of every length of this case."),
  spacingMm: z
    .array(z.number())
    .optional()
    .describe("Between rows, between columns, and of a volume between slices."),
  referenceSha256: sha256.optional(),
  referenceObjects: z.record(z.string(), z.int()).optional(),
  results: z.array(resultSchema),
  agreement: z
    .array(z.object({ a: z.string(), b: z.string(), dice: z.number().nullable() }))
    .describe(
      "Dice between each two, mean over the segments that either marked; null where neither marked any.",
    ),
  disagreement: z.number().optional().describe("1 minus the mean agreement; absent with one candidate."),
  consensus: z
    .object({
      entropy: z
        .number()
        .describe("Mean entropy of the votes in bits over the pixels that any candidate marked."),
      readers: z
        .array(
          z.object({
            model: z.string(),
            sensitivity: z
              .record(z.string(), z.number())
              .describe("By label of the segments that anyone marked."),
            specificity: z.number().describe("Background that is left background."),
            diceToMajority: z.number().nullable(),
            diceToStaple: z.number().nullable(),
          }),
        )
        .describe("What STAPLE finds out about each candidate, and its Dice against both consensus maps."),
    })
    .optional()
    .describe("Of three candidates and more: majority vote and STAPLE, and each candidate against them."),
});

const summarySchema = z.object({
  n: z.int().describe("Cases in which the metric is defined."),
  mean: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable().describe("Bootstrap 95 % interval of the mean."),
  min: z.number().nullable(),
  q1: z.number().nullable(),
  median: z.number().nullable(),
  q3: z.number().nullable(),
  max: z.number().nullable(),
});

const costSchema = z.object({
  slices: z.int(),
  millisecondsMedian: z.number().nullable(),
  millisecondsP95: z.number().nullable(),
  inferenceMedian: z.number().nullable(),
  memoryBytes: z.int().nullable().describe("The largest over the slices."),
});

const rankingSchema = z.object({
  segment: z.string(),
  metric: z.string(),
  unit: z
    .enum(["case", "series"])
    .describe("What counts as one in the tests: a case, or all cases of a series."),
  order: z
    .array(z.object({ model: z.string(), mean: z.number().nullable(), n: z.int() }))
    .describe("Best mean first."),
  leaders: z.array(z.string()).describe("The first, and those that these data do not tell apart from it."),
  pairs: z.array(
    z.object({
      a: z.string(),
      b: z.string(),
      n: z.int().describe("Cases in which both have a value."),
      difference: z
        .number()
        .nullable()
        .describe(
          "Mean of a minus b; where a value near 0 is best, of their magnitudes. Null of fewer than two.",
        ),
      interval: z
        .tuple([z.number(), z.number()])
        .nullable()
        .describe("Bootstrap 95 % interval of the difference."),
      p: z.number().describe("Wilcoxon's signed-rank test, two-sided."),
      adjustedP: z.number().describe("After Holm, over the pairs of this metric and segment."),
      better: z.string().nullable().describe("Null is a tie."),
    }),
  ),
});

export const comparisonRecordSchema = z.object({
  schemaVersion: z.literal(2),
  kind: z.enum(["compare", "evaluate", "window"]).describe("By which command, or in the window."),
  software: z.object({ name: z.literal("slicebench"), version: z.string() }),
  command: z.string().describe("What was typed."),
  finishedAt: z.iso.datetime(),
  machine: z.object({
    processor: z.string(),
    logicalCores: z.int(),
    memoryBytes: z.int(),
    system: z.string(),
    node: z.string(),
    engine: z.object({ name: z.string(), version: z.string(), provider: z.string() }).optional(),
  }),
  models: z.array(modelSchema),
  segments: z.array(segmentSchema),
  reference: z.object({ kind: z.enum(["given", "beside"]), cases: z.int() }).optional(),
  options: z.object({ objects: z.boolean(), probabilities: z.boolean() }),
  cases: z.array(comparisonCaseSchema),
  volumes: z
    .array(comparisonCaseSchema)
    .optional()
    .describe(
      "Each series whose slices make a volume, measured as a whole beside its slices; input and outputs are its first slice's. Not part of summary and rankings.",
    ),
  summary: z.record(
    z.string(),
    z.object({ cost: costSchema, segments: z.record(z.string(), z.record(z.string(), summarySchema)) }),
  ),
  rankings: z.array(rankingSchema),
  agreement: z
    .array(z.object({ a: z.string(), b: z.string(), dice: z.number().nullable(), n: z.int() }))
    .describe("Means over the cases in which it is defined."),
  robustness: robustnessSchema.optional().describe("Where it was asked for."),
  failures: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      file: z.string().optional(),
    }),
  ),
});

export type ComparisonRecord = z.infer<typeof comparisonRecordSchema>;
export type ComparisonCase = z.infer<typeof comparisonCaseSchema>;
export type CaseResult = ComparisonCase["results"][number];
export type ComparedModel = ComparisonRecord["models"][number];
export type MetricSummary = z.infer<typeof summarySchema>;
export type ModelCost = z.infer<typeof costSchema>;
export type Ranking = z.infer<typeof rankingSchema>;

/** Parses the text of a `comparison.json`; throws COMPARISON_RECORD_INVALID. */
export function parseComparisonRecord(text: string, file: string): ComparisonRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SlicebenchError("COMPARISON_RECORD_INVALID", "comparison.json is not valid JSON.", {
      file,
      cause,
    });
  }
  const parsed = comparisonRecordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SlicebenchError(
    "COMPARISON_RECORD_INVALID",
    `comparison.json does not fit this version's schema: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    { file, hint: "Compare it with docs/reference/comparison.schema.json." },
  );
}
