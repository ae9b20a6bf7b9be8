import { type Attribute, type Dimension, ints, text } from "../onnx/graph";

/** Rows and columns. */
export type Pair = readonly [rows: number, columns: number];

/** As TensorFlow names it, or by how much: top, left, bottom, right. */
export type WindowPadding = "same" | "valid" | readonly [number, number, number, number];

interface SlidingWindow {
  kernel: Pair;
  strides: Pair;
  dilation?: Pair;
  padding: WindowPadding;
  /** Rows and columns that it slides over. */
  size: readonly Dimension[];
}

/**
 * Attributes of a sliding window. TensorFlow's "same" pads unevenly, more at the end, and by an amount that
 * depends on the size where the stride is over 1: then a free size is left to the engine.
 */
export function windowAttributes({
  kernel,
  strides,
  dilation = [1, 1],
  padding,
  size,
}: SlidingWindow): Record<string, Attribute> {
  const shared = { kernel_shape: ints(kernel), strides: ints(strides) };
  if (padding === "valid") return { ...shared, pads: ints([0, 0, 0, 0]) };
  if (padding !== "same") return { ...shared, pads: ints(padding) };
  const totals = kernel.map((taps, axis) => {
    const extent = (taps - 1) * dilation[axis]! + 1;
    const [length, stride] = [size[axis], strides[axis]!];
    if (stride === 1) return extent - 1;
    if (typeof length !== "number") return undefined;
    return Math.max((Math.ceil(length / stride) - 1) * stride + extent - length, 0);
  });
  const [rows, columns] = totals;
  if (rows === undefined || columns === undefined) return { ...shared, auto_pad: text("SAME_UPPER") };
  const before = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return { ...shared, pads: ints([...before, rows - before[0]!, columns - before[1]!]) };
}

interface TransposedWindow {
  kernel: Pair;
  strides: Pair;
  padding: "same" | "valid";
  /** Rows and columns of the input and of the result, where they are known. */
  size?: { from: readonly Dimension[]; to: readonly Dimension[] };
}

/**
 * Attributes of a transposed convolution. Where the result's size is not known it is what Keras makes it: stride x
 * the input's with "same", and what the kernel reaches beyond that with "valid".
 */
export function transposedWindowAttributes({
  kernel,
  strides,
  padding,
  size,
}: TransposedWindow): Record<string, Attribute> {
  /** How much larger the uncut result is than the wanted one; below 0 where it is smaller. */
  const surplus = kernel.map((taps, axis) => {
    const [from, to] = [size?.from[axis], size?.to[axis]];
    if (typeof from === "number" && typeof to === "number") return (from - 1) * strides[axis]! + taps - to;
    const beyond = taps - strides[axis]!;
    return padding === "same" ? beyond : Math.min(beyond, 0);
  });
  const cut = surplus.map((amount) => Math.max(amount, 0));
  const before = cut.map((amount) => (padding === "same" ? Math.floor(amount / 2) : 0));
  return {
    kernel_shape: ints(kernel),
    strides: ints(strides),
    pads: ints([...before, ...cut.map((amount, axis) => amount - before[axis]!)]),
    output_padding: ints(surplus.map((amount) => Math.max(-amount, 0))),
  };
}
