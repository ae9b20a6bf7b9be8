import { type Dimension, int, text } from "../../onnx/graph";
import type { Value } from "../../onnx/graph-assembly";
import { float32Tensor } from "../../onnx/tensor";
import type { OperationCall } from "./operation-call";
import { Signal } from "./signal";

type Convert = (call: OperationCall) => Signal;

const arithmetic: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  AddV2: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Maximum: Math.max,
  Minimum: Math.min,
  FloorDiv: (a, b) => Math.floor(a / b),
  FloorMod: (a, b) => a - b * Math.floor(a / b),
};

/** Arithmetic with sizes, done here as far as they are known; undefined where the inputs are no sizes. */
export function combinedEntries(
  call: OperationCall,
  [a, b, ...more]: readonly Signal[],
  compute: (...values: Value[]) => Value,
): Signal | undefined {
  const { kind } = call.operation;
  if (!Object.hasOwn(arithmetic, kind) || more.length > 0) return undefined;
  if (a?.entries === undefined || b?.entries === undefined) return undefined;
  const [first, second] = [a.entries, b.entries];
  const length = Math.max(first.length, second.length);
  const entries = Array.from({ length }, (_, i): Dimension => {
    const [x, y] = [first[first.length === 1 ? 0 : i], second[second.length === 1 ? 0 : i]];
    return typeof x === "number" && typeof y === "number" ? arithmetic[kind]!(x, y) : undefined;
  });
  const shape = a.shape.length + b.shape.length === 0 ? [] : [length];
  return Signal.sizes(call.net, { shape, entries }, () => compute(a.plain(), b.plain()));
}

const shapeOf: Convert = (call) => {
  const input = call.input();
  const list = { shape: [input.shape.length], entries: input.shape };
  return Signal.sizes(call.net, list, () => {
    if (!input.isPicture) return call.net.operator("Shape", "shape", [input.plain()]);
    const stored = call.net.operator("Shape", "shape", [input.channelsFirst()]);
    return call.net.operator("Gather", "gather", [stored, call.list("order", [0, 2, 3, 1])]);
  });
};

/** Lists become a table, numbers a list. */
const pack: Convert = (call) => {
  const inputs = call.signals();
  const rank = (inputs[0]?.shape.length ?? 0) + 1;
  const [axis = 0] = call.axes([call.number("axis", 0)], rank);
  const parts = inputs.map(({ entries, shape }) => (shape.length === 0 ? entries?.[0] : undefined));
  const make = () => {
    const axes = call.list("axis", [axis]);
    const wide = inputs.map((input, i) =>
      call.net.operator("Unsqueeze", `unsqueeze_${i}`, [input.plain(), axes]),
    );
    return call.net.concat(wide, axis);
  };
  const isList = rank === 1 && inputs.every(({ elementType }) => elementType === "int64");
  return isList
    ? Signal.sizes(call.net, { shape: [inputs.length], entries: parts }, make)
    : call.plain(make());
};

const reshape: Convert = (call) => {
  const [input, target] = [call.input(0), call.input(1)];
  const wanted = target.entries;
  if (wanted === undefined) throw call.refusal("reshapes to what is only known while it runs");
  // Sizes stay known where a number becomes a list of one, or a list a number.
  if (input.entries !== undefined && wanted.length <= 1) {
    const shape = wanted.length === 0 ? [] : [input.entries.length];
    const make = () =>
      call.net.operator("Reshape", "reshape", [
        input.plain(),
        call.list("shape", wanted.length === 0 ? [] : [-1]),
      ]);
    return Signal.sizes(call.net, { shape, entries: input.entries }, make);
  }
  const open = wanted.filter((dim) => typeof dim !== "number" || dim < 0);
  const shape =
    open.length <= 1
      ? call.list(
          "shape",
          wanted.map((dim) => (typeof dim === "number" ? dim : -1)),
        )
      : target.plain();
  const reshaped = call.net.operator("Reshape", "reshape", [input.plain(), shape]);
  const known = wanted.map((dim, axis) => (typeof dim === "number" && dim >= 0 ? dim : reshaped.shape[axis]));
  return call.plain(call.net.withShape(reshaped, known));
};

const squeeze: Convert = (call) => {
  const input = call.input();
  const named = call.axes(call.wholeNumbers("squeeze_dims"), input.shape.length);
  const axes = named.length > 0 ? named : input.shape.flatMap((dim, axis) => (dim === 1 ? [axis] : []));
  if (axes.length === 0) return input;
  const make = () => call.net.operator("Squeeze", "squeeze", [input.plain(), call.list("axes", axes)]);
  return input.entries === undefined
    ? call.plain(make())
    : Signal.sizes(call.net, { shape: [], entries: input.entries }, make);
};

const expandDims: Convert = (call) => {
  const input = call.input();
  const axis = call.axis(1, input.shape.length + 1);
  const make = () => call.net.operator("Unsqueeze", "unsqueeze", [input.plain(), call.list("axes", [axis])]);
  return input.entries === undefined || input.shape.length > 0
    ? call.plain(make())
    : Signal.sizes(call.net, { shape: [1], entries: input.entries }, make);
};

const resize =
  (mode: "nearest" | "linear"): Convert =>
  (call) => {
    const [corners, centres] = [call.flag("align_corners"), call.flag("half_pixel_centers")];
    const coordinates = corners ? "align_corners" : centres ? "half_pixel" : "asymmetric";
    const picture = call.picture();
    // onnxruntime enlarges no int64.
    const isWhole = picture.elementType !== "float32";
    const input = isWhole ? call.net.cast(picture, "float32") : picture;
    const { scales, sizes } = targetOf(call, input);
    const resized = call.net.operator("Resize", "resize", [input, undefined, scales, sizes], {
      mode: text(mode),
      coordinate_transformation_mode: text(coordinates),
      ...(mode === "nearest" && { nearest_mode: text(corners || centres ? "round_prefer_ceil" : "floor") }),
    });
    const isLabels = isWhole && mode === "nearest";
    return call.first(isLabels ? call.net.cast(resized, picture.elementType) : resized);
  };

/** Whole factors are said as such; else the size that the network computes. */
function targetOf(call: OperationCall, input: Value): { scales?: Value; sizes?: Value } {
  const size = call.input(1);
  const wanted = size.entries;
  if (wanted?.length !== 2) throw call.refusal("resizes to what are no rows and columns");
  const factors = wanted.map((to, axis) => {
    const from = input.shape[axis + 2];
    return typeof to === "number" && typeof from === "number" && from > 0 ? to / from : undefined;
  });
  const [rows, columns] = factors;
  if (rows !== undefined && columns !== undefined && factors.every(Number.isInteger)) {
    return { scales: call.constant("scales", float32Tensor([4], [1, 1, rows, columns])) };
  }
  const [batch, channels] = input.shape;
  const known = [batch, channels, ...wanted].filter((dim) => typeof dim === "number");
  if (known.length === 4) return { sizes: call.list("sizes", known) };
  const shape = call.net.operator("Shape", "shape", [input]);
  const front = call.net.operator("Slice", "front", [shape, call.list("start", [0]), call.list("end", [2])]);
  return { sizes: call.net.operator("Concat", "sizes", [front, size.plain()], { axis: int(0) }) };
}

export const sizes: Record<string, Convert> = {
  Shape: shapeOf,
  Pack: pack,
  Reshape: reshape,
  Squeeze: squeeze,
  ExpandDims: expandDims,
  ResizeBilinear: resize("linear"),
  ResizeNearestNeighbor: resize("nearest"),
};
