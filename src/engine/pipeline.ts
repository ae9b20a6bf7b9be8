import { SlicebenchError } from "../core/errors";
import type { Frame } from "../core/image/frame";
import { prepareInput } from "../core/image/prepare";
import { type Network, segmentPrepared } from "../core/image/segment-frame";
import type { NetworkOutput } from "../core/mask/network-output";
import type { ModelCard } from "../core/model-card";
import { decodeFloat16, encodeFloat16 } from "../core/onnx/float16";
import type { InferRequest, InferResult, ProgressListener, RunTimings, SegmentFrameResult } from "./engine";
import { inputShape } from "./model-folder";
import type { InputData, NetworkSession, OutputTensor } from "./onnxruntime";

/** A model that is loaded: its card, and the network that the card describes. */
export interface LoadedModel {
  card: ModelCard;
  session: NetworkSession;
  /** The output in which the graph itself decides, where it has one. */
  labelsOutput?: string;
}

export interface PipelineOptions {
  probabilities?: boolean | undefined;
  onProgress?: ProgressListener | undefined;
  /** Awaited between tiles; throws (CancelledError) to stop there. */
  checkpoint?: (() => Promise<void>) | undefined;
}

type PipelineResult = Omit<SegmentFrameResult, "timings" | "peakMemoryBytes"> & {
  timings: Omit<RunTimings, "decode">;
};

/** The prepared values as the network's input takes them. */
export function asInputData(values: Float32Array, { elementType }: ModelCard["input"]): InputData {
  switch (elementType) {
    case "float16":
      return encodeFloat16(values);
    case "uint8":
      return new Uint8Array(Uint8ClampedArray.from(values).buffer);
    default:
      return values;
  }
}

function asScores({ type, data }: OutputTensor): Float32Array | undefined {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  return type === "float16" && data instanceof Uint16Array ? decodeFloat16(data) : undefined;
}

function asNetworkOutput(tensor: OutputTensor, isLabels: boolean): NetworkOutput {
  const { data } = tensor;
  if (!isLabels) {
    const scores = asScores(tensor);
    if (scores !== undefined) return { kind: "scores", data: scores };
  } else if (ArrayBuffer.isView(data) && !(data instanceof DataView)) {
    return { kind: "labels", data: data as unknown as ArrayLike<number | bigint> };
  }
  throw new SlicebenchError(
    "MODEL_OUTPUT_MISMATCH",
    `The model gives ${tensor.type}, its card promises ${isLabels ? "labels" : "scores"}.`,
    { hint: "Correct output.activation of model.json, or export the model with a float32 output." },
  );
}

/**
 * One frame through one model: frame and card to tensors, through the network tile by tile, and back to a
 * label map on the frame's own grid. The steps themselves are pure and live in core/image.
 * @throws MODEL_OUTPUT_MISMATCH; whatever `checkpoint` throws
 */
export async function segmentFrame(
  frame: Frame,
  { card, session, labelsOutput }: LoadedModel,
  { probabilities, onProgress, checkpoint }: PipelineOptions = {},
): Promise<PipelineResult> {
  const start = performance.now();
  const prepared = prepareInput(frame, card.input);
  const prepare = performance.now() - start;
  const { tile } = prepared.placement;
  const shape = inputShape(card.input, tile.rows, tile.columns);
  let inference = 0;
  const network: Network = {
    async beforeTile(done, total) {
      onProgress?.(done, total);
      if (done < total) await checkpoint?.();
    },
    async run(values, wanted) {
      const isLabels =
        card.output.activation === "none" || (wanted === "labels" && labelsOutput !== undefined);
      const output = wanted === "labels" ? (labelsOutput ?? card.output.name) : card.output.name;
      const data = asInputData(values, card.input);
      const began = performance.now();
      const tensor = await session.run({ name: card.input.name, data, shape }, output);
      inference += performance.now() - began;
      return asNetworkOutput(tensor, isLabels);
    },
  };
  const result = await segmentPrepared(prepared, card, network, { probabilities: probabilities === true });
  const total = performance.now() - start;
  const { provider, hasCpuLayers, unused } = session;
  return {
    ...result,
    provider,
    ...(hasCpuLayers && { hasCpuLayers }),
    ...(unused && { unused }),
    timings: { prepare, inference, finish: total - prepare - inference, total },
  };
}

/**
 * One run of a network on numbers as they are.
 * @throws MODEL_OUTPUT_MISMATCH where the output is neither float32 nor whole numbers
 */
export async function inferNumbers(
  { card, session }: LoadedModel,
  { input, output }: Omit<InferRequest, "model">,
): Promise<InferResult> {
  const given = { name: card.input.name, data: asInputData(input.data, card.input), shape: input.shape };
  const { type, data, shape } = await session.run(given, output);
  if (data instanceof Float32Array) return { shape, data, isWhole: false };
  if (data instanceof BigInt64Array) return { shape, data: Float32Array.from(data, Number), isWhole: true };
  if (data instanceof Int32Array || data instanceof Uint8Array) {
    return { shape, data: Float32Array.from(data), isWhole: true };
  }
  throw new SlicebenchError("MODEL_OUTPUT_MISMATCH", `The model gives ${type}, float32 is expected.`);
}
