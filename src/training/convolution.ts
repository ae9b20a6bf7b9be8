import type { Rank, Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { intAttribute, intsAttribute } from "../core/onnx/graph";
import { asImage } from "./layout";
import type { OperatorCall } from "./operator";
import { isUnpadded, paddingPerAxis, type Window, windowOf } from "./window";
import type { TensorFlow } from "./tensorflow";

/** ONNX `Conv`, in two dimensions, in groups too. */
export function convolution({ tf, node, input, weight }: OperatorCall): Tensor {
  const kernel = weight(1) as Tensor4D;
  const window = windowOf(node, [kernel.shape[2], kernel.shape[3]]);
  const groups = intAttribute(node, "group", 1);
  const result = convolve(tf, { x: asImage(input(0)), kernel, window, groups });
  const bias = weight(2) as Tensor1D | undefined;
  return bias === undefined ? result : tf.add(result, bias);
}

/** @param kernel outputs x inputs of a group x rows x columns, as ONNX has it */
function convolve(
  tf: TensorFlow,
  { x, kernel, window, groups }: { x: Tensor4D; kernel: Tensor4D; window: Window; groups: number },
): Tensor {
  const { padded, pad } = padForConvolution(tf, x, window);
  const [outputs, inputsPerGroup] = kernel.shape;
  // tfjs wants rows x columns x inputs x outputs.
  if (groups === 1) {
    const filter = tf.transpose(kernel, [2, 3, 1, 0]);
    return tf.conv2d(padded, filter, window.strides, pad, "NHWC", window.dilations);
  }
  if (inputsPerGroup === 1) {
    // Rows x columns x inputs x multiplier: each channel by itself.
    const multiplier = outputs / groups;
    const byChannel = tf.reshape<Rank.R4>(kernel, [groups, multiplier, window.rows, window.columns]);
    const filter = tf.transpose(byChannel, [2, 3, 0, 1]);
    return tf.depthwiseConv2d(padded, filter, window.strides, pad, "NHWC", window.dilations);
  }
  const imageGroups = tf.split<Tensor4D>(padded, groups, 3);
  const kernelGroups = tf.split<Tensor4D>(tf.transpose(kernel, [2, 3, 1, 0]), groups, 3);
  const results = imageGroups.map((image, group) =>
    tf.conv2d(image, kernelGroups[group]!, window.strides, pad, "NHWC", window.dilations),
  );
  return tf.concat(results, 3);
}

/** TensorFlow's "same" is ONNX's padding only for odd kernels at stride 1; else the zeros are put there first. */
function padForConvolution(
  tf: TensorFlow,
  x: Tensor4D,
  { rows, columns, strides, dilations, padding }: Window,
): { padded: Tensor4D; pad: "same" | "valid" } {
  const { top, left, bottom, right } = padding;
  if (isUnpadded(padding)) return { padded: x, pad: "valid" };
  const isCentred =
    top === bottom &&
    left === right &&
    2 * top === dilations[0] * (rows - 1) &&
    2 * left === dilations[1] * (columns - 1);
  if (isCentred && strides[0] === 1 && strides[1] === 1) return { padded: x, pad: "same" };
  return { padded: tf.pad(x, paddingPerAxis(padding)), pad: "valid" };
}

/** ONNX `ConvTranspose`, one group, no dilation: what decoders use to enlarge. */
export function transposedConvolution({ tf, node, input, weight }: OperatorCall): Tensor {
  if (intAttribute(node, "group", 1) !== 1) {
    throw new RangeError("A transposed convolution in groups cannot be trained.");
  }
  const x = asImage(input(0));
  const kernel = weight(1) as Tensor4D;
  const outputs = kernel.shape[1];
  const { rows, columns, strides, padding } = windowOf(node, [kernel.shape[2], kernel.shape[3]]);
  const [extraRows = 0, extraColumns = 0] = intsAttribute(node, "output_padding") ?? [];
  const [batch, inputRows, inputColumns] = x.shape;
  const fullRows = (inputRows - 1) * strides[0] + rows;
  const fullColumns = (inputColumns - 1) * strides[1] + columns;
  // ONNX has inputs x outputs x rows x columns, tfjs wants rows x columns x outputs x inputs.
  const filter = tf.transpose(kernel, [2, 3, 1, 0]);
  const full = tf.conv2dTranspose(x, filter, [batch, fullRows, fullColumns, outputs], strides, "valid");
  const outputRows = fullRows - padding.top - padding.bottom + extraRows;
  const outputColumns = fullColumns - padding.left - padding.right + extraColumns;
  const cropped =
    isUnpadded(padding) && extraRows === 0 && extraColumns === 0
      ? full
      : cropOrExtend(tf, full, { padding, outputRows, outputColumns });
  const bias = weight(2);
  return bias === undefined ? cropped : tf.add(cropped, bias);
}

/** Cuts the padding off; `output_padding` rows beyond the full result hold nothing but the bias. */
function cropOrExtend(
  tf: TensorFlow,
  full: Tensor4D,
  {
    padding,
    outputRows,
    outputColumns,
  }: { padding: Window["padding"]; outputRows: number; outputColumns: number },
): Tensor4D {
  const [batch, rows, columns, channels] = full.shape;
  const missingRows = Math.max(0, padding.top + outputRows - rows);
  const missingColumns = Math.max(0, padding.left + outputColumns - columns);
  const extended = tf.pad(
    full,
    paddingPerAxis({ top: 0, left: 0, bottom: missingRows, right: missingColumns }),
  );
  return tf.slice(extended, [0, padding.top, padding.left, 0], [batch, outputRows, outputColumns, channels]);
}
