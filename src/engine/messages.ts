import type { WireError } from "../core/errors";
import type { ProviderId } from "../core/execution-providers";
import type { ValueHistogram } from "../core/onnx/quantize/histogram";
import type {
  CalibrationRequest,
  EngineDescription,
  FeatureMapsRequest,
  FeatureMapsResult,
  InferRequest,
  InferResult,
  ModelSource,
  SegmentFrameRequest,
  SegmentFrameResult,
} from "./engine";

/** What the engine process is asked: the name of the call, what it takes and what it gives. */
export interface EngineCalls {
  segment: { request: SegmentFrameRequest; result: SegmentFrameResult };
  featureMaps: { request: FeatureMapsRequest; result: FeatureMapsResult };
  calibrate: { request: CalibrationRequest; result: Record<string, ValueHistogram> };
  infer: { request: InferRequest; result: InferResult };
  load: { request: ModelSource; result: { loadMs: number } };
  describe: { request: undefined; result: EngineDescription[] };
}

export type EngineMethod = keyof EngineCalls;

export type CallMessage = {
  [Method in EngineMethod]: {
    kind: "call";
    id: number;
    method: Method;
    request: EngineCalls[Method]["request"];
  };
}[EngineMethod];

/** The picture that a call is about. */
export function fileOf(call: Pick<CallMessage, "method" | "request">): string | undefined {
  const isAboutFrame = ["segment", "featureMaps", "calibrate"].includes(call.method);
  return isAboutFrame ? (call.request as { frame: { file: string } }).frame.file : undefined;
}

/** From the parent to the engine process. A cancel is looked for between tiles. */
export type ToEngine = CallMessage | { kind: "cancel"; id: number };

/** From the engine process to its parent; `ready` once, when it can take calls. */
export type FromEngine =
  | { kind: "ready" }
  | { kind: "progress"; id: number; done: number; total: number }
  | { kind: "result"; id: number; result: unknown }
  | { kind: "error"; id: number; error: WireError };

/** What an engine process is told when it starts, as JSON in its first argument. */
export interface EngineProcessOptions {
  /** Where optimised graphs are kept; none are without it. */
  cacheFolder?: string;
  /** Threads of the arithmetic; default one a physical core. */
  threads?: number;
  /** What runs the models, where it can; default the CPU. */
  provider?: ProviderId;
  /** How many models are kept loaded; the least recently used is released first. */
  loadedModels?: number;
}
