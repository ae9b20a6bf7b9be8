import { convolutions } from "./convolutions";
import type { OperationCall } from "./operation-call";
import { pointwise } from "./pointwise";
import { rearranging } from "./rearranging";
import { reductions } from "./reductions";
import type { Signal } from "./signal";
import { sizes } from "./sizes";
import { slicing } from "./slicing";
import type { Spread } from "./spread";

const operations: Record<string, (call: OperationCall) => Signal | Spread | Signal[]> = {
  ...convolutions,
  ...pointwise,
  ...sizes,
  ...slicing,
  ...rearranging,
  ...reductions,
};

export const operationKinds: readonly string[] = Object.keys(operations);

/**
 * Appends an operation to the network being built.
 * @throws TFJS_OPERATION that names the operation and what is known, ONNX_SHAPE
 */
export function convertOperation(call: OperationCall): readonly (Signal | Spread)[] {
  const { kind } = call.operation;
  if (!Object.hasOwn(operations, kind)) {
    throw call.refusal(`is of a kind that is not known (known: ${operationKinds.join(", ")})`);
  }
  const results = operations[kind]!(call);
  return Array.isArray(results) ? results : [results];
}
