import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { type GraphNode, intAttribute } from "../core/onnx/graph";
import { asImage } from "./layout";
import type { OperatorCall } from "./operator";
import type { TensorFlow } from "./tensorflow";
import { isUnpadded, paddingPerAxis, type Window, windowOf } from "./window";

/** Below every activation, and finite, so that no gradient becomes not-a-number. */
const lowest = -3e38;

/** ONNX `MaxPool`; what lies beyond the border never wins. */
export function maxPool({ tf, node, input }: OperatorCall): Tensor {
  const { rows, columns, strides, padding } = poolingWindow(node);
  const x = padded(tf, asImage(input(0)), { padding, value: lowest });
  return tf.maxPool(x, [rows, columns], strides, "valid");
}

/** ONNX `AveragePool`, unpadded or with `count_include_pad`. */
export function averagePool({ tf, node, input }: OperatorCall): Tensor {
  const { rows, columns, strides, padding } = poolingWindow(node);
  if (!isUnpadded(padding) && intAttribute(node, "count_include_pad", 0) === 0) {
    throw new RangeError("A padded average pooling can only be trained with count_include_pad.");
  }
  const x = padded(tf, asImage(input(0)), { padding, value: 0 });
  return tf.avgPool(x, [rows, columns], strides, "valid");
}

function poolingWindow(node: GraphNode): Window {
  const window = windowOf(node);
  const isDilated = window.dilations.some((dilation) => dilation !== 1);
  if (isDilated || intAttribute(node, "ceil_mode", 0) === 1) {
    throw new RangeError(`${node.operator} with dilations or ceil_mode cannot be trained.`);
  }
  return window;
}

function padded(
  tf: TensorFlow,
  x: Tensor4D,
  { padding, value }: { padding: Window["padding"]; value: number },
): Tensor4D {
  return isUnpadded(padding) ? x : tf.pad(x, paddingPerAxis(padding), value);
}
