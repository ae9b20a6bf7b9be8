import { type Dimension, ints } from "../../onnx/graph";
import type { GraphBuilder } from "../../onnx/builder";
import type { Value } from "../../onnx/graph-assembly";
import {
  elementCount,
  type ElementType,
  float32Values,
  int64Tensor,
  numbersOf,
  type Tensor,
} from "../../onnx/tensor";
import { permuted } from "../weights";

/** Longer lists are weights, no sizes. */
const longestList = 64;

const toChannelsFirst = [0, 3, 1, 2];
const toChannelsLast = [0, 2, 3, 1];

type Order = "channels last" | "channels first";

/** Where an axis as TensorFlow counts it (batch, rows, columns, channels) lies with channels first. */
export const channelsFirstAxis = (axis: number): number => [0, 2, 3, 1][axis]!;

/**
 * What flows along an edge of the TensorFlow graph. Its shape is the one that TensorFlow knows; pictures are kept
 * with channels first from where a convolution needs them so, and transposed once where something else does.
 */
export class Signal {
  #kept: Partial<Record<Order, Value>> = {};

  readonly shape: readonly Dimension[];
  readonly elementType: ElementType;
  /** Known before the network runs. */
  readonly tensor: Tensor | undefined;
  /** The elements of a list or number of sizes, as far as they are known. */
  readonly entries: readonly Dimension[] | undefined;

  private constructor(
    private readonly net: GraphBuilder,
    { shape, elementType, tensor, entries }: Pick<Signal, "shape" | "elementType"> & Partial<Signal>,
  ) {
    this.shape = shape;
    this.elementType = elementType;
    this.tensor = tensor;
    this.entries = entries;
  }

  static constant(net: GraphBuilder, tensor: Tensor): Signal {
    const isList = tensor.elementType === "int64" && tensor.dims.length <= 1;
    const entries = isList && elementCount(tensor.dims) <= longestList ? numbersOf(tensor) : undefined;
    return new Signal(net, {
      shape: tensor.dims,
      elementType: tensor.elementType,
      tensor,
      ...(entries && { entries }),
    });
  }

  /** @param entries of a list or number of sizes, as far as they are known */
  static of(net: GraphBuilder, value: Value, entries?: readonly Dimension[]): Signal {
    const { shape, elementType } = value;
    const signal = new Signal(net, { shape, elementType, ...(entries && { entries }) });
    signal.#kept["channels last"] = value;
    return signal;
  }

  /** A picture whose value has channels first. */
  static picture(net: GraphBuilder, value: Value): Signal {
    const shape = toChannelsLast.map((axis) => value.shape[axis]);
    const signal = new Signal(net, { shape, elementType: value.elementType });
    signal.#kept["channels first"] = value;
    return signal;
  }

  /** Sizes that are known as far as this: a constant where all are, else made by operators. */
  static sizes(
    net: GraphBuilder,
    { shape, entries }: { shape: readonly number[]; entries: readonly Dimension[] | undefined },
    make: () => Value,
  ): Signal {
    const known = entries?.filter((each) => typeof each === "number");
    return known !== undefined && known.length === entries?.length
      ? Signal.constant(net, int64Tensor(known, shape))
      : Signal.of(net, make(), entries);
  }

  /** Whether it is kept with channels first, so that operators of each element by itself go on so. */
  get isPicture(): boolean {
    return this.#kept["channels first"] !== undefined && this.tensor === undefined;
  }

  /** The same, whose transposition gets its name in another scope. */
  inScope(net: GraphBuilder): Signal {
    const signal = new Signal(net, this);
    signal.#kept = { ...this.#kept };
    return signal;
  }

  /** In TensorFlow's own order of axes. */
  plain(): Value {
    this.#kept["channels last"] ??=
      this.tensor === undefined
        ? this.net.transpose(this.#kept["channels first"]!, toChannelsLast)
        : this.net.constant("value", this.tensor);
    return this.#kept["channels last"];
  }

  /** With channels first; what has fewer axes than a picture gets axes of one in front. */
  channelsFirst(): Value {
    this.#kept["channels first"] ??= this.#arrangeChannelsFirst();
    return this.#kept["channels first"];
  }

  #arrangeChannelsFirst(): Value {
    const missing = 4 - this.shape.length;
    if (this.tensor?.elementType === "float32") {
      const dims = [...Array<number>(missing).fill(1), ...this.tensor.dims];
      const weight = permuted({ dims, values: float32Values(this.tensor) }, toChannelsFirst);
      return this.net.constant("channels_first", { ...this.tensor, ...weight });
    }
    const wide = missing === 0 ? this.plain() : this.#widened(missing);
    return this.net.operator("Transpose", "channels_first", [wide], { perm: ints(toChannelsFirst) });
  }

  #widened(missing: number): Value {
    const axes = this.net.constant("missing_axes", int64Tensor(Array.from({ length: missing }, (_, i) => i)));
    return this.net.operator("Unsqueeze", "widened", [this.plain(), axes]);
  }
}
