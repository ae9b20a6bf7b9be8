import { SlicebenchError } from "../errors";
import type { Graph, GraphNode } from "./graph";
import { inferTypes } from "./types";

/**
 * The part of a graph that computes one of its values, with that value as its only output: what is needed to
 * look into a network, and nothing that comes after.
 * @throws ONNX_VALUE_UNKNOWN where the graph has no such value
 */
export function graphUpTo(graph: Graph, value: string): Graph {
  if (value === "" || !graph.nodes.some(({ outputs }) => outputs.includes(value))) {
    throw new SlicebenchError("ONNX_VALUE_UNKNOWN", `The network computes no value "${value}".`);
  }
  const { elementType, shape } = inferTypes(graph).types.get(value) ?? {
    elementType: "float32",
    shape: undefined,
  };
  return withoutUnused({ ...graph, outputs: [{ name: value, elementType, shape }] });
}

/** The same graph without nodes and initializers that its outputs do not need. */
export function withoutUnused(graph: Graph): Graph {
  const makers = new Map<string, GraphNode>();
  for (const node of graph.nodes) for (const name of node.outputs) makers.set(name, node);
  const needed = new Set<GraphNode>();
  const waiting = graph.outputs.map(({ name }) => name);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const maker = makers.get(name);
    if (maker === undefined || needed.has(maker)) continue;
    needed.add(maker);
    waiting.push(...maker.inputs, ...namesUsedWithin(maker));
  }
  const nodes = graph.nodes.filter((node) => needed.has(node));
  const used = new Set(nodes.flatMap((node) => [...node.inputs, ...namesUsedWithin(node)]));
  return {
    ...graph,
    nodes,
    initializers: new Map([...graph.initializers].filter(([name]) => used.has(name))),
  };
}

/** Names that the graphs in a node's attributes (If, Loop) take from around them. */
function namesUsedWithin(node: GraphNode): string[] {
  return Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === "graph"
      ? [
          ...attribute.value.outputs.map(({ name }) => name),
          ...attribute.value.nodes.flatMap((inner) => [...inner.inputs, ...namesUsedWithin(inner)]),
        ]
      : [],
  );
}
