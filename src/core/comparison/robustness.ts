import { z } from "zod";
import type { Perturbation } from "../image/perturb";

/** The robustness of models: slices perturbed step by step, and how far each model's masks hold. */

const perturbationSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("noise"), share: z.number(), seed: z.int() }),
  z.object({ kind: z.literal("blur"), sigmaPx: z.number() }),
  z.object({ kind: z.literal("gamma"), gamma: z.number() }),
  z.object({ kind: z.literal("rotation"), degrees: z.number() }),
]) satisfies z.ZodType<Perturbation>;

const meanDiceSchema = z
  .object({ mean: z.number().nullable(), n: z.int() })
  .describe(
    "Mean Dice over the slices in which it is defined, each a mean over the segments that either marks.",
  );

export const robustnessSchema = z
  .object({
    seed: z.int(),
    slices: z.array(z.object({ input: z.string(), frame: z.int().min(0) })),
    shown: z.int().min(0).describe("Which of the slices the pictures show."),
    perturbations: z.array(perturbationSchema),
    models: z.array(
      z.object({
        model: z.string(),
        reference: meanDiceSchema.optional().describe("Of the slices as they are."),
        steps: z
          .array(
            z.object({
              own: meanDiceSchema.describe("To the model's own mask of the slice as it is."),
              reference: meanDiceSchema.optional(),
              shown: z.number().nullable().describe("To its own mask, on the slice that is shown."),
            }),
          )
          .describe("One a perturbation, in their order."),
        stability: z.number().nullable().describe("Mean of the steps' Dice to the model's own mask."),
      }),
    ),
  })
  .describe(
    "Slices with noise, blur, another gamma and turned (masks are turned back), through each model again.",
  );

export type Robustness = z.infer<typeof robustnessSchema>;

/** Three steps of each kind, from what one meets to what one hopes not to. */
export function perturbationSteps(seed: number): Perturbation[] {
  return [
    ...[0.05, 0.1, 0.2].map((share): Perturbation => ({ kind: "noise", share, seed })),
    ...[1, 2, 4].map((sigmaPx): Perturbation => ({ kind: "blur", sigmaPx })),
    ...[0.6, 1.4, 2].map((gamma): Perturbation => ({ kind: "gamma", gamma })),
    ...[5, 10, 20].map((degrees): Perturbation => ({ kind: "rotation", degrees })),
  ];
}

export const perturbationNames: Record<Perturbation["kind"], string> = {
  noise: "Noise",
  blur: "Blur",
  gamma: "Gamma",
  rotation: "Rotation",
};

/** How strong a perturbation is, as one reads it: "10 %", "2 px", "0.6", "20°". */
export function perturbationStrength(perturbation: Perturbation): string {
  switch (perturbation.kind) {
    case "noise":
      return `${Math.round(100 * perturbation.share)} %`;
    case "blur":
      return `${perturbation.sigmaPx} px`;
    case "gamma":
      return perturbation.gamma.toString();
    case "rotation":
      return `${perturbation.degrees}°`;
  }
}

/** The kinds in their order, each with how many steps it has: the heads over a strip. */
export function perturbationGroups(
  perturbations: readonly Perturbation[],
): { kind: Perturbation["kind"]; count: number }[] {
  const kinds = [...new Set(perturbations.map(({ kind }) => kind))];
  return kinds.map((kind) => ({ kind, count: perturbations.filter((each) => each.kind === kind).length }));
}

/** So many of them, evenly spread, the middle one of each equal part. */
export function spreadOver<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, at) => items[Math.floor(((at + 0.5) * items.length) / most)]!);
}
