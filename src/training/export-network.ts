import { foldBatchNormalization } from "../core/onnx/fold-batch-norm";
import type { Graph } from "../core/onnx/graph";
import { withFloat16Weights, writeModel } from "../core/onnx/write";

/** The operator set that the zoo's networks are written in. */
const operatorSet = 17;

/**
 * Encodes a trained network as an ONNX file: batch normalisations folded into their convolutions, weights
 * stored as float16 behind a Cast (half the file; the arithmetic stays float32).
 * @param description one sentence that stays with the file
 */
export function encodeTrainedNetwork(graph: Graph, description: string): Uint8Array {
  return writeModel({
    graph: withFloat16Weights(foldBatchNormalization(graph)),
    operatorSets: { "": operatorSet },
    producer: "slicebench",
    description,
    metadata: {},
  });
}
