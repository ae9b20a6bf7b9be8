import type { Tensor as TfTensor } from "@tensorflow/tfjs-core";
import { SlicebenchError } from "../core/errors";
import type { Graph, GraphNode } from "../core/onnx/graph";
import { numbersOf, type Tensor } from "../core/onnx/tensor";
import { toChannelsFirst, toChannelsLast } from "./layout";
import type { BatchStatisticsListener } from "./operator";
import { operators } from "./operators";
import type { TensorFlow } from "./tensorflow";

export interface ExecutionOptions {
  /** Given: batch normalisation uses the batch's own statistics. Absent: as in inference. Dropout never drops. */
  onBatchStatistics?: BatchStatisticsListener;
}

/** Inputs that hold what is learned, by operator; the rest of an operator's constants are settings. */
const weightInputs: Record<string, readonly number[]> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  BatchNormalization: [1, 2],
  PRelu: [1],
};

/** Names of the initialisers that gradients reach, in the graph's order. */
export function trainableNames(graph: Graph): string[] {
  return initializersAt(graph, weightInputs);
}

/** Names of the running means and variances of the batch normalisations. */
export function runningStatisticNames(graph: Graph): string[] {
  return initializersAt(graph, { BatchNormalization: [3, 4] });
}

function initializersAt(graph: Graph, places: Record<string, readonly number[]>): string[] {
  const names = graph.nodes.flatMap((node) =>
    (places[node.operator] ?? []).map((index) => node.inputs[index] ?? ""),
  );
  return [...new Set(names)].filter((name) => graph.initializers.has(name));
}

/**
 * Executes an ONNX graph with tfjs operations, so that tfjs can differentiate it: the same graph that
 * onnxruntime runs is what is trained. Call it inside `tf.tidy` or a gradient function.
 * @param inputs  by name, in ONNX's layout (images NCHW)
 * @param weights float initialisers by name, in ONNX's layout; those not given are taken from the graph
 * @returns the graph's outputs by name, images as NHWC (TensorFlow's layout)
 * @throws SlicebenchError TRAINING_OPERATOR_UNKNOWN for an operator that training does not know
 */
export function executeGraph(
  tf: TensorFlow,
  graph: Graph,
  { inputs, weights }: { inputs: Map<string, TfTensor>; weights: Map<string, TfTensor> },
  options: ExecutionOptions = {},
): Map<string, TfTensor> {
  const values = new Map<string, TfTensor>();
  for (const [name, input] of inputs) values.set(name, toChannelsLast(tf, input));

  const weight = (name: string): TfTensor | undefined => {
    const given = weights.get(name);
    if (given !== undefined) return given;
    const initializer = graph.initializers.get(name);
    return initializer === undefined ? undefined : tensorOf(tf, initializer);
  };
  const value = (name: string): TfTensor => {
    const computed = values.get(name);
    if (computed !== undefined) return computed;
    const constant = weight(name);
    if (constant === undefined) throw missingValue(name);
    return toChannelsLast(tf, constant);
  };

  for (const node of graph.nodes) {
    const operator = operators[node.operator];
    if (operator === undefined || node.domain !== "") throw unknownOperator(node);
    const result = operator({
      tf,
      node,
      input: (index) => value(node.inputs[index] ?? ""),
      weight: (index) => weight(node.inputs[index] ?? ""),
      setting: (index) => {
        const initializer = graph.initializers.get(node.inputs[index] ?? "");
        return initializer === undefined || initializer.dims[0] === 0 ? undefined : numbersOf(initializer);
      },
      onBatchStatistics: options.onBatchStatistics,
    });
    values.set(node.outputs[0]!, result);
  }
  return new Map(graph.outputs.map(({ name }) => [name, value(name)]));
}

/** As `executeGraph`, in inference, with the outputs in ONNX's own layout. */
export function runGraph(
  tf: TensorFlow,
  graph: Graph,
  feeds: { inputs: Map<string, TfTensor>; weights: Map<string, TfTensor> },
): Map<string, TfTensor> {
  const outputs = executeGraph(tf, graph, feeds);
  return new Map([...outputs].map(([name, output]) => [name, toChannelsFirst(tf, output)]));
}

/** A constant of the graph as a tfjs tensor: float32 as such, whole numbers and booleans as int32. */
export function tensorOf(tf: TensorFlow, { elementType, dims, values }: Tensor): TfTensor {
  if (values instanceof Float32Array) return tf.tensor(values, [...dims], "float32");
  if (elementType === "float16" || elementType === "bfloat16" || elementType === "string") {
    throw new SlicebenchError("TRAINING_TENSOR_TYPE", `Training takes float32 weights, not ${elementType}.`, {
      hint: "Train the network as the zoo builds it; the storage type is chosen when it is written.",
    });
  }
  const numbers = Array.from(values as ArrayLike<number | bigint>, Number);
  return tf.tensor(numbers, [...dims], elementType === "float64" ? "float32" : "int32");
}

function missingValue(name: string): SlicebenchError {
  return new SlicebenchError("TRAINING_GRAPH_INVALID", `The graph uses "${name}" before it is computed.`);
}

function unknownOperator(node: GraphNode): SlicebenchError {
  const allowed = Object.keys(operators).join(", ");
  return new SlicebenchError("TRAINING_OPERATOR_UNKNOWN", `Training does not know "${node.operator}".`, {
    hint: `Known are: ${allowed}.`,
  });
}
