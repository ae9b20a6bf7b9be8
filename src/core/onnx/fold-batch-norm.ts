import { floatAttribute, type Graph, type GraphNode } from "./graph";
import { float32Tensor, float32Values } from "./tensor";

/**
 * Folds each batch normalisation that directly follows a convolution into that convolution's weights and bias
 * (Jacob et al. 2018, section 3.2): the same function with fewer nodes. Others are left as they are.
 */
export function foldBatchNormalization(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node) => ({ ...node }));
  const producer = new Map(nodes.map((node) => [node.outputs[0], node]));
  const uses = new Map<string, number>();
  for (const node of nodes) for (const name of node.inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  const folded = new Set<GraphNode>();
  for (const norm of nodes) {
    if (norm.operator !== "BatchNormalization") continue;
    const [source = "", ...parameterNames] = norm.inputs;
    const conv = producer.get(source);
    if (conv?.operator !== "Conv" || uses.get(source) !== 1) continue;
    const constants = [...conv.inputs.slice(1).filter((name) => name !== ""), ...parameterNames];
    if (constants.some((name) => initializers.get(name)?.elementType !== "float32")) continue;
    const weightName = conv.inputs[1]!;
    const kernel = initializers.get(weightName)!;
    const weights = float32Values(kernel).slice();
    const [scale, shift, mean, variance] = parameterNames.map((name) =>
      float32Values(initializers.get(name)!),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const oldBias = conv.inputs[2] ? float32Values(initializers.get(conv.inputs[2])!) : undefined;
    const perOutput = weights.length / scale.length;
    const bias = new Float32Array(scale.length);
    const epsilon = floatAttribute(norm, "epsilon", 1e-5);
    for (let channel = 0; channel < scale.length; channel++) {
      const factor = scale[channel]! / Math.sqrt(variance[channel]! + epsilon);
      for (let i = channel * perOutput; i < (channel + 1) * perOutput; i++) weights[i]! *= factor;
      bias[channel] = shift[channel]! + ((oldBias?.[channel] ?? 0) - mean[channel]!) * factor;
    }
    // Another convolution may share the weights: it keeps them as they were.
    const isShared = uses.get(weightName) !== 1;
    const foldedName = isShared ? `${norm.outputs[0]!}/weight` : weightName;
    initializers.set(foldedName, float32Tensor(kernel.dims, weights));
    const biasName = conv.name === "" || isShared ? `${norm.outputs[0]!}/bias` : `${conv.name}/bias`;
    initializers.set(biasName, float32Tensor([bias.length], bias));
    conv.inputs = [conv.inputs[0]!, foldedName, biasName];
    conv.outputs = [...norm.outputs];
    for (const name of parameterNames) if (uses.get(name) === 1) initializers.delete(name);
    folded.add(norm);
  }
  return { ...graph, nodes: nodes.filter((node) => !folded.has(node)), initializers };
}
