import { float, int } from "../../onnx/graph";
import type { Value } from "../../onnx/graph-assembly";
import { float32Tensor } from "../../onnx/tensor";
import type { LayerCall } from "./layer-call";

type Activate = (call: LayerCall, input: Value) => Value;

const operator =
  (name: string): Activate =>
  ({ net }, input) =>
    net.operator(name, name.toLowerCase(), [input]);

/** Keras's names, those of TensorFlow.js beside them. */
const activations: Record<string, Activate> = {
  linear: (_, input) => input,
  relu: operator("Relu"),
  relu6: (call, input) => clip(call, input, 6),
  sigmoid: operator("Sigmoid"),
  tanh: operator("Tanh"),
  softmax: ({ net }, input) => net.operator("Softmax", "softmax", [input], { axis: int(1) }),
  softplus: operator("Softplus"),
  softsign: operator("Softsign"),
  elu: operator("Elu"),
  selu: operator("Selu"),
  swish: ({ net }, input) => net.mul(input, net.operator("Sigmoid", "sigmoid", [input])),
  hard_sigmoid: ({ net }, input) =>
    net.operator("HardSigmoid", "hardsigmoid", [input], { alpha: float(0.2), beta: float(0.5) }),
};
activations.silu = activations.swish!;
activations.hardSigmoid = activations.hard_sigmoid!;

/** What a layer's `activation` does to its result. */
export function activate(call: LayerCall, input: Value, name = call.text("activation", "linear")): Value {
  if (!Object.hasOwn(activations, name)) {
    throw call.refusal(`has the activation ${name} (known: ${Object.keys(activations).join(", ")})`);
  }
  return activations[name]!(call, input);
}

/** ReLU that ends at a value. */
export function clip(call: LayerCall, input: Value, most: number): Value {
  const bound = (name: string, value: number) => call.net.constant(name, float32Tensor([], [value]));
  return call.net.operator("Clip", "clip", [input, bound("least", 0), bound("most", most)]);
}
