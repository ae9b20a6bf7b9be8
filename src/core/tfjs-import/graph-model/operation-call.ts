import { base64Decode } from "@bufbuild/protobuf/wire";
import { SlicebenchError } from "../../errors";
import type { GraphBuilder } from "../../onnx/builder";
import type { Dimension } from "../../onnx/graph";
import type { Value } from "../../onnx/graph-assembly";
import { type ElementType, float32Values, int64Tensor, numbersOf, type Tensor } from "../../onnx/tensor";
import type { Pair, WindowPadding } from "../sliding-window";
import type { Weight } from "../weights";
import { dimensionsOf, type Operation } from "./definition";
import { channelsFirstAxis, Signal } from "./signal";
import type { Spread } from "./spread";

type Item = Signal | Spread;

/** An operation being converted: its attributes, and what flows into it. */
export class OperationCall {
  constructor(
    readonly operation: Operation,
    readonly net: GraphBuilder,
    readonly inputs: readonly Item[],
  ) {}

  input(index = 0): Signal {
    const input = this.inputs[index];
    if (input instanceof Signal) return input;
    throw this.refusal(
      input === undefined ? `lacks its input ${index + 1}` : "takes what SpaceToBatchND gives",
    );
  }

  /** All inputs from one to another, as Array.slice counts. */
  signals(start = 0, end?: number): Signal[] {
    const length = end === undefined ? this.inputs.length : Math.max(0, this.inputs.length + end);
    return Array.from({ length: Math.max(0, length - start) }, (_, i) => this.input(start + i));
  }

  /** A picture, with channels first. */
  picture(index = 0): Value {
    const input = this.input(index);
    if (input.shape.length !== 4) throw this.refusal(`takes ${input.shape.length} axes; a picture has 4`);
    return input.channelsFirst();
  }

  /** A weight that is known before the network runs. */
  weight(index: number, axes: number): Weight {
    const { tensor } = this.input(index);
    if (tensor?.elementType === "float32" && tensor.dims.length === axes) {
      return { dims: tensor.dims, values: float32Values(tensor) };
    }
    throw this.refusal(
      tensor === undefined
        ? "has weights that the network computes"
        : `has weights of ${tensor.dims.length} axes`,
    );
  }

  /** Whole numbers that are known before the network runs: axes, paddings. */
  numbers(index: number): number[] {
    const { tensor, entries } = this.input(index);
    if (tensor?.elementType === "int64") return numbersOf(tensor);
    const known = entries?.filter((each) => typeof each === "number");
    if (known !== undefined && known.length === entries?.length) return known;
    throw this.refusal(`computes its input ${index + 1} while it runs`);
  }

  /** One axis of an input of so many axes, counted from the end where it is below 0. */
  axis(index: number, rank: number): number {
    const [axis = NaN] = this.numbers(index);
    return this.#inRange(axis, rank);
  }

  axes(numbers: readonly number[], rank: number): number[] {
    return numbers.map((axis) => this.#inRange(axis, rank));
  }

  #inRange(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(positive) && positive >= 0 && positive < rank) return positive;
    throw this.refusal(`names the axis ${axis} of ${rank}`);
  }

  flag(key: string): boolean {
    return this.#attribute(key, "b") === true;
  }

