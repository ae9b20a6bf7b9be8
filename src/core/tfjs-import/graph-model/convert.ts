import { GraphBuilder } from "../../onnx/builder";
import type { Dimension, Graph } from "../../onnx/graph";
import { withoutUnused } from "../../onnx/subgraph";
import type { Tensor } from "../../onnx/tensor";
import { damaged, type GraphDefinition, type Operation, readGraphDefinition } from "./definition";
import { OperationCall } from "./operation-call";
import { convertOperation } from "./operations";
import { Signal } from "./signal";
import type { Spread } from "./spread";

/** A converted GraphModel. */
export interface ConvertedGraph {
  graph: Graph;
  /** What TensorFlow.js calls the outputs: "Identity:0". */
  originalOutputs: string[];
}

/**
 * Converts a GraphModel of TensorFlow.js: a graph of TensorFlow's operations. Pictures go in and come out as
 * TensorFlow has them, channels last; within, they have channels first from convolution to convolution.
 * @param modelTopology and `signature` of model.json
 * @param weights       by name of their operation
 * @throws TFJS_DAMAGED, TFJS_OPERATION, TFJS_WEIGHTS, ONNX_SHAPE
 */
export function convertGraphModel(
  { modelTopology, signature }: { modelTopology: unknown; signature: unknown },
  weights: ReadonlyMap<string, Tensor>,
): ConvertedGraph {
  const definition = readGraphDefinition(modelTopology, signature);
  const net = new GraphBuilder("network");
  const results = new Map<string, readonly (Signal | Spread)[]>();
  for (const operation of inOrder(definition)) {
    const inputs = operation.inputs.map((port) => {
      const input = results.get(port.operation)?.[port.result];
      if (input !== undefined) return input;
      throw damaged(
        `"${operation.name}" takes result ${port.result} of "${port.operation}", which has none such`,
      );
    });
    const call = new OperationCall(operation, net.scope(operation.name), inputs);
    results.set(operation.name, convert(call, net, { definition, weights }));
  }
  for (const { name, operation, result } of definition.outputs) {
    const signal = results.get(operation)?.[result];
    if (!(signal instanceof Signal)) throw damaged(`its output "${name}" has no value`);
    // A value of its own, as two outputs may be one value, or a picture that is needed within.
    net.output(name, net.scope(`output/${name}`).operator("Identity", "identity", [signal.plain()]));
  }
  return {
    graph: withoutUnused(net.build()),
    originalOutputs: definition.outputs.map(({ operation, result }) => `${operation}:${result}`),
  };
}

interface Source {
  definition: GraphDefinition;
  weights: ReadonlyMap<string, Tensor>;
}

function convert(
  call: OperationCall,
  net: GraphBuilder,
  { definition, weights }: Source,
): readonly (Signal | Spread)[] {
  const { kind, name } = call.operation;
  switch (kind) {
    case "Const": {
      const tensor = weights.get(name);
      if (tensor === undefined) throw call.refusal("is missing in the list of weights");
      return [Signal.constant(call.net, tensor)];
    }
    case "Placeholder":
      return [placeholder(call, net, definition)];
    case "PlaceholderWithDefault":
      return [call.input()];
    default:
      return convertOperation(call);
  }
}

/** One picture is given at a time; whole numbers are what is shown, 0 to 255. */
function placeholder(call: OperationCall, net: GraphBuilder, { inputShapes }: GraphDefinition): Signal {
  const { name } = call.operation;
  const dims = call.shape("shape") ?? inputShapes.get(name);
  if (dims?.length !== 4)
    throw call.refusal("takes no picture (batch, rows, columns and channels are expected)");
  const names = dims[3]! > 0 ? [1, "rows", "columns"] : [1, undefined, "rows", "columns"];
  const shape = dims.map((dim, axis): Dimension => (dim > 0 ? dim : names[axis]));
  const isWhole = call.elementType("dtype", "float32") === "int64";
  if (!isWhole) return Signal.of(net.scope(name), net.input(name, shape));
  return call.plain(call.net.cast(net.input(name, shape, "uint8"), "int64"));
}

/** The operations that the outputs need, each after those whose results it takes. */
function inOrder({ operations, outputs }: GraphDefinition): Operation[] {
  const ordered = new Set<Operation>();
  const open = new Set<Operation>();
  const find = (name: string): Operation => {
    const operation = operations.get(name);
    if (operation === undefined) throw damaged(`it has no operation "${name.slice(0, 80)}"`);
    return operation;
  };
  // A stack of its own: the depth of a file's graph is not to be that of our calls.
  const stack = outputs.map(({ operation }) => find(operation)).reverse();
  while (stack.length > 0) {
    const operation = stack.at(-1)!;
    const missing = operation.inputs
      .map((port) => find(port.operation))
      .filter((input) => !ordered.has(input));
    if (ordered.has(operation) || missing.length === 0) {
      ordered.add(operation);
      stack.pop();
      continue;
    }
    if (open.has(operation)) throw damaged(`the operation "${operation.name}" waits for itself`);
    open.add(operation);
    stack.push(...missing);
  }
  return [...ordered];
}
