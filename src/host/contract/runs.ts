import { z } from "zod";
import { id } from "./fields";

/** Why a model may not suit a series; the page asks before it runs. */
export interface SuitabilityWarning {
  modelId: string;
  message: string;
}

/** Runs models over a series: all frames, or those named. Answers 202 with one RunView a model. */
export const startRunsSchema = z.object({
  seriesId: id,
  modelIds: z.array(id).min(1).max(16),
  frames: z.array(z.int().min(0)).min(1).optional(),
  /** Without it, a run that does not suit its input answers 409 with SuitabilityWarnings. */
  acceptWarnings: z.boolean().default(false),
});

export interface RunView {
  id: string;
  jobId: string;
  modelId: string;
  seriesId: string;
  layerId: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  framesDone: number;
  framesTotal: number;
  /** Means over the frames done. */
  msPerFrame?: number;
  memoryBytes?: number;
  provider?: string;
  failures: { frame: number; code: string; message: string; hint?: string }[];
}
