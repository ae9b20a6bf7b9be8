import { intAttribute, type Dimension } from "../graph";
import type { ElementType } from "../tensor";
import {
  agree,
  merged,
  sameType,
  shapeError,
  shapeOf,
  type OperatorCall,
  type OperatorRule,
  type OperatorRules,
} from "./rule";

/** Same shape and type as the first input. */
const unchanged: OperatorRule = {
  infer: (call) => sameType(call, shapeOf(call)),
};

/** As NumPy broadcasts: from the last axis on, a 1 or a missing axis takes the other's size. */
export function broadcastShapes(
  call: OperatorCall,
  shapes: readonly (readonly Dimension[] | undefined)[],
): Dimension[] | undefined {
  let result: Dimension[] = [];
  for (const shape of shapes) {
    if (shape === undefined) return undefined;
    const rank = Math.max(shape.length, result.length);
    const other = padded(shape, rank);
    result = padded(result, rank).map((dim, axis) => broadcastDimension(call, dim, other[axis]));
  }
  return result;
}

function padded(shape: readonly Dimension[], rank: number): Dimension[] {
  return [...Array<number>(rank - shape.length).fill(1), ...shape];
}

function broadcastDimension(call: OperatorCall, a: Dimension, b: Dimension): Dimension {
  if (a === 1) return b;
  if (b === 1) return a;
  if (!agree(a, b)) throw shapeError(call.node, `${String(a)} and ${String(b)} along one axis`);
  return merged(a, b);
}

function broadcast(elementType?: ElementType, typeFrom = 0): OperatorRule {
  return {
    infer(call) {
      const shape = broadcastShapes(
        call,
        call.node.inputs.map((_name, index) => shapeOf(call, index)),
      );
      return [{ elementType: elementType ?? call.inputs[typeFrom]?.elementType ?? "float32", shape }];
    },
  };
}

/** Statistics, where there are any, have the channel's shape and are of no use to inference. */
const batchNormalization: OperatorRule = {
  infer(call) {
    const input = shapeOf(call);
    for (const index of [1, 2, 3, 4]) {
      const channels = shapeOf(call, index)?.[0];
      if (!agree(input?.[1], channels)) {
        throw shapeError(call.node, `${String(input?.[1])} channels come in, it has ${String(channels)}`);
      }
    }
    return sameType(call, input);
  },
};

const dropout: OperatorRule = {
  infer(call) {
    const values = sameType(call, shapeOf(call));
    return call.node.outputs.length > 1 ? [...values, { ...values[0]!, elementType: "bool" }] : values;
  },
};

const castTypes: Partial<Record<number, ElementType>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  8: "string",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  16: "bfloat16",
};

/** The element type of an ONNX TensorProto.DataType number, where we know it. */
export function elementTypeOfCode(code: number): ElementType | undefined {
  return castTypes[code];
}

/** The number by which ONNX files name an element type (TensorProto.DataType). */
export function codeOfElementType(elementType: ElementType): number {
  const entry = Object.entries(castTypes).find(([, known]) => known === elementType);
  return Number(entry?.[0] ?? 0);
}

const cast: OperatorRule = {
  infer(call) {
    const elementType = elementTypeOfCode(intAttribute(call.node, "to", 0));
    return elementType === undefined ? [undefined] : [{ elementType, shape: shapeOf(call) }];
  },
};

/** To whole numbers of the zero point's type, and back to reals of the scale's. */
const quantizeLinear: OperatorRule = {
  infer: (call) => [{ elementType: call.inputs[2]?.elementType ?? "uint8", shape: shapeOf(call) }],
};
const dequantizeLinear: OperatorRule = {
  infer: (call) => [{ elementType: call.inputs[1]?.elementType ?? "float32", shape: shapeOf(call) }],
};

const names = (text: string): string[] => text.split(" ");
const every = (operators: string[], rule: OperatorRule): OperatorRules =>
  Object.fromEntries(operators.map((operator) => [operator, rule]));

export const pointwiseRules: OperatorRules = {
  ...every(
    names(
      "Relu LeakyRelu PRelu Elu Selu Celu ThresholdedRelu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign " +
        "Gelu Mish Erf Exp Log Sqrt Reciprocal Abs Neg Floor Ceil Round Sign Sin Cos Clip Identity Softmax " +
        "LogSoftmax Hardmax InstanceNormalization GroupNormalization LayerNormalization LpNormalization " +
        "MeanVarianceNormalization Not CumSum Trilu",
    ),
    unchanged,
  ),
  BatchNormalization: batchNormalization,
  LRN: unchanged,
  Dropout: dropout,
  Cast: cast,
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  ...every(names("Add Sub Mul Div Pow Mod Max Min Mean Sum BitShift"), broadcast()),
  ...every(names("Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor"), broadcast("bool")),
  Where: broadcast(undefined, 1),
  CastLike: {
    infer: (call) => [{ elementType: call.inputs[1]?.elementType ?? "float32", shape: shapeOf(call) }],
  },
  IsNaN: { infer: (call) => [{ elementType: "bool", shape: shapeOf(call) }] },
};
