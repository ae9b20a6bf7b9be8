import { SlicebenchError } from "../errors";
import { describeNodes, type ImageSize, type ReceptiveField } from "./describe";
import type { Graph } from "./graph";

/** How many learned values a network has: weights, biases, scales and shifts, each tensor once. */
export function countParameters(graph: Graph): number {
  return describeNodes(graph).reduce((sum, { parameters }) => sum + parameters, 0);
}

/**
 * Multiply-adds of one forward pass over one image: convolutions and matrix products, as is the custom.
 * @throws ONNX_SHAPE where an operator's size cannot be known
 */
export function countMultiplyAdds(graph: Graph, size: ImageSize): number {
  return describeNodes(graph, size).reduce((sum, { name, multiplyAdds }) => {
    if (multiplyAdds !== undefined) return sum + multiplyAdds;
    throw new SlicebenchError("ONNX_SHAPE", `The size of "${name}" cannot be known.`, {
      hint: "Check the size of the network's input.",
    });
  }, 0);
}

/** What one position of the network's first output sees of its input; undefined where that cannot be known. */
export function receptiveField(graph: Graph): ReceptiveField | undefined {
  const output = graph.outputs[0]?.name;
  return describeNodes(graph).find(({ outputs }) => outputs.some(({ name }) => name === output))
    ?.receptiveField;
}
