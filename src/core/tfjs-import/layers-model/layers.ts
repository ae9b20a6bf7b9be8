import { float, int, text } from "../../onnx/graph";
import type { Value } from "../../onnx/graph-assembly";
import { float32Tensor, int64Tensor } from "../../onnx/tensor";
import { activate, clip } from "./activations";
import { convolutions } from "./convolutions";
import type { LayerCall } from "./layer-call";
import { permuted } from "../weights";

type Convert = (call: LayerCall) => Value;

const batchNormalization: Convert = (call) => {
  call.require("axis", [-1, 3, [-1], [3]]);
  const { channels } = call;
  const stored = (name: string) => call.constant(name, call.weight(name, [channels]));
  const fixed = (name: string, value: number) =>
    call.constant(name, { dims: [channels], values: new Float32Array(channels).fill(value) });
  const inputs = [
    call.input,
    call.flag("scale", true) ? stored("gamma") : fixed("gamma", 1),
    call.flag("center", true) ? stored("beta") : fixed("beta", 0),
    stored("moving_mean"),
    stored("moving_variance"),
  ];
  const epsilon = float(call.number("epsilon", 1e-3));
  return call.net.operator("BatchNormalization", "batchnormalization", inputs, { epsilon });
};

const relu: Convert = (call) => {
  call.require("threshold", [0]);
  call.require("negative_slope", [0]);
  const most = call.layer.config.max_value;
  return most === undefined || most === null
    ? activate(call, call.input, "relu")
    : clip(call, call.input, call.number("max_value", 0));
};

const leakyRelu: Convert = (call) => {
  const slope = call.number("alpha", call.number("negative_slope", 0.3));
  return call.net.operator("LeakyRelu", "leakyrelu", [call.input], { alpha: float(slope) });
};

const elu: Convert = (call) =>
  call.net.operator("Elu", "elu", [call.input], { alpha: float(call.number("alpha", 1)) });

/** One slope a channel; slopes of each pixel would fix the picture's size. */
const prelu: Convert = (call) => {
  call.require("shared_axes", [[1, 2]]);
  const slope = permuted(call.weight("alpha", [1, 1, call.channels]), [2, 0, 1]);
  return call.net.operator("PRelu", "prelu", [call.input, call.constant("slope", slope)]);
};

const softmax: Convert = (call) => {
  call.require("axis", [-1, 3]);
  return activate(call, call.input, "softmax");
};

/** TensorFlow's average leaves out the padding. */
const pool =
  (operator: "MaxPool" | "AveragePool"): Convert =>
  (call) => {
    const kernel = call.pair("pool_size", 2);
    const attributes = call.window(kernel, call.pair("strides", kernel));
    return call.net.operator(operator, operator.toLowerCase(), [call.input], attributes);
  };

const globalPool =
  (operator: string): Convert =>
  (call) =>
    call.net.operator(operator, operator.toLowerCase(), [call.input]);

/** TensorFlow.js interpolates from the pixels' corners, not from their centres as Keras 2.3 and newer do. */
const upSampling: Convert = (call) => {
  const interpolation = call.text("interpolation", "nearest");
  const scales = call.net.constant("scales", float32Tensor([4], [1, 1, ...call.pair("size", 2)]));
  if (interpolation !== "nearest" && interpolation !== "bilinear") throw call.unusual("interpolation");
  return call.net.operator("Resize", "resize", [call.input, undefined, scales], {
    mode: text(interpolation === "nearest" ? "nearest" : "linear"),
    coordinate_transformation_mode: text("asymmetric"),
    nearest_mode: text("floor"),
  });
};

const zeroPadding: Convert = (call) => {
  const [top, bottom, left, right] = call.borders("padding");
  return call.net.pad(call.input, [top, left, bottom, right]);
};

const cropping: Convert = (call) => {
  const [top, bottom, left, right] = call.borders("cropping");
  const list = (name: string, values: number[]) => call.net.constant(name, int64Tensor(values));
  // An end of 0 would be the beginning: what lies beyond the last pixel is the whole axis.
  const ends = [bottom, right].map((size) => (size === 0 ? 2 ** 31 - 1 : -size));
  const inputs = [call.input, list("starts", [top, left]), list("ends", ends), list("axes", [2, 3])];
  return call.net.operator("Slice", "slice", inputs);
};

const concatenate: Convert = (call) => {
  call.require("axis", [-1, 3]);
  return call.net.operator("Concat", "concat", call.inputs, { axis: int(1) });
};

/** Element by element, over all inputs. */
const merge =
  (operator: "Sum" | "Mul" | "Max" | "Min" | "Mean"): Convert =>
  ({ inputs, net }) =>
    operator === "Mul"
      ? inputs.reduce((product, input) => net.mul(product, input))
      : net.operator(operator, operator.toLowerCase(), inputs);

const rescaling: Convert = (call) => {
  const number = (key: string, fallback: number) =>
    call.net.constant(key, float32Tensor([], [call.number(key, fallback)]));
  return call.net.add(call.net.mul(call.input, number("scale", 1)), number("offset", 0));
};

/** Squeeze-and-excitation brings a channel's single number back to a picture of one pixel: it is one already. */
const reshape: Convert = (call) => {
  call.require("target_shape", [[1, 1, call.channels]]);
  if (call.input.shape[2] !== 1 || call.input.shape[3] !== 1) throw call.unusual("target_shape");
  return call.input;
};

/** Layers that do something in training only. */
const identity: Convert = (call) => call.input;

const layers: Record<string, Convert> = {
  ...convolutions,
  BatchNormalization: batchNormalization,
  Activation: (call) => activate(call, call.input),
  ReLU: relu,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  ELU: elu,
  Softmax: softmax,
  MaxPooling2D: pool("MaxPool"),
  AveragePooling2D: pool("AveragePool"),
  GlobalAveragePooling2D: globalPool("GlobalAveragePool"),
  GlobalMaxPooling2D: globalPool("GlobalMaxPool"),
  UpSampling2D: upSampling,
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  Concatenate: concatenate,
  Add: merge("Sum"),
  Multiply: merge("Mul"),
  Maximum: merge("Max"),
  Minimum: merge("Min"),
  Average: merge("Mean"),
  Rescaling: rescaling,
  Reshape: reshape,
  Dropout: identity,
  SpatialDropout2D: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  AlphaDropout: identity,
};

/**
 * Appends a layer to the network being built.
 * @throws TFJS_LAYER that names the layer and what is known, TFJS_WEIGHTS, ONNX_SHAPE
 */
export function convertLayer(call: LayerCall): Value {
  const { kind } = call.layer;
  if (!Object.hasOwn(layers, kind)) {
    throw call.refusal(`is of a kind that is not known (known: ${Object.keys(layers).join(", ")})`);
  }
  call.require("data_format", ["channels_last"]);
  return layers[kind]!(call);
}
