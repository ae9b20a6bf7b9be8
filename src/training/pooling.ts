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
  const image = asImage(input(0));
  const { rows, columns, strides, padding } = poolingWindow(node, image);
  const x = padded(tf, image, { padding, value: lowest });
  return tf.maxPool(x, [rows, columns], strides, "valid");
}

/** ONNX `AveragePool`, unpadded or with `count_include_pad`. */
export function averagePool({ tf, node, input }: OperatorCall): Tensor {
  const image = asImage(input(0));
  const { rows, columns, strides, padding } = poolingWindow(node, image);
  if (!isUnpadded(padding) && intAttribute(node, "count_include_pad", 0) === 0) {
    throw new RangeError("A padded average pooling can only be trained with count_include_pad.");
  }
  const x = padded(tf, image, { padding, value: 0 });
  return tf.avgPool(x, [rows, columns], strides, "valid");
}

/** The node's window; where it rounds up (`ceil_mode`), with as much more padding as the last positions need. */
function poolingWindow(node: GraphNode, { shape: [, rows, columns] }: Tensor4D): Window {
  const window = windowOf(node);
  if (window.dilations.some((dilation) => dilation !== 1)) {
    throw new RangeError(`${node.operator} with dilations cannot be trained.`);
  }
  if (intAttribute(node, "ceil_mode", 0) === 0) return window;
  if (node.operator !== "MaxPool") throw new RangeError(`${node.operator} with ceil_mode cannot be trained.`);
  const { padding, strides } = window;
  const bottom = padding.bottom + missing(rows + padding.top + padding.bottom - window.rows, strides[0]);
  const right = padding.right + missing(columns + padding.left + padding.right - window.columns, strides[1]);
  return { ...window, padding: { ...padding, bottom, right } };
}

/** What is to be added to a way for a whole number of steps. */
function missing(way: number, step: number): number {
  return (step - (way % step)) % step;
}

function padded(
  tf: TensorFlow,
  x: Tensor4D,
  { padding, value }: { padding: Window["padding"]; value: number },
): Tensor4D {
  return isUnpadded(padding) ? x : tf.pad(x, paddingPerAxis(padding), value);
}
