import { z } from "zod";
import { type EditCost, type ReviewState, type SliceDispute, reviewStates } from "../../core/review";
import { id } from "./fields";

/** An open series in the review queue. `GET /api/review?models=A,B` looks at these models; at all without it. */
export interface ReviewView {
  seriesId: string;
  state: ReviewState;
  /** One a frame. */
  frames: ReviewState[];
  /** How far the models disagree over the series, 0..1; absent where fewer than two ran. */
  dispute?: number;
  /** 1 - mean pairwise Dice between the models, by frame. */
  sliceDisputes: SliceDispute[];
}

/** Says where the reader is with a series, or with one of its frames. */
export const setReviewSchema = z.object({
  seriesId: id,
  frame: z.int().min(0).optional(),
  state: z.enum(reviewStates),
});

/** What it took to correct one model's masks, over all annotations that started from them. */
export interface EditCostView extends EditCost {
  modelId: string;
  layers: number;
  /** Slices whose masks were taken over. */
  slices: number;
}
