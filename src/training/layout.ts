import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { TensorFlow } from "./tensorflow";

/**
 * ONNX writes images as batch x channels x rows x columns, TensorFlow's CPU kernels take the channels
 * last. Inside the executor every value of four dimensions has its channels last, and axes are translated.
 */

export function toChannelsLast(tf: TensorFlow, tensor: Tensor): Tensor {
  return tensor.rank === 4 ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
}

export function toChannelsFirst(tf: TensorFlow, tensor: Tensor): Tensor {
  return tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor;
}

/** Where an ONNX axis (negative: from the end) lies in a channels-last value of this many dimensions. */
export function channelsLastAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? [0, 3, 1, 2][positive]! : positive;
}

/** A value that the operator at hand can only take with four dimensions. */
export function asImage(tensor: Tensor): Tensor4D {
  if (tensor.rank !== 4)
    throw new RangeError(`An image of four dimensions was expected, got ${tensor.rank}.`);
  return tensor as Tensor4D;
}
