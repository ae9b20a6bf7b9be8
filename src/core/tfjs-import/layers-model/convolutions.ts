import { int, ints } from "../../onnx/graph";
import type { Value } from "../../onnx/graph-assembly";
import { activate } from "./activations";
import type { LayerCall } from "./layer-call";
import { transposedWindowAttributes } from "../sliding-window";
import { permuted } from "../weights";

type Convert = (call: LayerCall) => Value;

/** Kernels are rows x columns x in x out; ONNX has out x in x rows x columns. */
const conv2d: Convert = (call) => {
  call.require("groups", [1]);
  const [kernel, filters] = [call.pair("kernel_size", 1), call.number("filters", 0)];
  const weight = call.weight("kernel", [...kernel, call.channels, filters]);
  const dilation = call.pair("dilation_rate", 1);
  const inputs = [
    call.input,
    call.constant("weight", permuted(weight, [3, 2, 0, 1])),
    ...bias(call, filters),
  ];
  const attributes = { ...call.window(kernel, call.pair("strides", 1), dilation), dilations: ints(dilation) };
  return activate(call, call.net.operator("Conv", "conv", inputs, attributes));
};

/** Kernels are rows x columns x in x multiplier: each channel by itself. */
function depthwise(call: LayerCall, kernel: readonly [number, number]) {
  const multiplier = call.number("depth_multiplier", 1);
  const { channels } = call;
  const weight = call.weight("depthwise_kernel", [...kernel, channels, multiplier]);
  const { values } = permuted(weight, [2, 3, 0, 1]);
  const dilation = call.pair("dilation_rate", 1);
  return {
    outputs: channels * multiplier,
    weight: call.constant("depthwise/weight", { dims: [channels * multiplier, 1, ...kernel], values }),
    attributes: {
      ...call.window(kernel, call.pair("strides", 1), dilation),
      dilations: ints(dilation),
      group: int(channels),
    },
  };
}

const depthwiseConv2d: Convert = (call) => {
  const { outputs, weight, attributes } = depthwise(call, call.pair("kernel_size", 1));
  const inputs = [call.input, weight, ...bias(call, outputs)];
  return activate(call, call.net.operator("Conv", "depthwise", inputs, attributes));
};

const separableConv2d: Convert = (call) => {
  const filters = call.number("filters", 0);
  const { outputs, weight, attributes } = depthwise(call, call.pair("kernel_size", 1));
  const channelwise = call.net.operator("Conv", "depthwise", [call.input, weight], attributes);
  const mixing = permuted(call.weight("pointwise_kernel", [1, 1, outputs, filters]), [3, 2, 0, 1]);
  const inputs = [channelwise, call.constant("pointwise/weight", mixing), ...bias(call, filters)];
  return activate(call, call.net.operator("Conv", "pointwise", inputs, { kernel_shape: ints([1, 1]) }));
};

/** Kernels are rows x columns x out x in; ONNX has in x out x rows x columns. */
const conv2dTranspose: Convert = (call) => {
  call.require("output_padding", []);
  call.require("dilation_rate", [1, [1, 1]]);
  const [kernel, strides] = [call.pair("kernel_size", 1), call.pair("strides", 1)];
  const filters = call.number("filters", 0);
  const weight = call.weight("kernel", [...kernel, filters, call.channels]);
  const padding = call.padding();
  const inputs = [
    call.input,
    call.constant("weight", permuted(weight, [3, 2, 0, 1])),
    ...bias(call, filters),
  ];
  const attributes = transposedWindowAttributes({ kernel, strides, padding });
  return activate(call, call.net.operator("ConvTranspose", "convtranspose", inputs, attributes));
};

/** On pictures, a dense layer is a convolution of one pixel. */
const dense: Convert = (call) => {
  const units = call.number("units", 0);
  const { values } = permuted(call.weight("kernel", [call.channels, units]), [1, 0]);
  const weight = call.constant("weight", { dims: [units, call.channels, 1, 1], values });
  const inputs = [call.input, weight, ...bias(call, units)];
  return activate(call, call.net.operator("Conv", "dense", inputs, { kernel_shape: ints([1, 1]) }));
};

function bias(call: LayerCall, length: number): Value[] {
  return call.flag("use_bias", true) ? [call.constant("bias", call.weight("bias", [length]))] : [];
}

export const convolutions: Record<string, Convert> = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  Conv2DTranspose: conv2dTranspose,
  Dense: dense,
};
