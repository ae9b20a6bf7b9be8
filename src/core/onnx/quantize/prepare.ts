import { decodeFloat16 } from "../float16";
import { foldBatchNormalization } from "../fold-batch-norm";
import {
  type Graph,
  type GraphNode,
  int,
  intAttribute,
  ints,
  intsAttribute,
  tensorAttribute,
  text,
} from "../graph";
import { withoutUnused } from "../subgraph";
import { elementCount, float32Tensor, float32Values, type Tensor } from "../tensor";

/**
 * The same function in the form that quantises well: weights as float32 constants, batch normalisations within their
 * convolutions, and up-convolutions as ordinary ones, for which there are integer kernels.
 */
export function prepareForQuantization(graph: Graph): Graph {
  const folded = foldBatchNormalization(withFloat32Weights(graph));
  return withoutUnused(withPlainUpConvolutions(folded));
}

/** Weights that are kept as float16 behind a Cast become float32, constants that are nodes become initializers. */
function withFloat32Weights(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.filter((node) => {
    const { operator, inputs, outputs } = node;
    const constant = operator === "Constant" ? tensorAttribute(node, "value") : undefined;
    if (constant !== undefined) {
      initializers.set(outputs[0]!, constant);
      return false;
    }
    const kept = initializers.get(inputs[0] ?? "");
    if (operator !== "Cast" || kept?.elementType !== "float16" || !(kept.values instanceof Uint16Array)) {
      return true;
    }
    initializers.set(outputs[0]!, float32Tensor(kept.dims, decodeFloat16(kept.values)));
    return false;
  });
  return { ...graph, nodes, initializers };
}

/**
 * An up-convolution whose kernel is as large as its stride writes each block of the output from one position of the input
 * (Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?"): a 1 x 1 convolution whose channels
 * are then laid out as rows and columns.
 */
function withPlainUpConvolutions(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const weights = initializers.get(node.inputs[1] ?? "");
    const bias = initializers.get(node.inputs[2] ?? "");
    const block = weights && blockOf(node, weights, bias);
    if (weights === undefined || block === undefined) return [node];
    const [inputs, outputs] = weights.dims as [number, number];
    const area = block * block;
    const name = node.name === "" ? node.outputs[0]! : node.name;
    const made = (part: string, dims: readonly number[], values: Float32Array): string => {
      initializers.set(`${name}/conv/${part}`, float32Tensor(dims, values));
      return `${name}/conv/${part}`;
    };
    const kernel = transposed(float32Values(weights), { inputs, outputs, area });
    const convInputs = [node.inputs[0]!, made("weight", [area * outputs, inputs, 1, 1], kernel)];
    if (bias !== undefined) {
      const values = float32Values(bias);
      const repeated = Float32Array.from({ length: area * outputs }, (_, i) => values[i % outputs]!);
      convInputs.push(made("bias", [repeated.length], repeated));
    }
    return [
      {
        name: `${name}/conv`,
        operator: "Conv",
        domain: "",
        inputs: convInputs,
        outputs: [`${node.outputs[0]!}/channels`],
        attributes: { kernel_shape: ints([1, 1]) },
      },
      {
        name,
        operator: "DepthToSpace",
        domain: "",
        inputs: [`${node.outputs[0]!}/channels`],
        outputs: node.outputs,
        attributes: { blocksize: int(block), mode: text("DCR") },
      },
    ];
  });
  return { ...graph, nodes, initializers };
}

/** The side of the block that one position of the input writes, where the blocks do not overlap. */
function blockOf(node: GraphNode, weights: Tensor, bias: Tensor | undefined): number | undefined {
  const [, , rows = 1, columns] = weights.dims;
  // Left out, strides and dilations are 1 and the others 0.
  const isAll = (name: string, wanted: number) =>
    intsAttribute(node, name)?.every((value) => value === wanted) ?? wanted !== rows;
  const isPlain =
    node.operator === "ConvTranspose" &&
    node.domain === "" &&
    [weights, bias].every((tensor) => tensor === undefined || tensor.elementType === "float32") &&
    (bias !== undefined || (node.inputs[2] ?? "") === "") &&
    rows === columns &&
    rows > 1 &&
    isAll("strides", rows) &&
    isAll("pads", 0) &&
    isAll("dilations", 1) &&
    isAll("output_padding", 0) &&
    intAttribute(node, "group", 1) === 1 &&
    node.attributes.output_shape === undefined &&
    node.attributes.auto_pad === undefined;
  return isPlain ? rows : undefined;
}

/** Input x output x area becomes (area x output) x input: the order of channels that DepthToSpace calls DCR. */
function transposed(
  values: Float32Array,
  { inputs, outputs, area }: { inputs: number; outputs: number; area: number },
): Float32Array {
  const result = new Float32Array(elementCount([inputs, outputs, area]));
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      for (let place = 0; place < area; place++) {
        result[(place * outputs + output) * inputs + input] =
          values[(input * outputs + output) * area + place]!;
      }
    }
  }
  return result;
}
