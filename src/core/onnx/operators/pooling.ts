import { intsAttribute } from "../graph";
import {
  sameType,
  shapeError,
  shapeOf,
  type OperatorCall,
  type OperatorRule,
  type OperatorRules,
} from "./rule";
import { slidSizes, windowExtent, windowSettings } from "./windows";

function kernelOf(call: OperatorCall): readonly number[] {
  const kernel = intsAttribute(call.node, "kernel_shape");
  if (kernel === undefined) throw shapeError(call.node, "it has no kernel_shape");
  return kernel;
}

const pool: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    if (input === undefined) return sameType(call, undefined);
    const sizes = slidSizes(call.node, input.slice(2), windowSettings(call.node, kernelOf(call)));
    const values = sameType(call, [input[0], input[1], ...sizes]);
    // MaxPool's optional second output: where each maximum was.
    return call.node.outputs.length > 1 ? [...values, { ...values[0]!, elementType: "int64" }] : values;
  },
  window(call) {
    const settings = windowSettings(call.node, kernelOf(call));
    return { extent: windowExtent(settings), stride: settings.strides };
  },
};

const globalPool: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    return sameType(
      call,
      input?.map((dim, axis) => (axis < 2 ? dim : 1)),
    );
  },
  window: (call) => ({ extent: "all", stride: (shapeOf(call) ?? [0, 0, 0, 0]).slice(2).map(() => 1) }),
};

export const poolingRules: OperatorRules = {
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
};
