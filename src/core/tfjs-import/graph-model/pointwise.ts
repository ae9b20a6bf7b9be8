import { float, int, type Attribute } from "../../onnx/graph";
import { float32Tensor } from "../../onnx/tensor";
import type { Value } from "../../onnx/graph-assembly";
import type { OperationCall } from "./operation-call";
import type { Signal } from "./signal";
import { combinedEntries } from "./sizes";

type Convert = (call: OperationCall) => Signal;

/** Brings inputs into one order of axes, applies operators that look at each element by itself, keeps the order. */
function elementwise(
  call: OperationCall,
  inputs: readonly Signal[],
  compute: (...values: Value[]) => Value,
): Signal {
  const isPicture = inputs.some((input) => input.isPicture) && inputs.every(({ shape }) => shape.length <= 4);
  // A number of no axes goes with any order.
  const values = inputs.map((input) =>
    isPicture && input.shape.length > 0 ? input.channelsFirst() : input.plain(),
  );
  return isPicture ? call.first(compute(...values)) : call.plain(compute(...values));
}

type Activate = (call: OperationCall, input: Signal) => Signal;

const operator =
  (name: string, attributes: Record<string, Attribute> = {}): Activate =>
  (call, input) =>
    elementwise(call, [input], (value) => call.net.operator(name, name.toLowerCase(), [value], attributes));

const bound = (call: OperationCall, name: string, value: number) =>
  call.constant(name, float32Tensor([], [value]));

/** TensorFlow's names, as they also stand in `fused_ops`. */
const activations: Record<string, Activate> = {
  Relu: operator("Relu"),
  Relu6: (call, input) =>
    elementwise(call, [input], (value) =>
      call.net.operator("Clip", "clip", [value, bound(call, "least", 0), bound(call, "most", 6)]),
    ),
  Elu: operator("Elu"),
  Selu: operator("Selu"),
  Sigmoid: operator("Sigmoid"),
  Tanh: operator("Tanh"),
  Softplus: operator("Softplus"),
};

const leakyRelu = (call: OperationCall, input: Signal, attribute: string): Signal =>
  operator("LeakyRelu", { alpha: float(call.number(attribute, 0.2)) })(call, input);

const prelu = (call: OperationCall, input: Signal, slope: Signal): Signal =>
  elementwise(call, [input, slope], (value, alpha) => call.net.operator("PRelu", "prelu", [value, alpha]));

/** What a fused operation does after its convolution or product. */
interface FusedSteps {
  bias: Signal | undefined;
  /** Adds the bias, unless the operator has done so. */
  addBias: (result: Signal) => Signal;
  activate: (result: Signal) => Signal;
}

export function fusedSteps(call: OperationCall): FusedSteps {
  const [first, activation, ...more] = call.texts("fused_ops");
  if ((first !== undefined && first !== "BiasAdd") || more.length > 0) throw call.unusual("fused_ops");
  const bias = first === undefined ? undefined : call.input(2);
  return {
    bias,
    addBias: (result) =>
      bias === undefined ? result : elementwise(call, [result, bias], (a, b) => call.net.add(a, b)),
    activate(result) {
      if (activation === undefined) return result;
      if (activation === "LeakyRelu") return leakyRelu(call, result, "leakyrelu_alpha");
      if (activation === "Prelu") return prelu(call, result, call.input(3));
      if (!Object.hasOwn(activations, activation)) {
        throw call.refusal(`applies ${activation.slice(0, 40)}, which TensorFlow.js does not know there`);
      }
      return activations[activation]!(call, result);
    },
  };
}

/** Operators of any number of inputs, broadcast as NumPy does. */
const combined =
  (name: string): Convert =>
  (call) => {
    const inputs = call.signals();
    const compute = (...values: Value[]) => call.net.operator(name, name.toLowerCase(), values);
    return combinedEntries(call, inputs, compute) ?? elementwise(call, inputs, compute);
  };

const negated =
  (name: string): Convert =>
  (call) =>
    elementwise(call, call.signals(), (...values) =>
      call.net.operator("Not", "not", [call.net.operator(name, name.toLowerCase(), values)]),
    );

/** Rounds towards minus infinity; ONNX's division of whole numbers rounds towards 0. */
const floorDiv: Convert = (call) => {
  const inputs = [call.input(0), call.input(1)];
  const { net } = call;
  const compute = (a: Value, b: Value) => {
    if (a.elementType === "float32")
      return net.operator("Floor", "floor", [net.operator("Div", "div", [a, b])]);
    const whole = net.operator("Sub", "sub", [a, net.operator("Mod", "mod", [a, b])]);
    return net.operator("Div", "div", [whole, b]);
  };
  return combinedEntries(call, inputs, compute) ?? elementwise(call, inputs, compute);
};

const floorMod: Convert = (call) => {
  if (call.input().elementType !== "int64") throw call.refusal("takes other than whole numbers");
  return combined("Mod")(call);
};

