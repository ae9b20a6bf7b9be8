import { SlicebenchError } from "../../errors";
import { GraphBuilder } from "../../onnx/builder";
import type { Value } from "../../onnx/graph-assembly";
import type { Dimension, Graph } from "../../onnx/graph";
import type { Tensor } from "../../onnx/tensor";
import { LayerCall } from "./layer-call";
import { convertLayer } from "./layers";
import { type Layer, readTopology, type Topology } from "./topology";

/**
 * Converts a LayersModel of TensorFlow.js. Pictures go in and come out as TensorFlow has them, channels last;
 * between a transposition at either end the graph has channels first, as the engine is fastest with.
 * @param modelTopology of model.json
 * @param weights       by name: "conv2d/kernel"
 * @throws TFJS_DAMAGED, TFJS_LAYER, TFJS_WEIGHTS, ONNX_SHAPE
 */
export function convertLayersModel(modelTopology: unknown, weights: ReadonlyMap<string, Tensor>): Graph {
  const topology = readTopology(modelTopology);
  const net = new GraphBuilder("network");
  const known = withShortNames(weights);
  const values = new Map<string, Value>();
  for (const layer of inOrder(topology)) {
    const scope = net.scope(layer.name);
    const inputs = layer.inputs.map((name) => values.get(name)!);
    const call = new LayerCall(layer, scope, inputs, known);
    values.set(
      layer.name,
      layer.kind === "InputLayer"
        ? scope.transpose(net.input(layer.name, inputShape(call)), [0, 3, 1, 2])
        : convertLayer(call),
    );
  }
  for (const name of topology.outputs) {
    net.output(name, net.scope(name).transpose(values.get(name)!, [0, 2, 3, 1]));
  }
  return net.build();
}

/** Keras of TensorFlow 2.2 and newer may put a cell's name between the layer's and the variable's. */
function withShortNames(weights: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const known = new Map(weights);
  for (const [name, weight] of weights) {
    const parts = name.split("/");
    const short = [...parts.slice(0, -2), parts.at(-1)].join("/");
    if (!known.has(short)) known.set(short, weight);
  }
  return known;
}

/** Batch x rows x columns x channels. */
function inputShape(call: LayerCall): Dimension[] {
  const shape: unknown = call.layer.config.batch_input_shape;
  if (!Array.isArray(shape) || shape.length !== 4) {
    throw call.refusal("takes no picture (rows, columns and channels are expected)");
  }
  const names = ["batch", "rows", "columns"];
  return shape.map((dim: unknown, axis) => {
    if (dim === null && axis < 3) return names[axis];
    if (Number.isInteger(dim) && (dim as number) > 0) return dim as number;
    throw call.unusual("batch_input_shape");
  });
}

/** The layers that the outputs need, each after those whose results it takes. */
function inOrder({ layers, outputs }: Topology): Layer[] {
  const ordered = new Set<Layer>();
  const open = new Set<string>();
  // A stack of its own: the depth of a file's network is not to be that of our calls.
  const stack = [...outputs].reverse();
  while (stack.length > 0) {
    const name = stack.at(-1)!;
    const layer = layers.get(name);
    if (layer === undefined) throw damaged(`it has no layer "${name.slice(0, 80)}"`);
    const missing = layer.inputs.filter((input) => !ordered.has(layers.get(input)!));
    if (ordered.has(layer) || missing.length === 0) {
      ordered.add(layer);
      stack.pop();
      continue;
    }
    if (open.has(name)) throw damaged(`the layer "${name}" waits for itself`);
    open.add(name);
    stack.push(...missing);
  }
  return [...ordered];
}

function damaged(reason: string): SlicebenchError {
  return new SlicebenchError("TFJS_DAMAGED", `The network in model.json cannot be read: ${reason}.`, {
    hint: "Save it again with model.save() of TensorFlow.js.",
  });
}
