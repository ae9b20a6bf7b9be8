import { rm } from "node:fs/promises";
import { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import { SlicebenchError } from "../core/errors";
import type { EngineDescription } from "./engine";
import type { GraphCache } from "./graph-cache";
import { computeThreads, processorFingerprint } from "./processor";

export type TensorShape = readonly number[];

/** One image for the network. */
export interface InputTensor {
  name: string;
  data: InputData;
  shape: TensorShape;
}

/** The array's kind is the tensor's: float32, float16 as its 16 bits, uint8. */
export type InputData = Float32Array | Uint16Array | Uint8Array;

/** A float tensor or label map as the runtime gives it. */
export interface OutputTensor {
  type: string;
  shape: readonly number[];
  data: unknown;
}

/** A port of the network: a dimension is a number, or a name where it is free. */
export interface NetworkPort {
  name: string;
  type: string;
  shape: readonly (number | string)[];
}

/** A network that is loaded and can be run. */
export interface NetworkSession {
  provider: string;
  inputs: NetworkPort[];
  outputs: NetworkPort[];
  /** Blocks the thread until it is done: onnxruntime's Node binding computes synchronously. */
  run(input: InputTensor, outputName: string): Promise<OutputTensor>;
  release(): Promise<void>;
}

/** The weights and what identifies them. */
export interface WeightsFile {
  file: string;
  bytes: Uint8Array;
  sha256: string;
}

/** What was measured best on the CPU (docs/decisions/engine-process.md). Unknown keys are accepted in silence. */
function cpuOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ["cpu"],
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    enableCpuMemArena: true,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Threads that spin for work steal the other core from decoding and from the window.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
}

function portsOf(metadata: readonly InferenceSession.ValueMetadata[]): NetworkPort[] {
  return metadata.map((port) =>
    port.isTensor
      ? { name: port.name, type: port.type, shape: port.shape }
      : { name: port.name, type: "not a tensor", shape: [] },
  );
}

function toTensor(data: InputData, shape: TensorShape): Tensor {
  if (data instanceof Float32Array) return new Tensor("float32", data, shape);
  if (data instanceof Uint16Array) return new Tensor("float16", data, shape);
  return new Tensor("uint8", data, shape);
}

function wrap(session: InferenceSession): NetworkSession {
  return {
    provider: "cpu",
    inputs: portsOf(session.inputMetadata),
    outputs: portsOf(session.outputMetadata),
    async run({ name, data, shape }, outputName) {
      const feeds = { [name]: toTensor(data, shape) };
      const output = (await session.run(feeds, [outputName]))[outputName];
      if (output === undefined) throw new TypeError(`onnxruntime gave no "${outputName}".`);
      return { type: output.type, shape: output.dims, data: output.data };
    },
    release: () => session.release(),
  };
}

/** The engine's own version, part of the key under which optimised graphs are kept. */
export const onnxruntimeVersion: string = env.versions.node ?? env.versions.common;

function notLoadable(weights: WeightsFile, cause: unknown): SlicebenchError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SlicebenchError("MODEL_NOT_LOADABLE", `onnxruntime cannot load the model: ${reason}`, {
    file: weights.file,
    hint: "Export the model again as ONNX with standard operators.",
    cause,
  });
}

/** Loads the graph that was optimised before; a graph that does not load is removed and undefined returned. */
async function loadOptimised(
  cache: GraphCache,
  file: string,
  options: InferenceSession.SessionOptions,
): Promise<NetworkSession | undefined> {
  if (!(await cache.has(file))) return undefined;
  try {
    return wrap(await InferenceSession.create(file, { ...options, graphOptimizationLevel: "disabled" }));
  } catch {
    await cache.remove(file);
    return undefined;
  }
}

/**
 * Loads a network for the CPU. The first load optimises the graph and keeps it on disk; later loads take that.
 * @param threads of the arithmetic; default one a physical core
 * @throws MODEL_NOT_LOADABLE with onnxruntime's own reason
 */
export async function loadNetwork(
  weights: WeightsFile,
  {
    cache,
    threads = computeThreads(),
  }: { cache?: GraphCache | undefined; threads?: number | undefined } = {},
): Promise<NetworkSession> {
  const options = cpuOptions(threads);
  const file = cache?.fileOf([weights.sha256, onnxruntimeVersion, processorFingerprint()]);
  if (cache === undefined || file === undefined) {
    return wrap(await create(weights, options));
  }
  const optimised = await loadOptimised(cache, file, options);
  if (optimised !== undefined) return optimised;
  const draft = await cache.draftOf(file);
  if (draft === undefined) return wrap(await create(weights, options));
  const session = await createKeeping(weights, options, draft);
  if (session === undefined) return wrap(await create(weights, options));
  await cache.keep(draft, file);
  return wrap(session);
}

/** Loads a network and writes its optimised graph; undefined where either fails, as on a full disk. */
async function createKeeping(
  weights: WeightsFile,
  options: InferenceSession.SessionOptions,
  draft: string,
): Promise<InferenceSession | undefined> {
  try {
    return await create(weights, { ...options, optimizedModelFilePath: draft });
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
    return undefined;
  }
}

// The model is given as bytes, not as a path: what it may name beside itself (external data) is then not followed.
async function create(
  weights: WeightsFile,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(weights.bytes, options);
  } catch (cause) {
    throw notLoadable(weights, cause);
  }
}

/** Why a provider that onnxruntime knows is not used here. */
function providerReason(id: string, bundled: boolean): string {
  if (!bundled) return "Not part of this build of onnxruntime-node.";
  return `This version of Slicebench runs models on the CPU only; ${id} is not used yet.`;
}

export function describeOnnxruntime(): EngineDescription {
  return {
    id: "onnxruntime",
    version: onnxruntimeVersion,
    available: true,
    providers: listSupportedBackends().map(({ name, bundled }) =>
      name === "cpu"
        ? { id: name, available: true }
        : { id: name, available: false, reason: providerReason(name, bundled) },
    ),
  };
}
