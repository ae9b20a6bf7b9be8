import type { ElementType, Tensor } from "./tensor";

/**
 * A network in memory: what an ONNX file says, as plain data. It is the one description of a network in
 * Slicebench: the zoo builds it, training executes and tunes it, the engine runs what is written from it,
 * the explorer draws it.
 */

/** A fixed size, a symbol such as "batch" (equal symbols are equal sizes), or undefined where unknown. */
export type Dimension = number | string | undefined;

/** What flows along an edge of the graph. Images are batch x channels x rows x columns (NCHW). */
export interface ValueType {
  elementType: ElementType;
  /** Undefined where not even the number of dimensions is known. */
  shape: readonly Dimension[] | undefined;
}

/** A named input or output of the graph. */
export interface GraphValue extends ValueType {
  name: string;
}

/** A node's setting. ONNX tells 1 from 1.0, so the kind is kept beside the value. */
export type Attribute =
  | { kind: "int"; value: number }
  | { kind: "float"; value: number }
  | { kind: "string"; value: string }
  | { kind: "ints"; value: readonly number[] }
  | { kind: "floats"; value: readonly number[] }
  | { kind: "strings"; value: readonly string[] }
  | { kind: "tensor"; value: Tensor }
  | { kind: "graph"; value: Graph }
  /** Kept as the file's bytes, so that it can be written back: sparse tensors, types, lists of graphs. */
  | { kind: "other"; value: Uint8Array };

/** One operation. */
export interface GraphNode {
  /** Unique; slashes are scopes, by which the explorer folds: `encoder/layer1/0/conv1`. May be "" in other people's models. */
  name: string;
  /** The operator as ONNX names it: `Conv`, `BatchNormalization`. */
  operator: string;
  /** "" is the standard operator set, anything else a custom one. */
  domain: string;
  /** Names of values; "" is an optional input that was left out. */
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

/** Nodes are in an order in which they can be executed: each one after those whose outputs it takes. */
export interface Graph {
  name: string;
  inputs: GraphValue[];
  outputs: GraphValue[];
  nodes: GraphNode[];
  /** Weights and other constants by value name, e.g. `encoder/layer1/0/conv1/weight`. */
  initializers: Map<string, Tensor>;
}

/** A graph with what a file says about it. */
export interface Model {
  graph: Graph;
  /** Version of each operator set, by domain; "" is the standard one. */
  operatorSets: Record<string, number>;
  producer: string;
  description: string;
  metadata: Record<string, string>;
}

/** Attributes by kind. */
export const int = (value: number): Attribute => ({ kind: "int", value });
export const ints = (value: readonly number[]): Attribute => ({ kind: "ints", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const text = (value: string): Attribute => ({ kind: "string", value });

export function intAttribute(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "int" ? attribute.value : fallback;
}

export function floatAttribute(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "float" ? attribute.value : fallback;
}

export function stringAttribute(node: GraphNode, name: string, fallback: string): string {
  const attribute = node.attributes[name];
  return attribute?.kind === "string" ? attribute.value : fallback;
}

/** The list, or undefined where the node does not have it. */
export function intsAttribute(node: GraphNode, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === "ints" ? attribute.value : undefined;
}

export function tensorAttribute(node: GraphNode, name: string): Tensor | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === "tensor" ? attribute.value : undefined;
}
