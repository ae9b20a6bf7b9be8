import type { InferenceSession, Tensor } from "onnxruntime-node";

/** onnxruntime as it could be loaded: its native library, or the same as WebAssembly. */
export interface Runtime {
  kind: "native" | "wasm";
  version: string;
  InferenceSession: typeof InferenceSession;
  Tensor: typeof Tensor;
  /** Execution providers that it was built with; `bundled` ones need nothing else to be installed. */
  backends: readonly { name: string; bundled: boolean }[];
  /** Why the native library is not the one. */
  nativeFailure?: string;
}

let native: Promise<Runtime> | undefined;
let wasm: Promise<Runtime> | undefined;

async function importNative(): Promise<Runtime> {
  const { env, InferenceSession, listSupportedBackends, Tensor } = await import("onnxruntime-node");
  const version = env.versions.node ?? env.versions.common;
  return { kind: "native", version, InferenceSession, Tensor, backends: listSupportedBackends() };
}

/** Its files lie in the package beside its code: nothing is fetched. */
async function importWasm(threads: number): Promise<Runtime> {
  const { env, InferenceSession, Tensor } = await import("onnxruntime-web");
  // Read once, when the first session is made.
  env.wasm.numThreads = threads;
  const version = env.versions.web ?? env.versions.common;
  return { kind: "wasm", version, InferenceSession, Tensor, backends: [{ name: "wasm", bundled: true }] };
}

/**
 * Loads onnxruntime once: the native library, or WebAssembly where that cannot be loaded (onnxruntime-node has no
 * binary for Intel Macs) or was asked for.
 * @param threads of WebAssembly's arithmetic; the native library is told with each session
 */
export async function openRuntime(threads: number, wanted: Runtime["kind"] = "native"): Promise<Runtime> {
  const openWasm = () => (wasm ??= importWasm(threads));
  if (wanted === "wasm") return openWasm();
  try {
    return await (native ??= importNative());
  } catch (cause) {
    return { ...(await openWasm()), nativeFailure: describeFailure(cause) };
  }
}

/** The loader's own words name files, which are nobody else's business. */
function describeFailure(cause: unknown): string {
  const { code } = cause as { code?: unknown };
  return code === "MODULE_NOT_FOUND"
    ? `onnxruntime has no native library for ${process.platform} ${process.arch}`
    : `onnxruntime's native library cannot be loaded here (${typeof code === "string" ? code : "no code"})`;
}
