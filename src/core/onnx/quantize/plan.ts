import type { Graph, GraphNode } from "../graph";
import { elementCount } from "../tensor";

/** What of a graph is to compute with 8-bit numbers. */
export interface QuantizationPlan {
  /** Nodes that become integer ones. */
  nodes: ReadonlySet<GraphNode>;
  /** Names of the values that are kept as 8-bit numbers. */
  values: ReadonlySet<string>;
  /** Values whose numbers are those of another one: what a pooling gives is in steps of what it takes. */
  sameAs: ReadonlyMap<string, string>;
}

/** They choose or move numbers and make no new ones. */
const passing = new Set(["MaxPool", "Resize", "DepthToSpace"]);
/** There are integer kernels for them too, where all that comes in is 8-bit. */
const joining = new Set(["Add", "Concat", "AveragePool", "GlobalAveragePool"]);

/** Below so many products a number that comes out, a first convolution gains nothing from bytes. */
const leastProducts = 64;

/**
 * Chooses the convolutions and what lies between them. The last convolution stays as it is, with all that comes after
 * it: it is cheap, and what it gives decides.
 * @param graph as `prepareForQuantization` gives it
 */
export function planQuantization(graph: Graph): QuantizationPlan {
  const nodes = new Set<GraphNode>();
  const values = new Set<string>();
  const sameAs = new Map<string, string>();
  const leadsOn = valuesBeforeConvolutions(graph);
  const uses = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) uses.set(name, [...(uses.get(name) ?? []), node]);
  }
  const activationAfter = (name: string): GraphNode | undefined => {
    const [taker, ...others] = uses.get(name) ?? [];
    return taker?.operator === "Relu" && others.length === 0 ? taker : undefined;
  };
  /** What the node gives is kept after its ReLU, of which nothing is left then: the 8-bit numbers begin at 0. */
  const keepOutput = (node: GraphNode): void => {
    nodes.add(node);
    const output = node.outputs[0]!;
    values.add(activationAfter(output)?.outputs[0] ?? output);
  };
  const isInput = (name: string) => graph.inputs.some((input) => input.name === name);
  for (const node of graph.nodes) {
    const data = node.inputs.filter((name) => name !== "" && !graph.initializers.has(name));
    if (node.domain !== "" || !leadsOn.has(node.outputs[0]!)) continue;
    if (isConvolution(node, graph) && data.length === 1) {
      if (isInput(data[0]!) && productsOf(node, graph) < leastProducts) continue;
      values.add(data[0]!);
      keepOutput(node);
    } else if (joining.has(node.operator) && data.every((name) => values.has(name))) {
      keepOutput(node);
    } else if (passing.has(node.operator) && data.length === 1 && values.has(data[0]!)) {
      nodes.add(node);
      values.add(node.outputs[0]!);
      sameAs.set(node.outputs[0]!, data[0]!);
    }
  }
  return { nodes, values, sameAs };
}

function isConvolution({ operator, inputs }: GraphNode, { initializers }: Graph): boolean {
  return (
    operator === "Conv" &&
    inputs.slice(1).every((name) => name === "" || initializers.get(name)?.elementType === "float32")
  );
}

/** Products that make one number of a convolution's output. */
function productsOf({ inputs }: GraphNode, { initializers }: Graph): number {
  return elementCount(initializers.get(inputs[1]!)!.dims.slice(1));
}

/** Values from which a way leads to a convolution. */
function valuesBeforeConvolutions(graph: Graph): Set<string> {
  const before = new Set<string>();
  for (const node of graph.nodes.toReversed()) {
    const leadsOn = isConvolution(node, graph) || node.outputs.some((name) => before.has(name));
    if (leadsOn) for (const name of node.inputs) before.add(name);
  }
  return before;
}
