import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { floatAttribute, intAttribute, intsAttribute } from "../core/onnx/graph";
import { convolution, transposedConvolution } from "./convolution";
import { asImage, channelsLastAxis } from "./layout";
import { normalizeByBatch, relu } from "./native-kernels";
import type { Operator, OperatorCall } from "./operator";
import { averagePool, maxPool } from "./pooling";
import { resize } from "./resize";
import type { TensorFlow } from "./tensorflow";

/** The operators of the ONNX standard that training knows, by name. */
export const operators: Record<string, Operator | undefined> = {
  Add: ({ tf, input }) => tf.add(input(0), input(1)),
  Sub: ({ tf, input }) => tf.sub(input(0), input(1)),
  Mul: ({ tf, input }) => tf.mul(input(0), input(1)),
  Div: ({ tf, input }) => tf.div(input(0), input(1)),
  Relu: ({ tf, input }) => relu(tf, input(0)),
  LeakyRelu: ({ tf, node, input }) => tf.leakyRelu(input(0), floatAttribute(node, "alpha", 0.01)),
  Tanh: ({ tf, input }) => tf.tanh(input(0)),
  Sigmoid: ({ tf, input }) => tf.sigmoid(input(0)),
  Softmax: ({ tf, node, input }) => softmax(tf, input(0), intAttribute(node, "axis", -1)),
  Identity: ({ input }) => input(0),
  Dropout: ({ input }) => input(0),
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  BatchNormalization: batchNormalization,
  LRN: localResponseNormalization,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: ({ tf, input }) => tf.mean(input(0), [1, 2], true),
  Resize: resize,
  Concat: ({ tf, node, input }) => {
    const parts = node.inputs.map((_, index) => input(index));
    return tf.concat(parts, channelsLastAxis(intAttribute(node, "axis", 1), parts[0]!.rank));
  },
  Slice: slice,
  Flatten: ({ tf, node, input }) => flatten(tf, input(0), intAttribute(node, "axis", 1)),
  Gemm: gemm,
  ArgMax: argMax,
};

function batchNormalization({ tf, node, input, weight, onBatchStatistics }: OperatorCall): Tensor {
  const x = asImage(input(0));
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => weight(index) as Tensor1D);
  const epsilon = floatAttribute(node, "epsilon", 1e-5);
  if (onBatchStatistics === undefined) return tf.batchNorm4d(x, mean!, variance!, bias, scale, epsilon);
  const normalized = normalizeByBatch(tf, x, { scale: scale!, bias: bias!, epsilon });
  onBatchStatistics(node, normalized);
  return normalized.value;
}

/** ONNX weighs the mean of the squares by alpha, TensorFlow their sum; its window is 2 x radius + 1 channels. */
function localResponseNormalization({ tf, node, input }: OperatorCall): Tensor {
  const size = intAttribute(node, "size", 1);
  if (size % 2 === 0) throw new RangeError("An LRN over an even number of channels cannot be trained.");
  const alpha = floatAttribute(node, "alpha", 1e-4) / size;
  const beta = floatAttribute(node, "beta", 0.75);
  const bias = floatAttribute(node, "bias", 1);
  return tf.localResponseNormalization(asImage(input(0)), (size - 1) / 2, bias, alpha, beta);
}

/** tfjs takes the softmax over the last axis alone. */
function softmax(tf: TensorFlow, x: Tensor, onnxAxis: number): Tensor {
  const axis = channelsLastAxis(onnxAxis, x.rank);
  if (axis === x.rank - 1) return tf.softmax(x);
  const order = x.shape.map((_, index) => index);
  [order[axis], order[x.rank - 1]] = [order[x.rank - 1]!, order[axis]!];
  return tf.transpose(tf.softmax(tf.transpose(x, order)), order);
}

/** ONNX flattens in NCHW order, so the channels go back to their place first. */
function flatten(tf: TensorFlow, x: Tensor, axis: number): Tensor {
  const inOrder = x.rank === 4 ? tf.transpose(x, [0, 3, 1, 2]) : x;
  const rows = inOrder.shape.slice(0, axis).reduce((product, size) => product * size, 1);
  return tf.reshape(inOrder, [rows, -1]);
}

function gemm({ tf, node, input, weight }: OperatorCall): Tensor {
  const transposed = (name: string): boolean => intAttribute(node, name, 0) === 1;
  const product = tf.matMul(input(0), weight(1) as Tensor2D, transposed("transA"), transposed("transB"));
  const scaled = tf.mul(product, floatAttribute(node, "alpha", 1));
  const bias = weight(2);
  return bias === undefined ? scaled : tf.add(scaled, tf.mul(bias, floatAttribute(node, "beta", 1)));
}

function argMax({ tf, node, input }: OperatorCall): Tensor {
  const x = input(0);
  const axis = channelsLastAxis(intAttribute(node, "axis", 0), x.rank);
  const winner = tf.argMax(x, axis);
  return intAttribute(node, "keepdims", 1) === 1 ? tf.expandDims(winner, axis) : winner;
}

/** Steps of 1 only: it is how skip connections are cropped. */
function slice({ tf, node, input, setting }: OperatorCall): Tensor {
  const x = input(0);
  const starts = setting(1) ?? [...(intsAttribute(node, "starts") ?? [])];
  const ends = setting(2) ?? [...(intsAttribute(node, "ends") ?? [])];
  const axes = setting(3) ?? [...(intsAttribute(node, "axes") ?? starts.map((_, index) => index))];
  const begin = x.shape.map(() => 0);
  const size = [...x.shape];
  axes.forEach((onnxAxis, index) => {
    const axis = channelsLastAxis(onnxAxis, x.rank);
    const length = x.shape[axis]!;
    const from = clampIndex(starts[index]!, length);
    begin[axis] = from;
    size[axis] = clampIndex(ends[index]!, length) - from;
  });
  return tf.slice(x as Tensor4D, begin, size);
}

function clampIndex(index: number, length: number): number {
  return Math.max(0, Math.min(length, index < 0 ? index + length : index));
}
