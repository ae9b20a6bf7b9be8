import { intAttribute, type Dimension } from "../graph";
import { broadcastShapes } from "./pointwise";
import {
  agree,
  countForOne,
  sameType,
  shapeError,
  shapeOf,
  type OperatorCall,
  type OperatorRules,
} from "./rule";

function gemmSizes(
  call: OperatorCall,
): { rows: Dimension; inner: Dimension; columns: Dimension } | undefined {
  const [a, b] = [shapeOf(call, 0), shapeOf(call, 1)];
  if (a?.length !== 2 || b?.length !== 2) return undefined;
  const [rows, inner] = intAttribute(call.node, "transA", 0) === 1 ? [a[1], a[0]] : a;
  const [innerB, columns] = intAttribute(call.node, "transB", 0) === 1 ? [b[1], b[0]] : b;
  if (!agree(inner, innerB)) {
    throw shapeError(call.node, `${String(inner)} features come in, the weights take ${String(innerB)}`);
  }
  return { rows, inner: inner ?? innerB, columns };
}

export const linearRules: OperatorRules = {
  Gemm: {
    infer(call) {
      const sizes = gemmSizes(call);
      return sameType(call, sizes === undefined ? undefined : [sizes.rows, sizes.columns]);
    },
    multiplyAdds(call) {
      const sizes = gemmSizes(call);
      return sizes === undefined ? undefined : countForOne([sizes.rows, sizes.inner, sizes.columns]);
    },
  },
  MatMul: {
    infer(call) {
      const [a, b] = [shapeOf(call, 0), shapeOf(call, 1)];
      if (a === undefined || b === undefined || a.length < 2 || b.length < 2)
        return sameType(call, undefined);
      if (!agree(a.at(-1), b.at(-2))) {
        throw shapeError(call.node, `${String(a.at(-1))} columns times ${String(b.at(-2))} rows`);
      }
      const batch = broadcastShapes(call, [a.slice(0, -2), b.slice(0, -2)]);
      return sameType(call, batch === undefined ? undefined : [...batch, a.at(-2), b.at(-1)]);
    },
    multiplyAdds(call, output) {
      const inner = shapeOf(call, 0)?.at(-1);
      const outputs = countForOne(output.shape);
      return typeof inner === "number" && outputs !== undefined ? outputs * inner : undefined;
    },
  },
};
