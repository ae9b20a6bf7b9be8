import { type Graph, intsAttribute } from "./graph";

type Layout = "NCHW" | "NHWC";

/** Operators that have channels first by their definition in ONNX, whatever came before. */
const channelsFirst: ReadonlySet<string> = new Set([
  "Conv",
  "ConvTranspose",
  "MaxPool",
  "AveragePool",
  "GlobalMaxPool",
  "GlobalAveragePool",
  "BatchNormalization",
  "InstanceNormalization",
  "GroupNormalization",
  "LRN",
  "DepthToSpace",
  "SpaceToDepth",
]);

/**
 * Where a value of four axes has its channels: where the picture has them, as transpositions turn it on the way.
 * Networks of TensorFlow take channels last and convolve channels first, so their values are of both kinds.
 * @param layout of the graph's first input
 */
export function layoutOf(graph: Graph, value: string, layout: Layout): Layout {
  const axes = new Map<string, number>(graph.inputs.map(({ name }) => [name, layout === "NCHW" ? 1 : 3]));
  for (const node of graph.nodes) {
    const from = node.inputs.find((name) => axes.has(name));
    if (from === undefined) continue;
    const before = axes.get(from)!;
    const permutation = node.operator === "Transpose" ? intsAttribute(node, "perm") : undefined;
    const turned = permutation === undefined ? before : permutation.indexOf(before);
    const axis = channelsFirst.has(node.operator) ? 1 : turned;
    for (const name of node.outputs) axes.set(name, axis);
  }
  return axes.get(value) === 3 ? "NHWC" : "NCHW";
}
