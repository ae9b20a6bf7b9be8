import type { Rank, Tensor, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { stringAttribute } from "../core/onnx/graph";
import { asImage } from "./layout";
import { enlargeNearest } from "./native-kernels";
import type { OperatorCall } from "./operator";
import type { TensorFlow } from "./tensorflow";

/**
 * ONNX `Resize` of rows and columns, nearest or linear.
 *
 * Nearest by a whole factor has a kernel of its own. Everything else is a product with one matrix an
 * axis: exact for each of ONNX's coordinate rules, and differentiable everywhere (tfjs-node 4.22 drops
 * `half_pixel_centers` from the gradient of its bilinear kernel).
 */
export function resize({ tf, node, input, setting }: OperatorCall): Tensor {
  const x = asImage(input(0));
  const [, rows, columns] = x.shape;
  const scales = setting(2);
  const sizes = setting(3);
  if (scales === undefined && sizes === undefined)
    throw new RangeError("Resize needs constant scales or sizes.");
  const outputRows = sizes?.[2] ?? Math.floor(rows * scales![2]!);
  const outputColumns = sizes?.[3] ?? Math.floor(columns * scales![3]!);
  if (outputRows === rows && outputColumns === columns) return x;

  const rule: ResizeRule = {
    mode: stringAttribute(node, "mode", "nearest"),
    coordinates: stringAttribute(node, "coordinate_transformation_mode", "half_pixel"),
    rounding: stringAttribute(node, "nearest_mode", "round_prefer_floor"),
  };
  const factor = outputRows / rows;
  if (rule.mode === "nearest" && Number.isInteger(factor) && outputColumns === columns * factor) {
    if (repeatsPixels(rule, rows, outputRows)) return enlargeNearest(tf, x, factor);
  }
  const tall = multiplyRows(tf, resamplingMatrix(tf, rows, outputRows, rule), x);
  const turned = tf.transpose(tall, [0, 2, 1, 3]);
  const wide = multiplyRows(tf, resamplingMatrix(tf, columns, outputColumns, rule), turned);
  return tf.transpose(wide, [0, 2, 1, 3]);
}

/** ONNX's words: `mode`, `coordinate_transformation_mode`, `nearest_mode`. */
export interface ResizeRule {
  mode: string;
  coordinates: string;
  rounding: string;
}

/** [output x input] times each column of [batch, input, columns, channels]. */
function multiplyRows(tf: TensorFlow, matrix: Tensor2D, x: Tensor4D): Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const flat = tf.reshape(x, [batch, rows, columns * channels]);
  const product = tf.matMul(tf.tile(tf.expandDims(matrix, 0), [batch, 1, 1]), flat);
  return tf.reshape<Rank.R4>(product, [batch, matrix.shape[0], columns, channels]);
}

function resamplingMatrix(tf: TensorFlow, input: number, output: number, rule: ResizeRule): Tensor2D {
  const weights = new Float32Array(output * input);
  for (let index = 0; index < output; index++) {
    for (const { source, share } of sourcesOf(index, { input, output, rule })) {
      weights[index * input + source]! += share;
    }
  }
  return tf.tensor2d(weights, [output, input]);
}

/** From which input positions, and in which shares, an output position is made. */
export function sourcesOf(
  index: number,
  { input, output, rule }: { input: number; output: number; rule: ResizeRule },
): { source: number; share: number }[] {
  const position = positionOf(index, { input, output, coordinates: rule.coordinates });
  const clamp = (source: number): number => Math.max(0, Math.min(input - 1, source));
  if (rule.mode === "nearest") return [{ source: clamp(round(position, rule.rounding)), share: 1 }];
  if (rule.mode !== "linear") throw new RangeError(`Resize by "${rule.mode}" cannot be trained.`);
  const low = Math.floor(position);
  const share = position - low;
  return [
    { source: clamp(low), share: 1 - share },
    { source: clamp(low + 1), share },
  ];
}

function positionOf(
  index: number,
  { input, output, coordinates }: { input: number; output: number; coordinates: string },
): number {
  const scale = output / input;
  switch (coordinates) {
    case "half_pixel":
      return (index + 0.5) / scale - 0.5;
    case "pytorch_half_pixel":
      return output > 1 ? (index + 0.5) / scale - 0.5 : 0;
    case "asymmetric":
      return index / scale;
    case "align_corners":
      return output > 1 ? (index * (input - 1)) / (output - 1) : 0;
    default:
      throw new RangeError(`Resize with coordinates "${coordinates}" cannot be trained.`);
  }
}

function round(position: number, rounding: string): number {
  switch (rounding) {
    case "floor":
      return Math.floor(position);
    case "ceil":
      return Math.ceil(position);
    case "round_prefer_ceil":
      return Math.floor(position + 0.5);
    default:
      return Math.ceil(position - 0.5);
  }
}

/** Whether the rule makes each pixel a block; half_pixel and asymmetric-with-floor both do. */
function repeatsPixels(rule: ResizeRule, input: number, output: number): boolean {
  const factor = output / input;
  for (let index = 0; index < output; index++) {
    if (sourcesOf(index, { input, output, rule })[0]!.source !== Math.floor(index / factor)) return false;
  }
  return true;
}
