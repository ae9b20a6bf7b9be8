import { z } from "zod";
import type { Robustness } from "../../core/comparison/robustness";
import { id } from "./fields";

/** Perturbs slices of a series and runs models on them again, as a job. */
export const startRobustnessSchema = z.object({
  seriesId: id,
  models: z.array(id).min(1).max(16),
  /** The slice that is shown; index in the series from 0. */
  frame: z.int().min(0),
  /** How many slices, this one and others spread over the series. */
  slices: z.int().min(1).max(100).default(1),
  referenceLayerId: id.optional(),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
});

/** A picture of the strip: 0 is the slice as it is, then the perturbations in their order. */
export const robustnessPictureParameter = z.object({
  id,
  model: id,
  step: z.coerce.number().int().min(0).max(1_000),
});

/** What was last found of a series; `GET /api/robustness?seriesId=` answers null where nothing was. */
export interface RobustnessView {
  /** Part of the pictures' addresses. */
  id: string;
  seriesId: string;
  /** Index in the series of the slice that is shown, from 0. */
  frame: number;
  robustness: Robustness;
}
