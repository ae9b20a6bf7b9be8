/**
 * What of onnxruntime executes a network, as its users write it. `wasm` is onnxruntime itself as WebAssembly, the last
 * resort where its native library cannot be loaded.
 */
export const providerNames = {
  cpu: "CPU",
  webgpu: "WebGPU",
  dml: "DirectML",
  coreml: "Core ML",
  cuda: "CUDA",
  tensorrt: "TensorRT",
  qnn: "QNN",
  wasm: "WebAssembly",
} as const;

export type ProviderId = keyof typeof providerNames;

export const providerIds = Object.keys(providerNames) as ProviderId[];

export const isProviderId = (id: string): id is ProviderId => Object.hasOwn(providerNames, id);

/** The name for people; an id that is not known is its own. */
export const providerName = (id: string): string => (isProviderId(id) ? providerNames[id] : id);

/** Why providers are not used, each in words that follow "is not used: ". */
export type UnusedProviders = Readonly<Partial<Record<ProviderId, string>>>;

/** Which provider runs models, and why each of the others does not. */
export interface ProviderChoice {
  id: ProviderId;
  unused: UnusedProviders;
}

/** What ran a model. */
export interface UsedProvider {
  provider: ProviderId;
  /** Layers that the provider does not know ran on the CPU. */
  hasCpuLayers?: boolean;
  unused?: UnusedProviders;
}

/**
 * What should be known of the provider that ran: "WebGPU is not used: no graphics adapter was found. CUDA, TensorRT are
 * not used: …", those of one reason together.
 * @returns the empty text where there is nothing to say
 */
export function describeProviderUse({ provider, hasCpuLayers, unused = {} }: UsedProvider): string {
  const together = new Map<string, string[]>();
  for (const [id, reason] of Object.entries(unused)) {
    if (id !== provider) together.set(reason, [...(together.get(reason) ?? []), providerName(id)]);
  }
  return [
    ...(provider === "wasm" ? ["WebAssembly is several times slower than the native library."] : []),
    ...(hasCpuLayers === true ? [`Layers that ${providerName(provider)} does not know ran on the CPU.`] : []),
    ...[...together].map(
      ([reason, names]) => `${names.join(", ")} ${names.length === 1 ? "is" : "are"} not used: ${reason}.`,
    ),
  ].join(" ");
}
