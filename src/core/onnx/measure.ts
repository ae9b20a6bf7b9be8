import { SlicebenchError } from "../errors";
import type { Dimension, Graph } from "./graph";
import { operatorRule } from "./operators/index";
import { elementCount } from "./tensor";
import { inferTypes, operatorCall } from "./types";

/** Inputs that hold what is learned; running statistics and settings are no parameters. */
const learnedInputs: Record<string, readonly number[]> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  MatMul: [0, 1],
  BatchNormalization: [1, 2],
  PRelu: [1],
};

/** How many learned values a network has: weights, biases, scales and shifts, each tensor once. */
export function countParameters(graph: Graph): number {
  const names = graph.nodes.flatMap((node) =>
    (learnedInputs[node.operator] ?? []).map((index) => node.inputs[index] ?? ""),
  );
  let sum = 0;
  for (const name of new Set(names)) {
    const tensor = graph.initializers.get(name);
    if (tensor !== undefined) sum += elementCount(tensor.dims);
  }
  return sum;
}

/** The graph for one image of this size: symbols of its first input become numbers. */
export function withInputSize(graph: Graph, { rows, columns }: { rows: number; columns: number }): Graph {
  const [image, ...others] = graph.inputs;
  if (image?.shape?.length !== 4) {
    throw new SlicebenchError("ONNX_INPUT", "The network's first input is no batch of images.");
  }
  const [, channels] = image.shape;
  const shape: Dimension[] = [1, channels, rows, columns];
  return { ...graph, inputs: [{ ...image, shape }, ...others] };
}

/**
 * Multiply-adds of one forward pass over one image: convolutions and matrix products, as is the custom.
 * @throws ONNX_SHAPE where an operator's size cannot be known
 */
export function countMultiplyAdds(graph: Graph, size: { rows: number; columns: number }): number {
  const sized = withInputSize(graph, size);
  const inferred = inferTypes(sized);
  let sum = 0;
  for (const node of sized.nodes) {
    const rule = operatorRule(node);
    const output = inferred.types.get(node.outputs[0] ?? "");
    if (rule?.multiplyAdds === undefined || output === undefined) continue;
    const count = rule.multiplyAdds(operatorCall(node, inferred), output);
    if (count === undefined) {
      throw new SlicebenchError("ONNX_SHAPE", `The size of "${node.name}" cannot be known.`, {
        hint: "Check the size of the network's input.",
      });
    }
    sum += count;
  }
  return sum;
}
