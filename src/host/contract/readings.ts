import { z } from "zod";
import {
  type PairPreference,
  type ReadingChoice,
  readingChoices,
  type ReadingOrder,
  readingOrders,
  readingSides,
} from "../../core/comparison/blind-reading";
import type { Segment } from "../../core/mask/label-map";
import { id } from "./fields";

/** Begins a blind reading over a series or its study. Without a seed one is drawn. */
export const beginReadingSchema = z.object({
  seriesId: id,
  scope: z.enum(["series", "study"]).default("series"),
  /** Ids of the candidates as in `LaboratoryView.record`. */
  models: z.array(id).min(2).max(16),
  order: z.enum(readingOrders).default("disputed"),
  mostPerPair: z.int().min(1).max(100_000).default(20),
  seed: z.int().min(0).max(0xffff_ffff).optional(),
});

export const answerReadingSchema = z.object({
  presentation: z.int().min(0),
  choice: z.enum(readingChoices),
});

/** `GET /api/readings/:id/presentations/:index/:side`: that side's label map, raw, and `PresentedMaskHeader` beside it. */
export const presentedMaskParameter = z.object({
  id,
  index: z.coerce.number().int().min(0).max(1_000_000),
  side: z.enum(readingSides),
});

/** Nothing by which the layer could be told. */
export interface PresentedMaskHeader {
  rows: number;
  columns: number;
}

/** A blind reading. Which candidate is on which side is not in it until names are told. */
export interface ReadingView {
  id: string;
  /** Milliseconds since 1970. */
  begunAt: number;
  order: ReadingOrder;
  segments: Segment[];
  candidateCount: number;
  /** Where each presentation is found; `frame` from 0 in the series. */
  places: { seriesId: string; frame: number; input: string }[];
  /** The answer that counts to each of them; null where there is none. */
  choices: (ReadingChoice | null)[];
  /** Pairs of masks that were left out, as they are the same. */
  identical: number;
  /** Present once names are told; the reading is over then. */
  result?: ReadingResult;
}

export interface ReadingResult {
  seed: number;
  candidates: { id: string; name: string }[];
  pairs: PairPreference[];
  /** How often each side was preferred: far from even, the reader may have had a habit. */
  sides: { left: number; right: number };
}
