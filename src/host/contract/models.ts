import { z } from "zod";
import { type ModelCard, modelCardSchema } from "../../core/model-card";
import type { ModelProposal } from "../../core/model-import/propose";
import { id } from "./fields";

export interface ModelView {
  card: ModelCard;
  /** Measured on this machine, over the runs so far; absent until one has run. */
  here?: { msPerFrame: number; memoryBytes: number; runs: number; provider: string };
  bundled: boolean;
}

/** Reads a network's file, by its path or that of an upload. Answers 201 with an ImportView. */
export const beginImportSchema = z.object({ path: z.string().min(1).max(4_096) });

/** A network on its way in: how it is proposed to be run, and between what one can choose. */
export type ImportView = ModelProposal & { id: string };

/** Segments one frame of a series under a card that may still change. Answers with a label map's raw bytes. */
export const previewImportSchema = z.object({ seriesId: id, frame: z.int().min(0), card: modelCardSchema });

/** `x-slicebench-header` of a preview; the body is rows x columns bytes. */
export interface PreviewHeader {
  rows: number;
  columns: number;
  milliseconds: number;
}

/** Makes it a model. Answers 201 with its ModelView. */
export const finishImportSchema = z.object({ card: modelCardSchema });
