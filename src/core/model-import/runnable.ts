import { SlicebenchError } from "../errors";
import type { Graph, GraphNode, Model } from "../onnx/graph";

/** What the engine takes: onnxruntime 1.30 runs opset 7 to 26, and exporters before opset 9 are not known here. */
const operatorSets = { oldest: 9, newest: 26 };

/** Operators that onnxruntime brings with it; any other domain needs a library that nobody installed. */
const knownDomains = new Set(["", "ai.onnx", "ai.onnx.ml", "com.microsoft"]);

/** All nodes, those of branches and loops included. */
export function* nodesOf(graph: Graph): Generator<GraphNode> {
  for (const node of graph.nodes) {
    yield node;
    for (const attribute of Object.values(node.attributes)) {
      if (attribute.kind === "graph") yield* nodesOf(attribute.value);
    }
  }
}

/** The version of the standard operator set that a file was written for. */
export const operatorSetOf = ({ operatorSets: versions }: Model): number => versions[""] ?? 0;

/**
 * Checks before the engine sees it that a model uses nothing which the engine does not have.
 * @throws MODEL_OPERATOR_SET, MODEL_CUSTOM_OPERATOR
 */
export function requireRunnable(model: Model): void {
  const version = operatorSetOf(model);
  if (version < operatorSets.oldest || version > operatorSets.newest) {
    throw new SlicebenchError(
      "MODEL_OPERATOR_SET",
      version === 0
        ? "The model does not say for which version of the ONNX operators it was written."
        : `The model was written for version ${version} of the ONNX operators; ${operatorSets.oldest} to ${operatorSets.newest} run here.`,
      { hint: "Export it again with opset 17, which every exporter of today writes." },
    );
  }
  const custom = new Map<string, number>();
  for (const { domain, operator } of nodesOf(model.graph)) {
    if (knownDomains.has(domain)) continue;
    const name = `${domain}.${operator}`;
    custom.set(name, (custom.get(name) ?? 0) + 1);
  }
  if (custom.size === 0) return;
  const listed = [...custom].slice(0, 3).map(([name, count]) => (count === 1 ? name : `${name} (${count}×)`));
  throw new SlicebenchError(
    "MODEL_CUSTOM_OPERATOR",
    `The model needs operators of its own that are not part of ONNX: ${listed.join(", ")}${custom.size > 3 ? " and more" : ""}.`,
    { hint: "Export the network without post-processing, with standard operators only." },
  );
}
