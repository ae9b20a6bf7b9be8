import type { GraphNode } from "../graph";
import { convolutionRules } from "./convolution";
import { layoutRules } from "./layout";
import { linearRules } from "./linear";
import { pointwiseRules } from "./pointwise";
import { poolingRules } from "./pooling";
import { reshapingRules } from "./reshaping";
import type { OperatorRule, OperatorRules } from "./rule";

const rules: OperatorRules = {
  ...convolutionRules,
  ...poolingRules,
  ...pointwiseRules,
  ...linearRules,
  ...layoutRules,
  ...reshapingRules,
};

/** What is known about a node's operator, or undefined for custom ones and those we do not know. */
export function operatorRule(node: GraphNode): OperatorRule | undefined {
  const standard = node.domain === "" || node.domain === "ai.onnx";
  return standard && Object.hasOwn(rules, node.operator) ? rules[node.operator] : undefined;
}
