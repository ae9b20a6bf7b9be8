import type { Graph } from "../src/core/onnx/graph";
import { elementCount, float32Tensor, float32Values } from "../src/core/onnx/tensor";
import { SeededRandom } from "../src/core/random";

/** Inputs that start as ones and zeros, by operator, and between which values they lie after a training. */
const trainedRanges: Record<string, readonly (readonly [input: number, low: number, high: number])[]> = {
  BatchNormalization: [
    [1, 0.5, 1.5],
    [2, -0.2, 0.2],
    [3, -0.3, 0.3],
    [4, 0.5, 2],
  ],
  Conv: [[2, -0.1, 0.1]],
  ConvTranspose: [[2, -0.1, 0.1]],
  Gemm: [[2, -0.1, 0.1]],
};

/**
 * The graph with values as after a training where they start as ones and zeros (statistics, biases, the scores
 * of FCN's skips), which would hide mistakes.
 */
export function asIfTrained(graph: Graph): Graph {
  const random = new SeededRandom(7);
  const fill = (name: string, low: number, high: number) => {
    const { dims } = graph.initializers.get(name)!;
    const values = Float32Array.from({ length: elementCount(dims) }, () => random.between(low, high));
    graph.initializers.set(name, float32Tensor(dims, values));
  };
  for (const node of graph.nodes) {
    for (const [index, low, high] of trainedRanges[node.operator] ?? []) {
      const name = node.inputs[index];
      if (name !== undefined) fill(name, low, high);
    }
    const weight = node.operator === "Conv" ? graph.initializers.get(node.inputs[1]!) : undefined;
    if (weight !== undefined && float32Values(weight).every((value) => value === 0)) {
      fill(node.inputs[1]!, -0.1, 0.1);
    }
  }
  return graph;
}
