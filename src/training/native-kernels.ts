import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { TensorFlow } from "./tensorflow";

/**
 * Operations whose gradient tfjs composes of many small ones while TensorFlow has one kernel for it.
 * On two cores they take the batch normalisation of an 8 x 128 x 128 x 16 value with its gradient from
 * 48 to 8 ms, and ReLU's from 55 to 7. On every other backend tfjs's own operations are used.
 */

interface KernelAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** What tfjs-node's backend offers beyond tfjs-core's: TensorFlow's kernels by name. */
interface NodeBackend {
  binding: Record<"TF_ATTR_TYPE" | "TF_ATTR_FLOAT" | "TF_ATTR_STRING" | "TF_ATTR_BOOL" | "TF_FLOAT", number>;
  executeSingleOutput(name: string, attributes: KernelAttribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: KernelAttribute[],
    inputs: Tensor[],
    outputCount: number,
  ): Tensor[];
}

function nodeBackend(tf: TensorFlow): NodeBackend | undefined {
  return tf.getBackend() === "tensorflow" ? (tf.backend() as unknown as NodeBackend) : undefined;
}

/** max(x, 0); its gradient passes where the result is positive. */
export function relu(tf: TensorFlow, x: Tensor): Tensor {
  const backend = nodeBackend(tf);
  if (backend === undefined) return tf.relu(x);
  const attributes = [{ name: "T", type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT }];
  return tf.customGrad((...inputs) => {
    const [input, save] = inputs as [Tensor, (tensors: Tensor[]) => void];
    const value = backend.executeSingleOutput("Relu", attributes, [input]);
    save([value]);
    return {
      value,
      gradFunc: (dy: Tensor, [result]: Tensor[]) =>
        backend.executeSingleOutput("ReluGrad", attributes, [dy, result!]),
    };
  })(x);
}

/** A batch-normalised value, with what the batch itself looked like. */
export interface BatchNormalized {
  value: Tensor4D;
  /** Per channel, over batch, rows and columns; kept: the caller disposes of them. */
  mean: Tensor;
  /** Unbiased, as PyTorch and TensorFlow keep it for later. */
  variance: Tensor;
}

/**
 * Batch normalisation by the batch's own statistics (Ioffe and Szegedy 2015, algorithm 1), differentiable.
 * @param x           batch x rows x columns x channels
 * @param scale, bias one number a channel
 */
export function normalizeByBatch(
  tf: TensorFlow,
  x: Tensor4D,
  { scale, bias, epsilon }: { scale: Tensor1D; bias: Tensor1D; epsilon: number },
): BatchNormalized {
  const backend = nodeBackend(tf);
  if (backend === undefined) return composedBatchNormalization(tf, x, { scale, bias, epsilon });
  const { binding } = backend;
  const attributes = [
    { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: "U", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: "epsilon", type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: binding.TF_ATTR_BOOL, value: true },
  ];
  let statistics: { mean: Tensor; variance: Tensor } | undefined;
  const value = tf.customGrad((...inputs) => {
    const [input, scaleInput, biasInput, save] = inputs as [
      Tensor,
      Tensor,
      Tensor,
      (tensors: Tensor[]) => void,
    ];
    const none = tf.tensor1d([]);
    const factor = { name: "exponential_avg_factor", type: binding.TF_ATTR_FLOAT, value: 1 };
    const [normalized, mean, variance, ...reserved] = backend.executeMultipleOutputs(
      "FusedBatchNormV3",
      [...attributes, factor],
      [input, scaleInput, biasInput, none, none],
      6,
    );
    statistics = { mean: tf.keep(mean!), variance: tf.keep(variance!) };
    save([input, scaleInput, ...reserved]);
    return {
      value: normalized!,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        backend.executeMultipleOutputs("FusedBatchNormGradV3", attributes, [dy, ...saved], 5).slice(0, 3),
    };
  })(x, scale, bias);
  return { value: value as Tensor4D, ...statistics! };
}

function composedBatchNormalization(
  tf: TensorFlow,
  x: Tensor4D,
  { scale, bias, epsilon }: { scale: Tensor1D; bias: Tensor1D; epsilon: number },
): BatchNormalized {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const count = x.size / x.shape[3];
  return {
    value: tf.batchNorm4d(x, mean as Tensor1D, variance as Tensor1D, bias, scale, epsilon),
    mean: tf.keep(mean.clone()),
    variance: tf.keep(tf.mul(variance, count / Math.max(1, count - 1))),
  };
}

/**
 * Enlarges by a whole factor, each pixel becoming a block. The gradient is the mean over the block times
 * its area: one pooling, where tfjs's own gradient runs on a single thread.
 */
export function enlargeNearest(tf: TensorFlow, x: Tensor4D, factor: number): Tensor4D {
  const [, rows, columns] = x.shape;
  return tf.customGrad((...inputs) => ({
    value: tf.image.resizeNearestNeighbor(inputs[0] as Tensor4D, [rows * factor, columns * factor]),
    gradFunc: (dy: Tensor) => tf.mul(tf.avgPool(dy as Tensor4D, factor, factor, "valid"), factor * factor),
  }))(x) as Tensor4D;
}
