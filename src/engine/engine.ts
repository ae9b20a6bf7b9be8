import type { UsedProvider } from "../core/execution-providers";
import type { FeatureMaps } from "../core/image/feature-maps";
import type { FrameReference } from "../core/image/frame";
import type { Perturbation } from "../core/image/perturb";
import type { ModelCard } from "../core/model-card";
import type { ValueHistogram } from "../core/onnx/quantize/histogram";

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
  /** In place of the folder's own card: how the same weights would do with another preparation. */
  card?: ModelCard | undefined;
  frame: FrameReference;
  /** Done to the frame before it is prepared; the answer is on the perturbed frame's grid. */
  perturbation?: Perturbation;
  /** Probability maps are only made and sent when asked for. */
  probabilities?: boolean;
}

export interface SegmentFrameResult extends UsedProvider {
  rows: number;
  columns: number;
  /** The segment's value at each pixel of the frame's own grid; length rows x columns. */
  labelMap: Uint8Array;
  /** One map of 0..1 a segment, on the frame's own grid, in the card's order; only when asked for. */
  probabilities?: Float32Array[];
  timings: RunTimings;
  /** Resident memory of the engine process after the run, in bytes. */
  peakMemoryBytes: number;
}

/** A look into a network: the channels of one of its values over one frame. */
export interface FeatureMapsRequest {
  model: ModelSource;
  frame: FrameReference;
  /** Name of a value of the model's graph. */
  value: string;
  /** How many channels at most. */
  most: number;
}

export interface FeatureMapsResult extends FeatureMaps {
  /** Rows and columns of what the network was given. */
  input: { rows: number; columns: number };
  /** Which tile of the frame that was, from 0, of how many. */
  tile: { index: number; count: number };
}

/** A frame to learn from how large the values of a network become. */
export interface CalibrationRequest {
  model: ModelSource;
  frame: FrameReference;
}

/** A run without a picture: numbers in, numbers out. */
export interface InferRequest {
  model: ModelSource;
  /** In the network's own layout; converted to the card's element type. */
  input: { data: Float32Array; shape: readonly number[] };
  /** Name of an output of the model's graph. */
  output: string;
}

export interface InferResult {
  shape: readonly number[];
  data: Float32Array;
  /** The network gives whole numbers (labels), which are here as floats. */
  isWhole: boolean;
}

/** What can execute models here, and why what cannot, cannot. */
export interface EngineDescription {
  id: "onnxruntime" | "tfjs-node";
  version: string | undefined;
  /** One is in use; of the others the reason says why they are not. */
  providers: { id: string; inUse: boolean; available: boolean; reason?: string }[];
  available: boolean;
  /** Why it is not available, or what should be known of it. */
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
  /** Runs a model up to one of its values and gives that value's channels as pictures. */
  featureMaps(request: FeatureMapsRequest, options?: { signal?: AbortSignal }): Promise<FeatureMapsResult>;
  /**
   * Runs a model over a frame and counts how large each of the values became that its 8-bit form would keep, by name.
   * Rejects with MODEL_NOT_QUANTIZABLE.
   */
  calibrate(
    request: CalibrationRequest,
    options?: { signal?: AbortSignal },
  ): Promise<Record<string, ValueHistogram>>;
  /** Runs a network of float32 on given numbers. Rejects with MODEL_OUTPUT_MISMATCH where it gives none. */
  infer(request: InferRequest): Promise<InferResult>;
  /** Loads a model ahead of its first frame. Returns milliseconds. */
  load(model: ModelSource): Promise<{ loadMs: number }>;
  describe(): Promise<EngineDescription[]>;
  /** Process ids of the live engine processes (for tests and diagnosis). */
  processIds(): number[];
  close(): Promise<void>;
}
