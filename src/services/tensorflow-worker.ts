import type { Tensor } from "@tensorflow/tfjs-core";
import { toWireError, type WireError, SlicebenchError } from "../core/errors";
import type { TensorFlowModel } from "./tensorflow-file";

export interface TensorFlowRequest {
  model: TensorFlowModel;
  input: { data: Float32Array; shape: readonly number[]; elementType: "float32" | "uint8" };
}

/** The outputs in the converted network's order. Errors lose their class on the way between threads, so they travel as data. */
export type TensorFlowAnswer =
  { outputs: { shape: readonly number[]; data: Float32Array }[] } | { error: WireError };

/**
 * Runs a network by TensorFlow.js itself, in JavaScript. In a thread of its own: it takes seconds, and no other
 * copy of the library (tfjs-node trains) shares its state.
 */
export default async function runTensorFlow({ model, input }: TensorFlowRequest): Promise<TensorFlowAnswer> {
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-cpu");
  // Else it prints that there are faster engines.
  tf.enableProdMode();
  await tf.setBackend("cpu");
  try {
    const picture = tf.tensor(
      input.data,
      [...input.shape],
      input.elementType === "uint8" ? "int32" : "float32",
    );
    const results = await (model.graph === undefined ? runLayers(model, picture) : runGraph(model, picture));
    return {
      outputs: results.map((each) => ({ shape: each.shape, data: Float32Array.from(each.dataSync()) })),
    };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `TensorFlow.js itself cannot run the model: ${reason.slice(0, 300)}`;
    return { error: toWireError(new SlicebenchError("TFJS_DAMAGED", message)) };
  }
}

/** As its library takes a model that lies in memory. */
function inMemory({ topology, weightSpecs, weightData, graph }: TensorFlowModel) {
  return {
    load: () =>
      Promise.resolve({
        modelTopology: topology as object,
        weightSpecs: weightSpecs as never,
        weightData: weightData.buffer,
        ...(graph && { format: "graph-model", signature: graph.signature as object }),
      }),
  };
}

async function runLayers(model: TensorFlowModel, picture: Tensor): Promise<Tensor[]> {
  const { loadLayersModel } = await import("@tensorflow/tfjs-layers");
  const result = (await loadLayersModel(inMemory(model))).predict(picture);
  return Array.isArray(result) ? result : [result];
}

async function runGraph(model: TensorFlowModel, picture: Tensor): Promise<Tensor[]> {
  const { loadGraphModel } = await import("@tensorflow/tfjs-converter");
  const result = (await loadGraphModel(inMemory(model))).execute(picture, [...model.graph!.outputs]);
  return Array.isArray(result) ? result : [result];
}
