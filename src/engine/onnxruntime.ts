import { rm } from "node:fs/promises";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { SlicebenchError } from "../core/errors";
import type { ProviderId, UsedProvider } from "../core/execution-providers";
import type { GraphCache } from "./graph-cache";
import { computeThreads, processorFingerprint } from "./processor";
import { failureReason } from "./providers";
import { openRuntime, type Runtime } from "./runtime";

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
export interface NetworkSession extends UsedProvider {
  inputs: NetworkPort[];
  outputs: NetworkPort[];
  /** Blocks the thread until it is done: onnxruntime's Node binding computes synchronously. */
  run(input: InputTensor, outputName: string): Promise<OutputTensor>;
  /** The same for all outputs, by name. */
  runAll(input: InputTensor): Promise<Map<string, OutputTensor>>;
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

/** As on the CPU, which still runs what the provider cannot unless `isWhole` refuses that. */
function acceleratorOptions(
  provider: ProviderId,
  { threads, isWhole }: { threads: number; isWhole: boolean },
): InferenceSession.SessionOptions {
  return {
    ...cpuOptions(threads),
    executionProviders: [provider],
    // DirectML cannot reuse memory by a pattern (onnxruntime's documentation of it).
    enableMemPattern: provider !== "dml",
    // Of a driver's complaints nobody reads the warnings; what fails is thrown.
    logSeverityLevel: 4,
    extra: { session: { disable_cpu_ep_fallback: isWhole ? "1" : "0", intra_op: { allow_spinning: "0" } } },
  };
}

function portsOf(metadata: readonly InferenceSession.ValueMetadata[]): NetworkPort[] {
  return metadata.map((port) =>
    port.isTensor
      ? { name: port.name, type: port.type, shape: port.shape }
      : { name: port.name, type: "not a tensor", shape: [] },
  );
}

function toTensor({ Tensor }: Runtime, data: InputData, shape: TensorShape): Tensor {
  if (data instanceof Float32Array) return new Tensor("float32", data, shape);
  if (data instanceof Uint16Array) return new Tensor("float16", data, shape);
  return new Tensor("uint8", data, shape);
}

function wrap(
  runtime: Runtime,
  session: InferenceSession,
  used: UsedProvider = { provider: "cpu" },
): NetworkSession {
  return {
    ...used,
    inputs: portsOf(session.inputMetadata),
    outputs: portsOf(session.outputMetadata),
    async run({ name, data, shape }, outputName) {
      const feeds = { [name]: toTensor(runtime, data, shape) };
      const output = (await session.run(feeds, [outputName]))[outputName];
      if (output === undefined) throw new TypeError(`onnxruntime gave no "${outputName}".`);
      return outputOf(output);
    },
    async runAll({ name, data, shape }) {
      const outputs = await session.run({ [name]: toTensor(runtime, data, shape) });
      return new Map(Object.entries(outputs).map(([key, output]) => [key, outputOf(output)]));
    },
    release: () => session.release(),
  };
}

const outputOf = ({ type, dims, data }: Tensor): OutputTensor => ({ type, shape: dims, data });

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
  runtime: Runtime,
  { cache, file }: { cache: GraphCache; file: string },
  options: InferenceSession.SessionOptions,
): Promise<NetworkSession | undefined> {
  if (!(await cache.has(file))) return undefined;
  try {
    const unoptimised = { ...options, graphOptimizationLevel: "disabled" } as const;
    return wrap(runtime, await runtime.InferenceSession.create(file, unoptimised));
  } catch {
    await cache.remove(file);
    return undefined;
  }
}

export interface LoadOptions {
  cache?: GraphCache | undefined;
  /** Of the arithmetic; default one a physical core. */
  threads?: number | undefined;
  /** Default the CPU. What it cannot load, the CPU does; the session says so. */
  provider?: ProviderId | undefined;
}

/**
 * Loads a network. For the CPU the first load optimises the graph and keeps it on disk; later loads take that.
 * @throws MODEL_NOT_LOADABLE with onnxruntime's own reason
 */
export async function loadNetwork(
  weights: WeightsFile,
  { cache, threads = computeThreads(), provider = "cpu" }: LoadOptions = {},
): Promise<NetworkSession> {
  const runtime = await openRuntime(threads, provider === "wasm" ? "wasm" : "native");
  if (runtime.kind === "wasm") return loadWithWasm(runtime, weights);
  if (provider === "cpu") return loadOnCpu(runtime, weights, { cache, threads });
  try {
    return await loadOnAccelerator(runtime, weights, { provider, threads });
  } catch (cause) {
    const session = await loadOnCpu(runtime, weights, { cache, threads });
    return { ...session, unused: { [provider]: failureReason(cause) } };
  }
}

async function loadOnCpu(
  runtime: Runtime,
  weights: WeightsFile,
  { cache, threads }: { cache: GraphCache | undefined; threads: number },
): Promise<NetworkSession> {
  const options = cpuOptions(threads);
  const file = cache?.fileOf([weights.sha256, runtime.version, processorFingerprint()]);
  const createAnew = async () => wrap(runtime, await create(runtime, weights, options));
  if (cache === undefined || file === undefined) return createAnew();
  const optimised = await loadOptimised(runtime, { cache, file }, options);
  if (optimised !== undefined) return optimised;
  const draft = await cache.draftOf(file);
  if (draft === undefined) return createAnew();
  const session = await createKeeping(runtime, weights, { ...options, optimizedModelFilePath: draft });
  if (session === undefined) return createAnew();
  await cache.keep(draft, file);
  return wrap(runtime, session);
}

/** Its graphs are optimised at each load: how, is the provider's own affair and its driver's. */
async function loadOnAccelerator(
  runtime: Runtime,
  { bytes }: WeightsFile,
  { provider, threads }: { provider: ProviderId; threads: number },
): Promise<NetworkSession> {
  const { InferenceSession } = runtime;
  const options = (isWhole: boolean) => acceleratorOptions(provider, { threads, isWhole });
  try {
    return wrap(runtime, await InferenceSession.create(bytes, options(true)), { provider });
  } catch (cause) {
    if (!String(cause).includes("fallback to CPU EP has been explicitly disabled")) throw cause;
    const session = await InferenceSession.create(bytes, options(false));
    return wrap(runtime, session, { provider, hasCpuLayers: true });
  }
}

/** WebAssembly has no files, so no optimised graph is kept. */
async function loadWithWasm(runtime: Runtime, weights: WeightsFile): Promise<NetworkSession> {
  const { nativeFailure } = runtime;
  const session = await create(runtime, weights, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
  return wrap(runtime, session, {
    provider: "wasm",
    ...(nativeFailure !== undefined && { unused: { cpu: nativeFailure } }),
  });
}

/** Loads a network and writes its optimised graph; undefined where either fails, as on a full disk. */
async function createKeeping(
  runtime: Runtime,
  weights: WeightsFile,
  options: InferenceSession.SessionOptions & { optimizedModelFilePath: string },
): Promise<InferenceSession | undefined> {
  try {
    return await create(runtime, weights, options);
  } catch {
    await rm(options.optimizedModelFilePath, { force: true }).catch(() => undefined);
    return undefined;
  }
}

// The model is given as bytes, not as a path: what it may name beside itself (external data) is then not followed.
async function create(
  { InferenceSession }: Runtime,
  weights: WeightsFile,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(weights.bytes, options);
  } catch (cause) {
    throw notLoadable(weights, cause);
  }
}
