import { cpus, release, totalmem, type } from "node:os";
import type { ComparisonRecord } from "../../core/comparison/record";
import type { Engine } from "../../engine/engine";

/** The machine that a comparison ran on, for the costs that it measured. No name of host or user. */
export async function describeMachine(
  startEngine?: () => Engine,
  provider?: string,
): Promise<ComparisonRecord["machine"]> {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    logicalCores: processors.length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    ...(startEngine && { engine: await describeEngine(startEngine, provider) }),
  };
}

async function describeEngine(
  startEngine: () => Engine,
  provider = "none ran",
): Promise<NonNullable<ComparisonRecord["machine"]["engine"]>> {
  const engine = startEngine();
  try {
    const described = (await engine.describe()).find(({ id }) => id === "onnxruntime");
    return { name: "onnxruntime", version: described?.version ?? "unknown", provider };
  } finally {
    await engine.close();
  }
}
