import { SlicebenchError } from "../core/errors";
import { isProviderId, type ProviderChoice, providerIds } from "../core/execution-providers";
import { ProcessEngine, type ProcessEngineOptions } from "../engine/process-engine";

/** The provider that the environment variable SLICEBENCH_ENGINE asks for. Throws USAGE for one that does not exist. */
function wantedByEnvironment(): ProviderChoice | undefined {
  const wanted = process.env.SLICEBENCH_ENGINE ?? "";
  if (wanted === "") return undefined;
  if (isProviderId(wanted)) return { id: wanted, unused: {} };
  throw new SlicebenchError("USAGE", `SLICEBENCH_ENGINE says "${wanted}", which nothing here is called.`, {
    hint: `Use one of: ${providerIds.join(", ")}.`,
  });
}

/** The engine of this machine, with the provider that was chosen for it. */
export function openEngine(options: ProcessEngineOptions = {}): ProcessEngine {
  const choice = wantedByEnvironment();
  return new ProcessEngine({ ...options, ...(choice && { choice }) });
}
