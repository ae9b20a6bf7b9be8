import { intAttribute, intsAttribute, stringAttribute, tensorAttribute, type Dimension } from "../graph";
import { float32Tensor, int64Tensor } from "../tensor";
import {
  agree,
  constantInts,
  merged,
  positiveAxis,
  sameType,
  shapeError,
  shapeOf,
  type OperatorCall,
  type OperatorRule,
  type OperatorRules,
} from "./rule";

const concat: OperatorRule = {
  infer(call) {
    const shapes = call.node.inputs.map((_name, index) => shapeOf(call, index));
    const first = shapes[0];
    if (first === undefined) return sameType(call, undefined);
    const joined = positiveAxis(intAttribute(call.node, "axis", 1), first.length);
    const shape = first.map((dim, axis): Dimension => {
      const dims = shapes.map((each) => each?.[axis]);
      if (axis !== joined) {
        const odd = dims.find((each) => !agree(dim, each));
        if (odd !== undefined)
          throw shapeError(call.node, `${String(dim)} and ${String(odd)} on axis ${axis}`);
        return dims.reduce((known, each) => merged(known, each), dim);
      }
      const sizes = dims.filter((each) => typeof each === "number");
      return sizes.length === dims.length ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
    });
    return sameType(call, shape);
  },
};

const flatten: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    if (input === undefined) return sameType(call, undefined);
    const axis = positiveAxis(intAttribute(call.node, "axis", 1), input.length);
    return sameType(call, [product(input.slice(0, axis)), product(input.slice(axis))]);
  },
};

/** One dimension alone keeps its symbol; several are multiplied where all are numbers. */
function product(dims: readonly Dimension[]): Dimension {
  if (dims.length === 1) return dims[0];
  const sizes = dims.filter((dim) => typeof dim === "number");
  return sizes.length === dims.length ? sizes.reduce((total, size) => total * size, 1) : undefined;
}

const transpose: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    if (input === undefined) return sameType(call, undefined);
    const order = intsAttribute(call.node, "perm") ?? input.map((_dim, axis) => input.length - 1 - axis);
    return sameType(
      call,
      order.map((axis) => input[axis]),
    );
  },
};

/** Starts, ends, axes and steps, from inputs (opset 10 on) or attributes (before). */
function sliceSettings(call: OperatorCall) {
  const list = (index: number, name: string) =>
    call.node.inputs.length > 1 ? constantInts(call, index) : intsAttribute(call.node, name);
  const starts = list(1, "starts");
  const ends = list(2, "ends");
  if (starts === undefined || ends === undefined) return undefined;
  return {
    starts,
    ends,
    axes: list(3, "axes") ?? starts.map((_start, axis) => axis),
    steps: constantInts(call, 4) ?? starts.map(() => 1),
  };
}

/** How many positions a slice takes of `size`, negative bounds counting from the end. */
function slicedSize(size: number, start: number, end: number, step: number): number {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, low), high);
  const from = step > 0 ? bound(start) : Math.min(Math.max(start < 0 ? start + size : start, 0), size - 1);
  return Math.max(0, Math.ceil((bound(end) - from) / step));
}

const slice: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    if (input === undefined) return sameType(call, undefined);
    const settings = sliceSettings(call);
    if (settings === undefined)
      return sameType(
        call,
        input.map(() => undefined),
      );
    const shape = [...input];
    settings.axes.forEach((given, i) => {
      const axis = positiveAxis(given, input.length);
      const size = input[axis];
      shape[axis] =
        typeof size === "number"
          ? slicedSize(size, settings.starts[i]!, settings.ends[i]!, settings.steps[i]!)
          : undefined;
    });
    return sameType(call, shape);
  },
};

const pad: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    const pads = call.node.inputs.length > 1 ? constantInts(call, 1) : intsAttribute(call.node, "pads");
    if (input === undefined || pads === undefined)
      return sameType(
        call,
        input?.map(() => undefined),
      );
    const axes = constantInts(call, 3) ?? input.map((_dim, axis) => axis);
    const shape = [...input];
    axes.forEach((given, i) => {
      const axis = positiveAxis(given, input.length);
      const amount = pads[i]! + pads[i + axes.length]!;
      const size = input[axis];
      shape[axis] = typeof size === "number" ? size + amount : amount === 0 ? size : undefined;
    });
    return sameType(call, shape);
  },
};

