import { int, ints } from "../../onnx/graph";
import type { Value } from "../../onnx/graph-assembly";
import type { OperationCall } from "./operation-call";
import { fusedSteps } from "./pointwise";
import { channelsFirstAxis, type Signal } from "./signal";

type Convert = (call: OperationCall) => Signal;

type Reduction = "ReduceMean" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceProd";

/** Only ReduceSum takes its axes as an input in the operator set that is written. */
const reduce =
  (operator: Reduction): Convert =>
  (call) => {
    const input = call.input();
    const rank = input.shape.length;
    const axes = call.axes(call.numbers(1), rank);
    const [keeps, isPicture] = [call.flag("keep_dims"), input.isPicture];
    const isWhole = isPicture && String([...axes].sort()) === "1,2";
    if (isWhole && operator === "ReduceMean") {
      const pooled = call.net.globalAveragePool(input.channelsFirst());
      return keeps ? call.first(pooled) : call.plain(call.net.flatten(pooled));
    }
    // Without rows and columns, batch and channels are in TensorFlow's order.
    const staysFirst = isPicture && (keeps || isWhole);
    const value = staysFirst ? input.channelsFirst() : input.plain();
    const placed = staysFirst ? axes.map(channelsFirstAxis) : axes;
    const keepdims = int(keeps ? 1 : 0);
    const name = operator.toLowerCase();
    const reduced =
      operator === "ReduceSum"
        ? call.net.operator(operator, name, [value, call.list("axes", placed)], { keepdims })
        : call.net.operator(operator, name, [value], { axes: ints(placed), keepdims });
    return staysFirst && keeps ? call.first(reduced) : call.plain(reduced);
  };

/** Where along an axis the greatest or least value is; that axis goes. */
const argument =
  (operator: "ArgMax" | "ArgMin"): Convert =>
  (call) => {
    const input = call.input();
    const axis = call.axis(1, input.shape.length);
    const isOfClasses = input.isPicture && axis === 3;
    const value = isOfClasses ? input.channelsFirst() : input.plain();
    const attributes = { axis: int(isOfClasses ? 1 : axis), keepdims: int(0) };
    return call.plain(call.net.operator(operator, operator.toLowerCase(), [value], attributes));
  };

/** Products of tables, over the last two axes. */
const matMul =
  (transposeFirst: string, transposeSecond: string): Convert =>
  (call) => {
    const side = (index: number, key: string): Value => {
      const value = call.input(index).plain();
      if (!call.flag(key)) return value;
      const order = value.shape.map((_, axis) => axis);
      const swapped = [...order.slice(0, -2), order.at(-1)!, order.at(-2)!];
      return call.net.transpose(value, swapped);
    };
    const inputs = [side(0, transposeFirst), side(1, transposeSecond)];
    const { addBias, activate } = fusedSteps(call);
    return activate(addBias(call.plain(call.net.operator("MatMul", "matmul", inputs))));
  };

export const reductions: Record<string, Convert> = {
  Mean: reduce("ReduceMean"),
  Sum: reduce("ReduceSum"),
  Max: reduce("ReduceMax"),
  Min: reduce("ReduceMin"),
  Prod: reduce("ReduceProd"),
  ArgMax: argument("ArgMax"),
  ArgMin: argument("ArgMin"),
  MatMul: matMul("transpose_a", "transpose_b"),
  _FusedMatMul: matMul("transpose_a", "transpose_b"),
  BatchMatMul: matMul("adj_x", "adj_y"),
  BatchMatMulV2: matMul("adj_x", "adj_y"),
};
