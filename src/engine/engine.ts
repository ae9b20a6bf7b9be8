import type { FrameReference } from "../core/image/frame";

/** A model as the engine takes it: two files side by side. */
export interface ModelSource {
  /** Folder with model.json and the weights that it names. */
  folder: string;
}

/** Where a run's time went, in milliseconds. */
export interface RunTimings {
  decode: number;
  prepare: number;
  /** Inside session.run, all tiles together. */
  inference: number;
  finish: number;
  total: number;
}

export interface SegmentFrameRequest {
  model: ModelSource;
  frame: FrameReference;
  /** Probability maps are only made and sent when asked for. */
  probabilities?: boolean;
}

export interface SegmentFrameResult {
  rows: number;
  columns: number;
  /** The segment's value at each pixel of the frame's own grid; length rows x columns. */
  labelMap: Uint8Array;
  /** One map of 0..1 a segment, on the frame's own grid, in the card's order; only when asked for. */
  probabilities?: Float32Array[];
  timings: RunTimings;
  /** Resident memory of the engine process after the run, in bytes. */
  peakMemoryBytes: number;
  provider: string;
}

/** What can execute models here, and why what cannot, cannot. */
export interface EngineDescription {
  id: "onnxruntime" | "tfjs-node";
  version: string | undefined;
  providers: { id: string; available: boolean; reason?: string }[];
  available: boolean;
  reason?: string;
}

/** Progress within one frame: tiles done. */
export type ProgressListener = (done: number, total: number) => void;

/**
 * What executes models. One method call is one frame; series and folders are loops in `services`.
 * Rejects with SlicebenchError (ENGINE_CRASHED when its process died: the frame is lost, the next call works)
 * or CancelledError when the signal was aborted.
 */
export interface Engine {
  segment(
    request: SegmentFrameRequest,
    options?: { signal?: AbortSignal; onProgress?: ProgressListener },
  ): Promise<SegmentFrameResult>;
  /** Loads a model ahead of its first frame. Returns milliseconds. */
  load(model: ModelSource): Promise<{ loadMs: number }>;
  describe(): Promise<EngineDescription[]>;
  /** Process ids of the live engine processes (for tests and diagnosis). */
  processIds(): number[];
  close(): Promise<void>;
}
