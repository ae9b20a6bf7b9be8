import { SlicebenchError } from "../errors";
import { describeNodes, type ImageSize, type NodeDescription, type ReceptiveField } from "./describe";
import type { Graph } from "./graph";

/** How many learned values a network has: weights, biases, scales and shifts, each tensor once. */
export const countParameters = (graph: Graph): number => sumParameters(describeNodes(graph));

const sumParameters = (nodes: readonly NodeDescription[]): number =>
  nodes.reduce((sum, { parameters }) => sum + parameters, 0);

/**
 * Multiply-adds of one forward pass over one image: convolutions and matrix products, as is the custom.
 * @throws ONNX_SHAPE where an operator's size cannot be known
 */
export const countMultiplyAdds = (graph: Graph, size: ImageSize): number =>
  sumMultiplyAdds(describeNodes(graph, size));

function sumMultiplyAdds(nodes: readonly NodeDescription[]): number {
  return nodes.reduce((sum, { name, multiplyAdds }) => {
    if (multiplyAdds !== undefined) return sum + multiplyAdds;
    throw new SlicebenchError("ONNX_SHAPE", `The size of "${name}" cannot be known.`, {
      hint: "Check the size of the network's input.",
    });
  }, 0);
}

function fieldOfOutput(graph: Graph, nodes: readonly NodeDescription[]): ReceptiveField | undefined {
  const output = graph.outputs[0]?.name;
  return nodes.find(({ outputs }) => outputs.some(({ name }) => name === output))?.receptiveField;
}

/** A network's nodes for one image of a size, and what they come to. */
export interface NetworkMeasures {
  layers: NodeDescription[];
  parameters: number;
  multiplyAdds: number;
  /** What one position of the first output sees of the input; undefined where that cannot be known. */
  receptiveField: ReceptiveField | undefined;
}

/**
 * All of the above from one description, which takes longer than any sum.
 * @throws ONNX_SHAPE where an operator's size cannot be known
 */
export function measureNetwork(graph: Graph, size: ImageSize): NetworkMeasures {
  const layers = describeNodes(graph, size);
  return {
    layers,
    parameters: sumParameters(layers),
    multiplyAdds: sumMultiplyAdds(layers),
    receptiveField: fieldOfOutput(graph, layers),
  };
}
