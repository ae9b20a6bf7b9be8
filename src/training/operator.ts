import type { Tensor } from "@tensorflow/tfjs-core";
import type { GraphNode } from "../core/onnx/graph";
import type { TensorFlow } from "./tensorflow";

/** Hears, in training, what each batch normalisation saw. The tensors are the listener's to dispose of. */
export type BatchStatisticsListener = (
  node: GraphNode,
  statistics: { mean: Tensor; variance: Tensor },
) => void;

/** What an operator is given: its node, and its inputs by position. */
export interface OperatorCall {
  tf: TensorFlow;
  node: GraphNode;
  /** A value, images with channels last. */
  input: (index: number) => Tensor;
  /** A weight in ONNX's layout; undefined where the optional input was left out. */
  weight: (index: number) => Tensor | undefined;
  /** A constant as plain numbers: a shape, scales, axes. */
  setting: (index: number) => number[] | undefined;
  /** Present in training. */
  onBatchStatistics: BatchStatisticsListener | undefined;
}

/** Computes a node's first output. */
export type Operator = (call: OperatorCall) => Tensor;
