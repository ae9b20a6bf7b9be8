import { SlicebenchError } from "../../errors";
import type { Graph, Model } from "../graph";
import { planQuantization, type QuantizationPlan } from "./plan";
import { prepareForQuantization } from "./prepare";

/** The operator set from which on QuantizeLinear knows channels. */
const leastOperatorSet = 13;

/**
 * A network made ready to be quantised, and what of it will be.
 * @throws MODEL_NOT_QUANTIZABLE where nothing of it can be, or is already
 */
export function quantizable(model: Model): { graph: Graph; plan: QuantizationPlan } {
  const operatorSet = model.operatorSets[""] ?? 0;
  if (operatorSet < leastOperatorSet) {
    throw notQuantizable(
      `It is written in operator set ${operatorSet}; 8-bit weights need ${leastOperatorSet}.`,
    );
  }
  if (
    model.graph.nodes.some(({ operator }) => operator.startsWith("QLinear") || operator === "QuantizeLinear")
  ) {
    throw notQuantizable("It computes with 8-bit numbers already.");
  }
  const graph = prepareForQuantization(model.graph);
  const plan = planQuantization(graph);
  const convolutions = [...plan.nodes].filter(({ operator }) => operator === "Conv");
  if (convolutions.length === 0) {
    throw notQuantizable("It has no convolutions in a row whose weights are known and float32.");
  }
  return { graph, plan };
}

const notQuantizable = (why: string): SlicebenchError =>
  new SlicebenchError("MODEL_NOT_QUANTIZABLE", `No 8-bit form can be made of this model. ${why}`, {
    hint: "Use the model as it is.",
  });
