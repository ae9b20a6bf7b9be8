import { SlicebenchError } from "../errors";
import type { Dimension, Graph, GraphNode } from "./graph";
import { operatorRule } from "./operators/index";
import type { SlidingWindow } from "./operators/rule";
import { elementCount } from "./tensor";
import { inferTypes, operatorCall, type InferredTypes } from "./types";

/** Rows and columns of the image that a network is described for, in pixels. */
export interface ImageSize {
  rows: number;
  columns: number;
  /** Where the network's input has its channels; NCHW where absent. */
  layout?: "NCHW" | "NHWC";
}

/**
 * What one position of a feature map sees of the network's input.
 * `size`: the largest extent that can reach it, padding counted as image; `stride`: input pixels between
 * neighbouring positions, below 1 where the map is finer than the image. Both are rows and columns.
 * "image": it sees all of it, as everything after a global pooling or a fully connected layer does.
 */
export type ReceptiveField = { size: [number, number]; stride: [number, number] } | "image";

/** A value that flows between nodes, under the name by which they refer to it. */
export interface DescribedValue {
  name: string;
  /** Undefined where nothing is known about it. */
  shape: readonly Dimension[] | undefined;
}

/** One node of a network, as a table or a drawing shows it. */
export interface NodeDescription {
  name: string;
  operator: string;
  /** The name's folders: "encoder/layer1/0" of "encoder/layer1/0/conv1", "" at the top. */
  scope: string;
  /** What comes in; weights and other constants are not among them. */
  inputs: DescribedValue[];
  outputs: DescribedValue[];
  /** Learned values; a tensor that several nodes share counts at the first. */
  parameters: number;
  /** Of one image; 0 for operators that are not counted (activations, pooling, normalisation). */
  multiplyAdds: number | undefined;
  /** Undefined after operators of which we do not know what they see. */
  receptiveField: ReceptiveField | undefined;
}

/** Inputs that hold what is learned; running statistics and settings are no parameters. */
const learnedInputs: Record<string, readonly number[]> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  MatMul: [0, 1],
  BatchNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  LayerNormalization: [1, 2],
  PRelu: [1],
};

/** The graph for one image of this size: symbols of its first input become numbers. */
export function withInputSize(graph: Graph, { rows, columns, layout = "NCHW" }: ImageSize): Graph {
  const [image, ...others] = graph.inputs;
  if (image?.shape?.length !== 4) {
    throw new SlicebenchError("ONNX_INPUT", "The network's first input is no batch of images.");
  }
  const [, first, , last] = image.shape;
  const shape: Dimension[] = layout === "NCHW" ? [1, first, rows, columns] : [1, rows, columns, last];
  return { ...graph, inputs: [{ ...image, shape }, ...others] };
}

/**
 * Describes every node that depends on the network's input, in the order of execution. Nodes that only
 * prepare constants (the Cast behind a weight kept as float16) are left out, their weights count where they are used.
 * @param size given: for one image of this size; else sizes are as far known as the graph's input says
 */
export function describeNodes(graph: Graph, size?: ImageSize): NodeDescription[] {
  const sized = size === undefined ? graph : withInputSize(graph, size);
  const inferred = inferTypes(sized);
  const fields = new ReceptiveFields(sized);
  const constants = new Set(sized.initializers.keys());
  const counted = new Set<string>();
  const valueOf = (name: string): DescribedValue => ({ name, shape: inferred.types.get(name)?.shape });

  const descriptions: NodeDescription[] = [];
  for (const node of sized.nodes) {
    const inputs = node.inputs.filter((name) => name !== "" && !constants.has(name));
    if (inputs.length === 0) {
      for (const name of node.outputs) constants.add(name);
      continue;
    }
    const learned = (learnedInputs[node.operator] ?? [])
      .map((index) => node.inputs[index] ?? "")
      .filter((name) => constants.has(name) && !counted.has(name));
    for (const name of learned) counted.add(name);
    descriptions.push({
      name: node.name,
      operator: node.operator,
      scope: node.name.slice(0, Math.max(0, node.name.lastIndexOf("/"))),
      inputs: inputs.map(valueOf),
      outputs: node.outputs.filter((name) => name !== "").map(valueOf),
      parameters: learned.reduce((sum, name) => sum + elementsOf(inferred, name), 0),
      multiplyAdds: multiplyAddsOf(node, inferred),
      receptiveField: fields.follow(node, inputs, inferred),
    });
  }
  return descriptions;
}

function elementsOf({ types }: InferredTypes, name: string): number {
  const shape = types.get(name)?.shape ?? [];
  return shape.every((dim) => typeof dim === "number") ? elementCount(shape) : 0;
}

function multiplyAddsOf(node: GraphNode, inferred: InferredTypes): number | undefined {
  const rule = operatorRule(node);
  if (rule?.multiplyAdds === undefined) return 0;
  const output = inferred.types.get(node.outputs[0] ?? "");
  return output === undefined ? undefined : rule.multiplyAdds(operatorCall(node, inferred), output);
}

/** Follows receptive fields from the input on: Araujo, Norris & Sim 2019, "Computing Receptive Fields", eq. 2. */
class ReceptiveFields {
  private readonly fields = new Map<string, ReceptiveField>();

  constructor(graph: Graph) {
    for (const { name } of graph.inputs) this.fields.set(name, { size: [1, 1], stride: [1, 1] });
  }

  /** The field of a node's outputs, from those of the inputs that are no constants. */
  follow(node: GraphNode, inputs: readonly string[], inferred: InferredTypes): ReceptiveField | undefined {
    const seen = joined(inputs.map((name) => this.fields.get(name)));
    const field = seen === undefined ? undefined : widened(seen, node, inferred);
    if (field !== undefined) for (const name of node.outputs) this.fields.set(name, field);
    return field;
  }
}

/**
 * Where paths meet, the widest one counts; paths of different lengths lie around the same position. Strides
 * agree but for the rounding of odd sizes.
 */
function joined(fields: readonly (ReceptiveField | undefined)[]): ReceptiveField | undefined {
  return fields.reduce((a, b) => {
    if (a === undefined || b === undefined) return undefined;
    if (a === "image" || b === "image") return "image";
    return {
      size: [Math.max(a.size[0], b.size[0]), Math.max(a.size[1], b.size[1])],
      stride: [Math.min(a.stride[0], b.stride[0]), Math.min(a.stride[1], b.stride[1])],
    };
  });
}

function widened(
  field: ReceptiveField,
  node: GraphNode,
  inferred: InferredTypes,
): ReceptiveField | undefined {
  const rule = operatorRule(node);
  const call = operatorCall(node, inferred);
  const rank = inferred.types.get(node.outputs[0] ?? "")?.shape?.length;
  if (rule === undefined || rank === undefined) return undefined;
  // A vector has no place in the image left.
  if (field === "image" || rank <= 2) return "image";
  if (rule.window === undefined) return rank === call.inputs[0]?.shape?.length ? field : undefined;
  const window = rule.window(call);
  if (window?.extent === "all") return "image";
  return window?.stride.length === 2 ? slid(field, window.extent, window.stride) : undefined;
}

function slid(
  { size, stride }: Exclude<ReceptiveField, "image">,
  extent: readonly number[],
  step: SlidingWindow["stride"],
): ReceptiveField {
  const sizeAlong = (axis: 0 | 1) => size[axis] + (extent[axis]! - 1) * stride[axis];
  return {
    size: [sizeAlong(0), sizeAlong(1)],
    stride: [stride[0] * step[0]!, stride[1] * step[1]!],
  };
}
