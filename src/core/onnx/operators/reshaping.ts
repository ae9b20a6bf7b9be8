import { intAttribute, intsAttribute, stringAttribute, type Dimension } from "../graph";
import { broadcastShapes } from "./pointwise";
import {
  constantInts,
  positiveAxis,
  sameType,
  shapeOf,
  type OperatorCall,
  type OperatorRule,
  type OperatorRules,
} from "./rule";

/** Axes from an attribute (before opset 13) or the second input. */
function axesOf(call: OperatorCall): readonly number[] | undefined {
  return intsAttribute(call.node, "axes") ?? constantInts(call, 1);
}

const unsqueeze: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    const axes = axesOf(call);
    if (input === undefined || axes === undefined) return sameType(call, undefined);
    const rank = input.length + axes.length;
    const added = new Set(axes.map((axis) => positiveAxis(axis, rank)));
    const rest = [...input];
    return sameType(
      call,
      Array.from({ length: rank }, (_, axis): Dimension => (added.has(axis) ? 1 : rest.shift())),
    );
  },
};

const squeeze: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    if (input === undefined) return sameType(call, undefined);
    const axes = axesOf(call)?.map((axis) => positiveAxis(axis, input.length));
    if (axes === undefined && call.node.inputs.length > 1) return sameType(call, undefined);
    return sameType(
      call,
      input.filter((dim, axis) => (axes === undefined ? dim !== 1 : !axes.includes(axis))),
    );
  },
};

const reduce: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    if (input === undefined) return sameType(call, undefined);
    const axes = axesOf(call)?.map((axis) => positiveAxis(axis, input.length)) ?? input.map((_dim, i) => i);
    const keeps = intAttribute(call.node, "keepdims", 1) === 1;
    const shape = keeps
      ? input.map((dim, axis): Dimension => (axes.includes(axis) ? 1 : dim))
      : input.filter((_dim, axis) => !axes.includes(axis));
    return sameType(call, shape);
  },
};

const expand: OperatorRule = {
  infer(call) {
    const target = constantInts(call, 1);
    const shape = target && broadcastShapes(call, [shapeOf(call), target]);
    return sameType(call, shape);
  },
};

const constantOfShape: OperatorRule = {
  infer(call) {
    const value = call.node.attributes.value;
    const elementType = value?.kind === "tensor" ? value.value.elementType : "float32";
    return [{ elementType, shape: constantInts(call, 0) }];
  },
};

const gather: OperatorRule = {
  infer(call) {
    const [input, places] = [shapeOf(call), shapeOf(call, 1)];
    if (input === undefined || places === undefined) return sameType(call, undefined);
    const axis = positiveAxis(intAttribute(call.node, "axis", 0), input.length);
    return sameType(call, [...input.slice(0, axis), ...places, ...input.slice(axis + 1)]);
  },
};

const split: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    const count = call.node.outputs.length;
    if (input === undefined) return Array.from({ length: count }, () => sameType(call, undefined)[0]);
    const axis = positiveAxis(intAttribute(call.node, "axis", 0), input.length);
    const given = intsAttribute(call.node, "split") ?? constantInts(call, 1);
    const size = input[axis];
    const equal = typeof size === "number" ? Math.ceil(size / count) : undefined;
    return Array.from({ length: count }, (_, part) => {
      const last = part === count - 1 && typeof size === "number" && equal !== undefined;
      const dim = given?.[part] ?? (last ? size - equal * part : equal);
      return sameType(
        call,
        input.map((each, i) => (i === axis ? dim : each)),
      )[0];
    });
  },
};

const tile: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    const repeats = constantInts(call, 1);
    if (input === undefined || repeats?.length !== input.length) return sameType(call, undefined);
    return sameType(
      call,
      input.map((dim, axis) => (typeof dim === "number" ? dim * repeats[axis]! : undefined)),
    );
  },
};

/** Channels become rows and columns (`sign` 1), or the other way (-1). */
const blocks = (sign: 1 | -1): OperatorRule => {
  const rule: OperatorRule = {
    infer(call) {
      const input = shapeOf(call);
      if (input?.length !== 4) return sameType(call, undefined);
      const factor = intAttribute(call.node, "blocksize", 1) ** sign;
      const scaled = (dim: Dimension, by: number): Dimension =>
        typeof dim === "number" ? Math.round(dim * by) : undefined;
      const [batch, channels, rows, columns] = input;
      return sameType(call, [
        batch,
        scaled(channels, factor ** -2),
        scaled(rows, factor),
        scaled(columns, factor),
      ]);
    },
    window(call) {
      const factor = intAttribute(call.node, "blocksize", 1) ** sign;
      return { extent: [1, 1].map((one) => Math.max(one, 1 / factor)), stride: [1 / factor, 1 / factor] };
    },
  };
  return rule;
};

const einsum: OperatorRule = {
  infer(call) {
    const [left = "", right] = stringAttribute(call.node, "equation", "").replaceAll(" ", "").split("->");
    if (right === undefined || left.includes(".")) return sameType(call, undefined);
    const sizes = new Map<string, Dimension>();
    left.split(",").forEach((letters, index) => {
      Array.from(letters).forEach((letter, axis) => sizes.set(letter, shapeOf(call, index)?.[axis]));
    });
    return sameType(
      call,
      Array.from(right, (letter) => sizes.get(letter)),
    );
  },
};

const int64 = (shape: readonly Dimension[] | undefined) => [{ elementType: "int64" as const, shape }];

export const reshapingRules: OperatorRules = {
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  ...Object.fromEntries(
    ["Mean", "Sum", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"].map((name) => [
      `Reduce${name}`,
      reduce,
    ]),
  ),
  Expand: expand,
  ConstantOfShape: constantOfShape,
  Gather: gather,
  Split: split,
  Tile: tile,
  DepthToSpace: blocks(1),
  SpaceToDepth: blocks(-1),
  Einsum: einsum,
  Shape: {
    infer(call) {
      const rank = shapeOf(call)?.length;
      if (rank === undefined) return int64(undefined);
      const bound = (name: string, fallback: number) => {
        const value = intAttribute(call.node, name, fallback);
        return Math.min(rank, Math.max(0, value < 0 ? value + rank : value));
      };
      return int64([Math.max(0, bound("end", rank) - bound("start", 0))]);
    },
  },
  Size: { infer: () => int64([]) },
};
