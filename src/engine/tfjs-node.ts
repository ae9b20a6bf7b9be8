import type { EngineDescription } from "./engine";

/**
 * tfjs-node executes training only (src/training). As an engine for runs it would need that folder's graph
 * executor, which the import rules keep apart, and it is slower than onnxruntime on the same graphs.
 */
export function describeTfjsNode(): EngineDescription {
  return {
    id: "tfjs-node",
    version: undefined,
    available: false,
    reason: "This version of Slicebench uses tfjs-node for training only, not for running models.",
    providers: [],
  };
}
