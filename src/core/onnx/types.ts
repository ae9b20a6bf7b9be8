import { SlicebenchError } from "../errors";
import type { Graph, GraphNode, ValueType } from "./graph";
import { evaluateOperator } from "./operators/evaluate";
import { operatorRule } from "./operators/index";
import type { OperatorCall } from "./operators/rule";
import { elementCount, type Tensor } from "./tensor";

/** What is known about every value of a graph without executing it. */
export interface InferredTypes {
  /** By value name; a value about which nothing is known is missing. */
  types: Map<string, ValueType>;
  /** Values that are the same in every run: initializers, and what follows from them and from shapes. */
  constants: Map<string, Tensor>;
  /** Nodes whose inputs do not fit their operator, in words. Networks of our own have none. */
  problems: string[];
}

/**
 * Infers element type and shape of every value, node by node in order. Unknown operators and custom domains
 * leave their outputs unknown; everything that depends on them stays as far known as it can be.
 */
export function inferTypes(graph: Graph): InferredTypes {
  const inferred: InferredTypes = {
    types: new Map(),
    constants: new Map(graph.initializers),
    problems: [],
  };
  for (const { name, elementType, shape } of graph.inputs) inferred.types.set(name, { elementType, shape });
  for (const [name, tensor] of graph.initializers) {
    inferred.types.set(name, { elementType: tensor.elementType, shape: tensor.dims });
  }
  for (const node of graph.nodes) inferNode(node, inferred);
  return inferred;
}

/** A node with what is known about its inputs, as operator rules take it. */
export function operatorCall(node: GraphNode, { types, constants }: InferredTypes): OperatorCall {
  return {
    node,
    inputs: node.inputs.map((name) => types.get(name)),
    constant: (index) => constants.get(node.inputs[index] ?? ""),
  };
}

/** Longer constants are weights: no shape follows from them. */
const longestShapeConstant = 1024;

function inferNode(node: GraphNode, inferred: InferredTypes): void {
  const rule = operatorRule(node);
  if (rule === undefined) return;
  const call = operatorCall(node, inferred);
  try {
    rule.infer(call).forEach((type, index) => {
      const name = node.outputs[index];
      if (type !== undefined && name !== undefined && name !== "") inferred.types.set(name, type);
    });
    const constant = rule.evaluate?.(call) ?? evaluateOperator(node, call);
    const output = node.outputs[0];
    if (
      constant !== undefined &&
      output !== undefined &&
      elementCount(constant.dims) <= longestShapeConstant
    ) {
      inferred.constants.set(output, constant);
    }
  } catch (thrown) {
    if (!(thrown instanceof SlicebenchError)) throw thrown;
    inferred.problems.push(thrown.message);
  }
}
