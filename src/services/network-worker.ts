import { readFile } from "node:fs/promises";
import { toWireError, type WireError } from "../core/errors";
import type { ModelCard } from "../core/model-card";
import { describeNodes, type ImageSize } from "../core/onnx/describe";
import type { Graph } from "../core/onnx/graph";
import { readModel } from "../core/onnx/read";
import type { NetworkView } from "../host/contract";
import { describeArchitecture } from "./architectures";

/** An architecture of the zoo, or the file of a model with what its card says of its input. */
export type NetworkSource = { kind: "architecture"; id: string } | ({ kind: "model" } & ModelSource);

interface ModelSource {
  file: string;
  layout: ModelCard["input"]["layout"];
  size: ImageSize;
}

export type DescribedNetwork = Pick<
  NetworkView,
  "size" | "inputs" | "outputs" | "nodes" | "parameters" | "multiplyAdds"
>;

/** Errors lose their class on the way between threads, so they travel as data. */
export type NetworkAnswer = { network: DescribedNetwork } | { error: WireError };

/** Reads or builds a network and describes every node. Runs in a worker thread, as files may be large. */
export default async function describeNetwork(source: NetworkSource): Promise<NetworkAnswer> {
  try {
    return { network: await describe(source) };
  } catch (thrown) {
    return { error: toWireError(thrown, source.kind === "model" ? source.file : undefined) };
  }
}

async function describe(source: NetworkSource): Promise<DescribedNetwork> {
  if (source.kind === "model") return describeModel(source);
  const { options, layers, parameters, multiplyAdds } = describeArchitecture(source.id);
  return {
    size: { rows: options.rows, columns: options.columns },
    inputs: layers[0]!.inputs,
    outputs: ["logits"],
    nodes: layers,
    parameters,
    multiplyAdds,
  };
}

async function describeModel({ file, layout, size }: ModelSource): Promise<DescribedNetwork> {
  const graph = forOneImage(readModel(await readFile(file)).graph, layout, size);
  const nodes = describeNodes(graph);
  const multiplyAdds = nodes.reduce<number | undefined>(
    (sum, { multiplyAdds: own }) => (sum === undefined || own === undefined ? undefined : sum + own),
    0,
  );
  return {
    size,
    inputs: graph.inputs.map(({ name, shape }) => ({ name, shape })),
    outputs: graph.outputs.map(({ name }) => name),
    nodes,
    parameters: nodes.reduce((sum, { parameters }) => sum + parameters, 0),
    ...(multiplyAdds !== undefined && { multiplyAdds }),
  };
}

/** The graph for one image of this size in the card's layout. */
function forOneImage(graph: Graph, layout: ModelSource["layout"], { rows, columns }: ImageSize): Graph {
  const [image, ...others] = graph.inputs;
  if (image?.shape?.length !== 4) return graph;
  const channels = image.shape[layout === "NCHW" ? 1 : 3];
  const shape = layout === "NCHW" ? [1, channels, rows, columns] : [1, rows, columns, channels];
  return { ...graph, inputs: [{ ...image, shape }, ...others] };
}
