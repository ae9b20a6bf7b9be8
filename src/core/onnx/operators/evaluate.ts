import { intAttribute, intsAttribute, tensorAttribute, type GraphNode } from "../graph";
import { elementCount, type ElementType, numbersOf, type Tensor } from "../tensor";
import { elementTypeOfCode } from "./pointwise";
import { shapeOf, type OperatorCall } from "./rule";

/**
 * The arithmetic on shapes that exporters leave in a graph (Shape, Gather, Concat, ... before a Resize or
 * Reshape), computed where all of it is known. Values are short lists of numbers of at most one axis, or scalars.
 */
interface Small {
  elementType: ElementType;
  dims: readonly number[];
  numbers: readonly number[];
}

/** Longer constants are weights: no shape follows from them. */
const longest = 1024;

function small(call: OperatorCall, index = 0): Small | undefined {
  const tensor = call.constant(index);
  if (tensor === undefined || tensor.dims.length > 1 || elementCount(tensor.dims) > longest) return undefined;
  if (tensor.elementType === "string" || tensor.elementType.includes("float16")) return undefined;
  return { elementType: tensor.elementType, dims: tensor.dims, numbers: numbersOf(tensor) };
}

function tensorOf({ elementType, dims, numbers }: Small): Tensor | undefined {
  switch (elementType) {
    case "float32":
      return { elementType, dims, values: Float32Array.from(numbers) };
    case "float64":
      return { elementType, dims, values: Float64Array.from(numbers) };
    case "int32":
      return { elementType, dims, values: Int32Array.from(numbers) };
    case "bool":
      return { elementType, dims, values: Uint8Array.from(numbers) };
    case "int64":
      return numbers.every(Number.isSafeInteger)
        ? { elementType, dims, values: BigInt64Array.from(numbers, BigInt) }
        : undefined;
    default:
      return undefined;
  }
}

type Evaluation = (call: OperatorCall) => Small | undefined;

const list = (numbers: readonly number[], elementType: ElementType = "int64"): Small => ({
  elementType,
  dims: [numbers.length],
  numbers,
});

const shape: Evaluation = (call) => {
  const dims = shapeOf(call);
  if (dims === undefined) return undefined;
  const start = intAttribute(call.node, "start", 0);
  const end = intAttribute(call.node, "end", dims.length);
  const taken = dims.slice(start, end);
  return taken.every((dim) => typeof dim === "number") ? list(taken) : undefined;
};

const gather: Evaluation = (call) => {
  const [source, places] = [small(call, 0), small(call, 1)];
  if (source?.dims.length !== 1 || places === undefined) return undefined;
  const { length } = source.numbers;
  const numbers = places.numbers.map((place) => source.numbers[place < 0 ? place + length : place]);
  return numbers.every((number) => number !== undefined)
    ? { ...source, dims: places.dims, numbers }
    : undefined;
};

const concat: Evaluation = (call) => {
  const parts = call.node.inputs.map((_name, index) => small(call, index));
  const [first] = parts;
  if (first === undefined || parts.some((part) => part?.dims.length !== 1)) return undefined;
  return list(
    parts.flatMap((part) => part?.numbers ?? []),
    first.elementType,
  );
};

const slice: Evaluation = (call) => {
  const source = small(call);
  const given = (index: number, name: string) =>
    call.node.inputs.length > 1 ? small(call, index)?.numbers[0] : intsAttribute(call.node, name)?.[0];
  const [start, end] = [given(1, "starts"), given(2, "ends")];
  if (source?.dims.length !== 1 || start === undefined || end === undefined) return undefined;
  if ((call.node.inputs[4] ?? "") !== "" && small(call, 4)?.numbers[0] !== 1) return undefined;
  return list(source.numbers.slice(start, end), source.elementType);
};

/** The same numbers under a shape of their own: a scalar, or a list. */
const reshaped =
  (rank: (call: OperatorCall, source: Small) => number): Evaluation =>
  (call) => {
    const source = small(call);
    if (source === undefined) return undefined;
    const axes = rank(call, source);
    if (axes === 0) return source.numbers.length === 1 ? { ...source, dims: [] } : undefined;
    return axes === 1 ? list(source.numbers, source.elementType) : undefined;
  };

const axesOf = (call: OperatorCall) => intsAttribute(call.node, "axes") ?? small(call, 1)?.numbers;