const squaredDifference: Convert = (call) =>
  elementwise(call, [call.input(0), call.input(1)], (a, b) => {
    const difference = call.net.operator("Sub", "sub", [a, b]);
    return call.net.mul(difference, difference);
  });

const square: Convert = (call) => elementwise(call, [call.input()], (value) => call.net.mul(value, value));

const rsqrt: Convert = (call) =>
  elementwise(call, [call.input()], (value) =>
    call.net.operator("Reciprocal", "reciprocal", [call.net.operator("Sqrt", "sqrt", [value])]),
  );

const clip: Convert = (call) =>
  elementwise(call, [call.input()], (value) =>
    call.net.operator("Clip", "clip", [value, call.input(1).plain(), call.input(2).plain()]),
  );

const select: Convert = (call) => {
  const inputs = [call.input(0), call.input(1), call.input(2)];
  const ranks = new Set(inputs.map(({ shape }) => shape.length));
  // The older operation lets a list choose among whole rows.
  if (call.operation.kind === "Select" && ranks.size > 1) throw call.refusal("broadcasts its condition");
  return elementwise(call, inputs, (...values) => call.net.operator("Where", "where", values));
};

const cast: Convert = (call) => {
  const to = call.elementType("DstT", "float32");
  const input = call.input();
  if (input.elementType === to) return input;
  return elementwise(call, [input], (value) => call.net.cast(value, to));
};

const batchNormalization: Convert = (call) => {
  call.requireChannelsLast();
  if (call.flag("is_training")) throw call.refusal("normalises by the batch, as in training");
  const statistics = [1, 2, 3, 4].map((index) => call.input(index).plain());
  const epsilon = float(call.number("epsilon", 1e-3));
  return call.first(
    call.net.operator("BatchNormalization", "batchnormalization", [call.picture(), ...statistics], {
      epsilon,
    }),
  );
};

/** Over the last axis, which holds the classes. */
const softmax =
  (name: string): Convert =>
  (call) => {
    const input = call.input();
    const apply = (value: Value, axis: number) =>
      call.net.operator(name, name.toLowerCase(), [value], { axis: int(axis) });
    return input.isPicture
      ? call.first(apply(input.channelsFirst(), 1))
      : call.plain(apply(input.plain(), -1));
  };

/** ONNX divides alpha by the number of channels. */
const localResponseNormalization: Convert = (call) => {
  const size = 2 * call.number("depth_radius", 5) + 1;
  const attributes = {
    size: int(size),
    alpha: float(call.number("alpha", 1) * size),
    beta: float(call.number("beta", 0.5)),
    bias: float(call.number("bias", 1)),
  };
  return call.first(call.net.operator("LRN", "lrn", [call.picture()], attributes));
};

const unchanged: Convert = (call) => call.input();

const each = (names: string, make: (name: string) => Convert): Record<string, Convert> =>
  Object.fromEntries(names.split(" ").map((name) => [name, make(name)]));

export const pointwise: Record<string, Convert> = {
  ...each("Identity StopGradient Snapshot", () => unchanged),
  ...each(Object.keys(activations).join(" "), (name) => (call) => activations[name]!(call, call.input())),
  ...each(
    "Exp Log Neg Sqrt Abs Floor Ceil Round Sign Sin Cos Reciprocal Erf",
    (name) => (call) => operator(name)(call, call.input()),
  ),
  LeakyRelu: (call) => leakyRelu(call, call.input(), "alpha"),
  Prelu: (call) => prelu(call, call.input(0), call.input(1)),
  Rsqrt: rsqrt,
  Square: square,
  Add: combined("Add"),
  AddV2: combined("Add"),
  AddN: combined("Sum"),
  BiasAdd: (call) => {
    call.requireChannelsLast();
    return combined("Add")(call);
  },
  Sub: combined("Sub"),
  Mul: combined("Mul"),
  RealDiv: combined("Div"),
  Div: combined("Div"),
  Pow: combined("Pow"),
  Maximum: combined("Max"),
  Minimum: combined("Min"),
  FloorDiv: floorDiv,
  FloorMod: floorMod,
  SquaredDifference: squaredDifference,
  ClipByValue: clip,
  Greater: combined("Greater"),
  GreaterEqual: combined("GreaterOrEqual"),
  Less: combined("Less"),
  LessEqual: combined("LessOrEqual"),
  Equal: combined("Equal"),
  NotEqual: negated("Equal"),
  LogicalAnd: combined("And"),
  LogicalOr: combined("Or"),
  LogicalNot: (call) => operator("Not")(call, call.input()),
  Select: select,
  SelectV2: select,
  Cast: cast,
  FusedBatchNorm: batchNormalization,
  FusedBatchNormV2: batchNormalization,
  FusedBatchNormV3: batchNormalization,
  Softmax: softmax("Softmax"),
  LogSoftmax: softmax("LogSoftmax"),
  LRN: localResponseNormalization,
};
