import { SlicebenchError } from "../../errors";
import type { Dimension, GraphNode, ValueType } from "../graph";
import { numbersOf, type Tensor } from "../tensor";

/** One node with what is known about its inputs. */
export interface OperatorCall {
  node: GraphNode;
  /** By position; undefined where the input is left out or nothing is known about it. */
  inputs: readonly (ValueType | undefined)[];
  /** The input's value where it is the same in every run: an initializer, or computed from shapes alone. */
  constant(index: number): Tensor | undefined;
}

/** How an operator slides over its input, one entry a spatial axis. */
export interface SlidingWindow {
  /** Input positions that one output position sees, dilation included; "all" for global pooling. */
  extent: readonly number[] | "all";
  /** Input steps between neighbouring outputs; below 1 where the operator enlarges. */
  stride: readonly number[];
}

/** All that Slicebench knows about an operator without executing it. */
export interface OperatorRule {
  /**
   * The types of the outputs; undefined where they cannot be known. Throws ONNX_SHAPE where the inputs do
   * not fit the operator.
   */
  infer(call: OperatorCall): readonly (ValueType | undefined)[];
  /** The value, where it is small and follows from shapes and constants (an exporter's shape arithmetic). */
  evaluate?(call: OperatorCall): Tensor | undefined;
  /** Multiply-adds for these outputs. Absent: not counted, as is the custom (activations, pooling, norms). */
  multiplyAdds?(call: OperatorCall, output: ValueType): number | undefined;
  /** Absent: each output position sees the input at its own position only. */
  window?(call: OperatorCall): SlidingWindow | undefined;
}

export type OperatorRules = Record<string, OperatorRule>;

export function shapeError(node: GraphNode, problem: string): SlicebenchError {
  const where = node.name === "" ? node.operator : `${node.operator} "${node.name}"`;
  return new SlicebenchError("ONNX_SHAPE", `The shapes at ${where} do not fit: ${problem}.`, {
    hint: "Check the size of the network's input, or the model itself.",
  });
}

/** The shape of an input, or undefined where its number of dimensions is unknown. */
export function shapeOf(call: OperatorCall, index = 0): readonly Dimension[] | undefined {
  return call.inputs[index]?.shape;
}

/** The type of the first input with another shape: what most operators give. */
export function sameType(call: OperatorCall, shape: readonly Dimension[] | undefined): ValueType[] {
  const elementType = call.inputs[0]?.elementType ?? "float32";
  return [{ elementType, shape }];
}

/** An input that is a list of whole numbers (axes, pads, sizes), where it is known. */
export function constantInts(call: OperatorCall, index: number): number[] | undefined {
  const tensor = call.constant(index);
  return tensor === undefined ? undefined : numbersOf(tensor);
}

/** An axis counted from the end becomes one from the start. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Two dimensions known to be the same size, or one of them unknown. */
export function agree(a: Dimension, b: Dimension): boolean {
  return typeof a !== "number" || typeof b !== "number" || a === b;
}

/** The better known of two dimensions that are the same size. */
export function merged(a: Dimension, b: Dimension): Dimension {
  return typeof a === "number" ? a : typeof b === "number" ? b : (a ?? b);
}

/** The number of elements of a shape for one item of the batch, or undefined where a size is unknown. */
export function countForOne(shape: readonly Dimension[] | undefined): number | undefined {
  if (shape === undefined) return undefined;
  let product = 1;
  for (const [axis, dim] of shape.entries()) {
    if (typeof dim === "number") product *= dim;
    else if (axis > 0) return undefined;
  }
  return product;
}
