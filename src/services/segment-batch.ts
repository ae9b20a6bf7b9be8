import type { WireError } from "../core/errors";
import type { RunTimings } from "../engine/engine";
import type { ScannedInputs } from "./inputs";
import type { StoredModel } from "./models";
import type { BatchProgress } from "./progress";
import type { SeriesFormat } from "./series-results";

export const segmentFormats = ["png", "nifti", "seg", "coco"] as const satisfies ("png" | SeriesFormat)[];
export type SegmentFormat = (typeof segmentFormats)[number];

/** A batch: every model over every frame. */
export interface SegmentBatch {
  inputs: ScannedInputs;
  models: StoredModel[];
  /** Results go here; with several models, into a folder of each. */
  out: string;
  formats: readonly SegmentFormat[];
  /** Writes each segment's probability map beside the label map. */
  probabilities?: boolean;
  /** Leaves alone what is done already. */
  resume: boolean;
  /** What executes, for the record: a mask of another engine is another mask. */
  engineName: string;
}

/** What a batch tells while it runs. Inputs are named relative to the folder that was given. */
export type SegmentEvent =
  | { type: "warning"; model: string; series: string; message: string }
  | { type: "file-failed"; input: string; error: WireError }
  | { type: "file-ignored"; input: string; what: string }
  | {
      type: "frame-done";
      state: "written" | "skipped";
      model: string;
      input: string;
      /** Absolute. */
      file: string;
      frame: number;
      rows: number;
      columns: number;
      /** Path of the label map; absent where only files of whole series are written. */
      output?: string;
      inputSha256: string;
      /** Of the label map's file; absent with `output`. */
      outputSha256?: string;
      /** Absent where an earlier run had made the label map, as are the two below. */
      timings?: RunTimings;
      /** Of the engine's process after the run. */
      memoryBytes?: number;
      provider?: string;
      /** Why it was not another one. */
      providerNote?: string;
    }
  | { type: "frame-failed"; model: string; input: string; frame: number; error: WireError }
  | {
      type: "volume-done";
      state: "written" | "skipped";
      format: SeriesFormat;
      model: string;
      series: string;
      output: string;
    }
  | { type: "volume-failed"; format: SeriesFormat; model: string; series: string; error: WireError }
  | { type: "progress"; progress: BatchProgress };
