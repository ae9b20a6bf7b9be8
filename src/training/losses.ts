import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { TensorFlow } from "./tensorflow";

/** Keeps a Dice term of an image without the segment finite, and near 1 when nothing was predicted. */
const smoothing = 1;

/**
 * Cross-entropy plus soft Dice over the segments (Milletari et al. 2016; the sum as in nnU-Net,
 * Isensee et al. 2021), each averaged over the batch. Dice is taken image by image, because the
 * measured figure is the mean of the images' Dice.
 * @param logits  [batch, rows, columns, 1 + segments], background first
 * @param targets same shape, each pixel's shares of the classes, summing to 1
 * @returns a scalar, 0 at best
 */
export function diceCrossEntropyLoss(tf: TensorFlow, logits: Tensor4D, targets: Tensor4D): Tensor {
  const logProbabilities = tf.logSoftmax(logits, -1);
  const crossEntropy = tf.neg(tf.mean(tf.sum(tf.mul(targets, logProbabilities), -1)));
  const segments = logits.shape[3] - 1;
  const size: [number, number, number, number] = [-1, -1, -1, segments];
  const probabilities = tf.exp(tf.slice(logProbabilities, [0, 0, 0, 1], size));
  const wanted = tf.slice(targets, [0, 0, 0, 1], size);
  const overlap = tf.sum(tf.mul(probabilities, wanted), [1, 2]);
  const total = tf.add(tf.sum(probabilities, [1, 2]), tf.sum(wanted, [1, 2]));
  const dice = tf.div(tf.add(tf.mul(overlap, 2), smoothing), tf.add(total, smoothing));
  return tf.add(crossEntropy, tf.sub(1, tf.mean(dice)));
}