  number(key: string, fallback: number): number {
    const value = Number(this.#attribute(key, "i") ?? this.#attribute(key, "f") ?? fallback);
    if (Number.isNaN(value)) throw this.unusual(key);
    return value;
  }

  text(key: string, fallback: string): string {
    const value = this.#attribute(key, "s");
    return value === undefined ? fallback : this.#decode(key, value);
  }

  texts(key: string): string[] {
    return this.#list(key, "s").map((each) => this.#decode(key, each));
  }

  wholeNumbers(key: string): number[] {
    const numbers = this.#list(key, "i").map(Number);
    if (!numbers.every(Number.isSafeInteger)) throw this.unusual(key);
    return numbers;
  }

  /** Rows and columns out of [batch, rows, columns, channels]. */
  pair(key: string, fallback?: Pair): Pair {
    const [batch, rows, columns, channels, ...more] = this.wholeNumbers(key);
    if (batch === undefined && fallback !== undefined) return fallback;
    const isPair = batch === 1 && channels === 1 && more.length === 0;
    if (!isPair || !(rows! > 0) || !(columns! > 0)) throw this.unusual(key);
    return [rows!, columns!];
  }

  shape(key: string): number[] | undefined {
    return dimensionsOf(this.#attribute(key, "shape"));
  }

  /** As values are kept here: all whole numbers as int64. */
  elementType(key: string, fallback: ElementType): ElementType {
    const type = this.#attribute(key, "type");
    if (type === undefined) return fallback;
    switch (type) {
      case "DT_FLOAT":
      case 1:
        return "float32";
      case "DT_INT32":
      case 3:
      case "DT_INT64":
      case 9:
      case "DT_UINT8":
      case 4:
        return "int64";
      case "DT_BOOL":
      case 10:
        return "bool";
      default:
        throw this.unusual(key);
    }
  }

  /** Padding of a sliding window. */
  padding(): WindowPadding {
    const padding = this.text("padding", "VALID");
    if (padding === "SAME") return "same";
    if (padding === "VALID") return "valid";
    const [, , top, bottom, left, right] = this.wholeNumbers("explicit_paddings");
    if (padding !== "EXPLICIT" || right === undefined) throw this.unusual("padding");
    return [top!, left!, bottom!, right];
  }

  requireChannelsLast(): void {
    if (this.text("data_format", "NHWC") !== "NHWC") throw this.unusual("data_format");
  }

  constant(name: string, tensor: Tensor): Value {
    return this.net.constant(name, tensor);
  }

  list(name: string, values: readonly number[]): Value {
    return this.net.constant(name, int64Tensor(values));
  }

  /** What is not a picture, or no longer. */
  plain(value: Value, entries?: readonly Dimension[]): Signal {
    return Signal.of(this.net, value, entries);
  }

  /** A picture goes on with channels first, all else in TensorFlow's own order of axes. */
  alongAxes(input: Signal, compute: (value: Value, place: (axis: number) => number) => Value): Signal {
    return input.isPicture
      ? this.first(compute(input.channelsFirst(), channelsFirstAxis))
      : this.plain(compute(input.plain(), (axis) => axis));
  }

  /** What has channels first. */
  first(value: Value): Signal {
    return Signal.picture(this.net, value);
  }

  refusal(what: string): SlicebenchError {
    const { name, kind } = this.operation;
    return new SlicebenchError("TFJS_OPERATION", `The operation "${name.slice(0, 120)}" (${kind}) ${what}.`, {
      hint: "Such an operation is not converted; export the network to ONNX with tf2onnx instead.",
    });
  }

  unusual(key: string): SlicebenchError {
    const seen = JSON.stringify(this.operation.attributes[key] ?? null);
    return this.refusal(`has ${key} = ${seen.slice(0, 80)}`);
  }

  #attribute(key: string, kind: string): unknown {
    const attribute = this.operation.attributes[key];
    const isObject = typeof attribute === "object" && attribute !== null;
    return isObject && kind in attribute ? (attribute as Record<string, unknown>)[kind] : undefined;
  }

  #list(key: string, kind: string): unknown[] {
    const list = this.#attribute(key, "list");
    const values = typeof list === "object" && list !== null ? (list as Record<string, unknown>)[kind] : [];
    if (values !== undefined && !Array.isArray(values)) throw this.unusual(key);
    return values ?? [];
  }

  /** Texts are bytes in a GraphDef, and base64 in its JSON. */
  #decode(key: string, value: unknown): string {
    if (typeof value !== "string") throw this.unusual(key);
    try {
      return String.fromCharCode(...base64Decode(value.slice(0, 400)));
    } catch {
      throw this.unusual(key);
    }
  }
}
