import type { ProviderId } from "../core/execution-providers";
import type { EngineDescription } from "./engine";
import { openRuntime } from "./runtime";

/** What onnxruntime and its libraries say of the machines where a provider is missing, and what that means. */
const knownFailures: readonly [RegExp, string][] = [
  [/WebGPU adapter/i, "no graphics adapter that it could use was found"],
  [
    /Failed to load shared library|LoadLibrary failed|cannot open shared object/i,
    "its libraries are not installed",
  ],
  [/no CUDA-capable device|CUDA driver version/i, "no graphics adapter that it could use was found"],
  [/backend not found/i, "this build of onnxruntime does not have it"],
];

/**
 * Why a provider could not load a network, in words that follow "is not used: ". Other people's words are kept where
 * they are not known, without the paths in them: those hold names.
 */
export function failureReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const known = knownFailures.find(([pattern]) => pattern.test(message))?.[1];
  if (known !== undefined) return known;
  const words = message.replaceAll(/\S*[/\\]\S*/g, "…").replaceAll(/\s+/g, " ");
  return `it failed (${words.trim().slice(0, 160)})`;
}

/** onnxruntime with the providers of this build; why those that it has are not used, a measurement says. */
export async function describeOnnxruntime(provider: ProviderId, threads: number): Promise<EngineDescription> {
  const runtime = await openRuntime(threads, provider === "wasm" ? "wasm" : "native");
  const { kind, version, backends, nativeFailure } = runtime;
  const used = kind === "wasm" ? "wasm" : provider;
  const isAtHand = (id: string) => id === used || id === "cpu";
  return {
    id: "onnxruntime",
    version,
    available: true,
    ...(nativeFailure !== undefined && {
      reason: `${nativeFailure}; models run as WebAssembly, several times slower`,
    }),
    providers: backends.map(({ name, bundled }) => ({
      id: name,
      inUse: name === used,
      available: isAtHand(name),
      ...(!isAtHand(name) && { reason: bundled ? "not measured yet" : "its libraries are not installed" }),
    })),
  };
}
