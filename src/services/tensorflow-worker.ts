import { toWireError, type WireError, SlicebenchError } from "../core/errors";
import type { TensorFlowModel } from "./tensorflow-file";

export interface TensorFlowRequest {
  model: TensorFlowModel;
  input: { data: Float32Array; shape: readonly number[] };
}

/** The outputs in the network's order. Errors lose their class on the way between threads, so they travel as data. */
export type TensorFlowAnswer =
  { outputs: { shape: readonly number[]; data: Float32Array }[] } | { error: WireError };

/**
 * Runs a LayersModel by TensorFlow.js itself, in JavaScript. In a thread of its own: it takes seconds, and no other
 * copy of the library (tfjs-node trains) shares its state.
 */
export default async function runTensorFlow({ model, input }: TensorFlowRequest): Promise<TensorFlowAnswer> {
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-cpu");
  const { loadLayersModel } = await import("@tensorflow/tfjs-layers");
  // Else it prints that there are faster engines.
  tf.enableProdMode();
  await tf.setBackend("cpu");
  try {
    const network = await loadLayersModel({
      load: () =>
        Promise.resolve({
          modelTopology: model.topology as object,
          weightSpecs: model.weightSpecs as never,
          weightData: model.weightData.buffer,
        }),
    });
    const result = network.predict(tf.tensor(input.data, [...input.shape]));
    const outputs = Array.isArray(result) ? result : [result];
    return { outputs: outputs.map((each) => ({ shape: each.shape, data: each.dataSync<"float32">() })) };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `TensorFlow.js itself cannot run the model: ${reason.slice(0, 300)}`;
    return { error: toWireError(new SlicebenchError("TFJS_DAMAGED", message)) };
  }
}