const cast: Evaluation = (call) => {
  const source = small(call);
  const elementType = elementTypeOfCode(intAttribute(call.node, "to", 0));
  if (source === undefined || elementType === undefined) return undefined;
  const round = elementType.includes("float") ? (x: number) => x : Math.trunc;
  const convert = elementType === "bool" ? (x: number) => (x === 0 ? 0 : 1) : round;
  return { ...source, elementType, numbers: source.numbers.map(convert) };
};

const pairwise =
  (compute: (a: number, b: number, isInteger: boolean) => number, result?: ElementType): Evaluation =>
  (call) => {
    const [a, b] = [small(call, 0), small(call, 1)];
    if (a === undefined || b === undefined) return undefined;
    const longer = a.numbers.length >= b.numbers.length ? a : b;
    const at = ({ numbers }: Small, i: number) => numbers[numbers.length === 1 ? 0 : i];
    const isInteger = !a.elementType.includes("float");
    const numbers: number[] = [];
    for (let i = 0; i < longer.numbers.length; i++) {
      const [x, y] = [at(a, i), at(b, i)];
      if (x === undefined || y === undefined) return undefined;
      numbers.push(compute(x, y, isInteger));
    }
    const dims = a.dims.length >= b.dims.length ? a.dims : b.dims;
    return { elementType: result ?? a.elementType, dims: dims.length === 0 ? [] : [numbers.length], numbers };
  };

const each =
  (compute: (x: number) => number): Evaluation =>
  (call) => {
    const source = small(call);
    return source && { ...source, numbers: source.numbers.map(compute) };
  };

const where: Evaluation = (call) => {
  const [condition, yes, no] = [small(call, 0), small(call, 1), small(call, 2)];
  if (condition === undefined || yes === undefined || no === undefined) return undefined;
  const length = Math.max(condition.numbers.length, yes.numbers.length, no.numbers.length);
  const at = ({ numbers }: Small, i: number) => numbers[numbers.length === 1 ? 0 : i] ?? NaN;
  const numbers = Array.from({ length }, (_, i) => (at(condition, i) === 0 ? at(no, i) : at(yes, i)));
  return list(numbers, yes.elementType);
};

const constantOfShape: Evaluation = (call) => {
  const length = small(call)?.numbers;
  if (length?.length !== 1 || length[0]! < 0 || length[0]! > longest) return undefined;
  const value = tensorAttribute(call.node, "value");
  const filler = value === undefined ? 0 : numbersOf(value)[0];
  if (filler === undefined) return undefined;
  return list(Array<number>(length[0]!).fill(filler), value?.elementType ?? "float32");
};

const product: Evaluation = (call) => {
  const source = small(call);
  const keeps = intAttribute(call.node, "keepdims", 1) === 1;
  return (
    source && { ...source, dims: keeps ? [1] : [], numbers: [source.numbers.reduce((a, b) => a * b, 1)] }
  );
};

const evaluations: Record<string, Evaluation> = {
  Shape: shape,
  Size: (call) => {
    const dims = shapeOf(call);
    if (dims?.every((dim) => typeof dim === "number") !== true) return undefined;
    return { elementType: "int64", dims: [], numbers: [elementCount(dims)] };
  },
  Gather: gather,
  Concat: concat,
  Slice: slice,
  Unsqueeze: reshaped((call, { dims }) => dims.length + (axesOf(call)?.length ?? 2)),
  Squeeze: reshaped((_call, { dims }) => Math.max(0, dims.length - 1)),
  Reshape: reshaped((call) => small(call, 1)?.numbers.length ?? 2),
  Identity: (call) => small(call),
  Cast: cast,
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Div: pairwise((a, b, isInteger) => (isInteger ? Math.trunc(a / b) : a / b)),
  Mod: pairwise((a, b) => a - b * Math.floor(a / b)),
  Min: pairwise((a, b) => Math.min(a, b)),
  Max: pairwise((a, b) => Math.max(a, b)),
  Equal: pairwise((a, b) => (a === b ? 1 : 0), "bool"),
  Greater: pairwise((a, b) => (a > b ? 1 : 0), "bool"),
  Less: pairwise((a, b) => (a < b ? 1 : 0), "bool"),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Neg: each((x) => -x),
  Where: where,
  ConstantOfShape: constantOfShape,
  ReduceProd: product,
};

/** The first output's value where it follows from shapes and short constants, else undefined. */
export function evaluateOperator(node: GraphNode, call: OperatorCall): Tensor | undefined {
  const evaluation = Object.hasOwn(evaluations, node.operator) ? evaluations[node.operator] : undefined;
  const value = evaluation?.(call);
  return value && tensorOf(value);
}
