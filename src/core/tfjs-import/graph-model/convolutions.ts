import { type Attribute, int, ints } from "../../onnx/graph";
import { float32Tensor } from "../../onnx/tensor";
import { transposedWindowAttributes, windowAttributes, type WindowPadding } from "../sliding-window";
import { permuted, type Weight } from "../weights";
import type { OperationCall } from "./operation-call";
import { fusedSteps } from "./pointwise";
import type { Signal } from "./signal";
import { type Dilated, Spread } from "./spread";

/** Kernels are rows x columns x in x out; ONNX has out x in x rows x columns. */
function convolveAll(call: OperationCall, dilated: Dilated): Signal {
  const weight = permuted(call.weight(1, 4), [3, 2, 0, 1]);
  return slide(call, dilated, { weight, group: 1 });
}

/** Kernels are rows x columns x in x multiplier: each channel by itself. */
function convolveChannels(call: OperationCall, dilated: Dilated): Signal {
  const { dims, values } = permuted(call.weight(1, 4), [2, 3, 0, 1]);
  const [channels, multiplier, ...kernel] = dims as [number, number, number, number];
  return slide(call, dilated, {
    weight: { dims: [channels * multiplier, 1, ...kernel], values },
    group: channels,
  });
}

function slide(
  call: OperationCall,
  { input, dilation, padding }: Dilated,
  { weight, group }: { weight: Weight; group: number },
): Signal {
  const kernel = weight.dims.slice(2) as [number, number];
  const strides = call.pair("strides");
  const attributes: Record<string, Attribute> = {
    ...windowAttributes({ kernel, strides, dilation, padding, size: input.shape.slice(2) }),
    dilations: ints(dilation),
    ...(group > 1 && { group: int(group) }),
  };
  const { bias, addBias, activate } = fusedSteps(call);
  // Converters also fuse one number for all channels, which Conv does not take.
  const isOfConv = bias?.shape.length === 1 && bias.shape[0] === weight.dims[0];
  const inputs = [input, call.constant("weight", float32Tensor(weight.dims, weight.values))];
  if (isOfConv) inputs.push(bias.plain());
  const convolved = call.first(call.net.operator("Conv", "conv", inputs, attributes));
  return activate(isOfConv ? convolved : addBias(convolved));
}

const convolution =
  (convolve: (call: OperationCall, dilated: Dilated) => Signal) => (call: OperationCall) => {
    call.requireChannelsLast();
    const [from] = call.inputs;
    const dilation = call.pair("dilations", [1, 1]);
    if (from instanceof Spread) {
      const isPlain = [...dilation, ...call.pair("strides")].every((each) => each === 1);
      if (from.convolve !== undefined || !isPlain || call.padding() !== "valid") {
        throw call.refusal("stands after SpaceToBatchND with a stride, a padding or a dilation of its own");
      }
      return new Spread(from.source, from.block, from.paddings, (dilated) => convolve(call, dilated));
    }
    return convolve(call, { input: call.picture(), dilation, padding: call.padding() });
  };

function spread(call: OperationCall): Spread {
  const [rows, columns, ...more] = call.numbers(1);
  if (rows === undefined || columns === undefined || more.length > 0) throw call.unusual("block_shape");
  const { tensor } = call.input(2);
  return new Spread(call.input(), [rows, columns], tensor && call.numbers(2));
}

function gather(call: OperationCall): Signal {
  const [from] = call.inputs;
  if (!(from instanceof Spread) || from.convolve === undefined) {
    throw call.refusal("does not stand after a convolution that follows SpaceToBatchND");
  }
  const { source, block: dilation, paddings, convolve } = from;
  const crops = call.input(2).tensor && call.numbers(2);
  let padding: WindowPadding = "same";
  if (paddings !== undefined && crops !== undefined) {
    const [top, bottom, left, right] = paddings.map((amount, i) => amount - crops[i]!);
    const all = [top!, left!, bottom!, right!] as const;
    if (all.some((amount) => !(amount >= 0))) throw call.refusal("crops more than SpaceToBatchND pads");
    padding = all;
  }
  if (source.shape.length !== 4) throw call.refusal("is not about a picture");
  return convolve({ input: source.channelsFirst(), dilation, padding });
}

/** Kernels are rows x columns x out x in; ONNX has in x out x rows x columns. */
function transposed(call: OperationCall): Signal {
  call.requireChannelsLast();
  const padding = call.padding();
  if (typeof padding !== "string") throw call.unusual("padding");
  if (call.pair("dilations", [1, 1]).some((each) => each !== 1)) throw call.unusual("dilations");
  const weight = permuted(call.weight(1, 4), [3, 2, 0, 1]);
  const input = call.picture(2);
  const attributes = transposedWindowAttributes({
    kernel: weight.dims.slice(2) as [number, number],
    strides: call.pair("strides"),
    padding,
    size: { from: input.shape.slice(2), to: call.input(0).entries?.slice(1, 3) ?? [] },
  });
  const inputs = [input, call.constant("weight", float32Tensor(weight.dims, weight.values))];
  return call.first(call.net.operator("ConvTranspose", "convtranspose", inputs, attributes));
}

/** TensorFlow's average leaves out the padding. */
const pool = (operator: "MaxPool" | "AveragePool") => (call: OperationCall) => {
  call.requireChannelsLast();
  const input = call.picture();
  const attributes = windowAttributes({
    kernel: call.pair("ksize"),
    strides: call.pair("strides"),
    padding: call.padding(),
    size: input.shape.slice(2),
  });
  return call.first(call.net.operator(operator, operator.toLowerCase(), [input], attributes));
};

export const convolutions = {
  Conv2D: convolution(convolveAll),
  _FusedConv2D: convolution(convolveAll),
  DepthwiseConv2d: convolution(convolveChannels),
  DepthwiseConv2dNative: convolution(convolveChannels),
  FusedDepthwiseConv2dNative: convolution(convolveChannels),
  SpaceToBatchND: spread,
  BatchToSpaceND: gather,
  Conv2DBackpropInput: transposed,
  MaxPool: pool("MaxPool"),
  AvgPool: pool("AveragePool"),
};