const resize: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    if (input === undefined) return sameType(call, undefined);
    const old = call.node.inputs.length === 2;
    const scales = constantInts(call, old ? 1 : 2);
    const sizes = constantInts(call, 3);
    if (sizes?.length === input.length) return sameType(call, sizes);
    if (scales?.length !== input.length) return sameType(call, [input[0], input[1], undefined, undefined]);
    return sameType(
      call,
      input.map((dim, axis) =>
        typeof dim === "number" ? Math.floor(dim * scales[axis]!) : scales[axis] === 1 ? dim : undefined,
      ),
    );
  },
  window(call) {
    const [input, output] = [shapeOf(call), this.infer(call)[0]?.shape];
    if (input === undefined || output === undefined) return undefined;
    const taps = { nearest: 1, linear: 2, cubic: 4 }[stringAttribute(call.node, "mode", "nearest")] ?? 1;
    const stride = input.slice(2).map((dim, axis) => {
      const enlarged = output[axis + 2];
      return typeof dim === "number" && typeof enlarged === "number" ? dim / enlarged : 1;
    });
    return { extent: stride.map(() => taps), stride };
  },
};

const reshape: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    const target = call.node.inputs.length > 1 ? constantInts(call, 1) : intsAttribute(call.node, "shape");
    if (target === undefined) return sameType(call, undefined);
    const keepsZero = intAttribute(call.node, "allowzero", 0) === 1;
    const shape = target.map((dim, axis): Dimension => (dim === 0 && !keepsZero ? input?.[axis] : dim));
    const open = shape.indexOf(-1);
    if (open < 0) return sameType(call, shape);
    // Dimensions that pass through unchanged cancel out, so that a symbolic batch does no harm.
    const rest = shape.filter((_dim, axis) => axis !== open);
    const source = [...(input ?? [undefined])];
    for (const dim of rest) {
      const at = source.indexOf(dim);
      if (at >= 0 && dim !== undefined) source.splice(at, 1, 1);
    }
    const kept = rest.filter((dim) => dim === undefined || !(input ?? []).includes(dim));
    const [have, want] = [product([...source, 1]), product([...kept, 1])];
    shape[open] = typeof have === "number" && typeof want === "number" && want > 0 ? have / want : undefined;
    return sameType(call, shape);
  },
};

const constant: OperatorRule = {
  infer(call) {
    const value = this.evaluate!(call);
    return [value === undefined ? undefined : { elementType: value.elementType, shape: value.dims }];
  },
  evaluate({ node }) {
    const { value_float, value_floats, value_int, value_ints } = node.attributes;
    if (value_int?.kind === "int") return int64Tensor([value_int.value], []);
    if (value_ints?.kind === "ints") return int64Tensor(value_ints.value);
    if (value_float?.kind === "float") return float32Tensor([], [value_float.value]);
    if (value_floats?.kind === "floats")
      return float32Tensor([value_floats.value.length], value_floats.value);
    return tensorAttribute(node, "value");
  },
};

const argument: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    if (input === undefined) return [{ elementType: "int64", shape: undefined }];
    const axis = positiveAxis(intAttribute(call.node, "axis", 0), input.length);
    const keeps = intAttribute(call.node, "keepdims", 1) === 1;
    const shape = keeps
      ? input.map((dim, i) => (i === axis ? 1 : dim))
      : input.filter((_dim, i) => i !== axis);
    return [{ elementType: "int64", shape }];
  },
};

export const layoutRules: OperatorRules = {
  Concat: concat,
  Flatten: flatten,
  Transpose: transpose,
  Slice: slice,
  Pad: pad,
  Resize: resize,
  Upsample: resize,
  Reshape: reshape,
  Constant: constant,
  ArgMax: argument,
  ArgMin: argument,
};
