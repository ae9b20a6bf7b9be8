import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pythonWith, runPython } from "../../test-support/readers";
import { asIfTrained } from "../../test-support/trained-graph";
import type { Graph } from "../core/onnx/graph";
import { elementCount, float32Tensor, type Tensor } from "../core/onnx/tensor";
import { writeModel } from "../core/onnx/write";
import { zooEntry } from "../core/zoo/registry";
import { SeededRandom } from "../core/random";
import { loadNetwork } from "./onnxruntime";

const python = pythonWith("torch", "torchvision");

/**
 * Loads the weights in the order of torchvision's own modules, so that a layer in another place, or of another
 * shape, cannot pass; runs the network, and writes its logits.
 */
const torchvisionRun = `
import json, sys, numpy, torch, torchvision
name, folder = sys.argv[1:]
settings = json.load(open(folder + "/settings.json"))
torch.manual_seed(0)
torch.set_num_threads(2)
extra = {"googlenet": {"aux_logits": False, "init_weights": False, "transform_input": False}}.get(name, {})
model = getattr(torchvision.models, name)(weights=None, **extra).eval()
entries = [(key, value) for key, value in model.state_dict().items() if not key.endswith("num_batches_tracked")]
assert [list(value.shape) for _, value in entries] == settings["dims"], "the layers differ"
data = numpy.fromfile(folder + "/weights.bin", dtype="<f4")
parts = torch.from_numpy(data).split([value.numel() for _, value in entries])
model.load_state_dict({key: part.view(value.shape) for (key, value), part in zip(entries, parts)}, strict=False)
image = torch.from_numpy(numpy.fromfile(folder + "/image.bin", dtype="<f4")).view(settings["shape"])
with torch.no_grad():
    logits = model(image)
print(json.dumps(logits[0].tolist()))
`;

/** A million different values do for a fully connected layer of a hundred million. */
const distinctValues = 1_000_003;

/** Large weights are drawn cheaply; the rest as the zoo starts them, and as after a training. */
function withRandomWeights(graph: Graph): Graph {
  const random = new SeededRandom(11);
  for (const [name, { dims }] of graph.initializers) {
    const count = elementCount(dims);
    if (count <= distinctValues) continue;
    const bound = Math.sqrt(6 / (count / dims[0]!));
    const block = Float32Array.from({ length: distinctValues }, () => random.between(-bound, bound));
    const values = new Float32Array(count);
    for (let at = 0; at < count; at += block.length) values.set(block.subarray(0, count - at), at);
    graph.initializers.set(name, float32Tensor(dims, values));
  }
  return asIfTrained(graph);
}

/** Weights, biases and statistics in the order in which the layers were built; settings are scalars. */
const weightsOf = (graph: Graph): Tensor[] =>
  [...graph.initializers.values()].filter(({ dims }) => dims.length > 0);

async function logitsHere(graph: Graph, image: Float32Array, shape: number[]): Promise<Float32Array> {
  const file = { operatorSets: { "": 17 }, producer: "test", description: "", metadata: {} };
  const bytes = writeModel({ graph, ...file });
  const session = await loadNetwork({ file: "test.onnx", bytes, sha256: "" }, { threads: 2 });
  const { data } = await session.run({ name: "input", data: image, shape }, "logits");
  await session.release();
  return data as Float32Array;
}

function logitsOfTorchvision(id: string, graph: Graph, image: Float32Array, shape: number[]): number[] {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-torchvision-"));
  try {
    const weights = weightsOf(graph);
    const file = openSync(join(folder, "weights.bin"), "w");
    for (const { values } of weights) writeSync(file, values as Float32Array);
    closeSync(file);
    writeFileSync(join(folder, "image.bin"), image);
    const settings = { shape, dims: weights.map(({ dims }) => dims) };
    writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
    return runPython(python!, torchvisionRun, [id, folder]) as number[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where fully connected layers fix the size, at 224 x 224; else small, and odd, so that rounding shows. */
const networks: [id: string, rows: number, columns: number][] = [
  ["alexnet", 224, 224],
  ["vgg11", 224, 224],
  ["vgg13", 224, 224],
  ["vgg16", 224, 224],
  ["vgg19", 224, 224],
  ["googlenet", 96, 75],
  ["resnet18", 96, 75],
  ["resnet34", 96, 75],
  ["resnet50", 96, 75],
  ["resnet101", 96, 75],
  ["densenet121", 96, 75],
  ["densenet169", 96, 75],
];

describe.skipIf(python === undefined)("the same weights give the same logits in torchvision", () => {
  test.each(networks)("%s", { timeout: 300_000 }, async (id, rows, columns) => {
    const graph = withRandomWeights(zooEntry(id).build({ rows, columns }));
    const shape = [1, 3, rows, columns];
    const random = new SeededRandom(5);
    const image = Float32Array.from({ length: elementCount(shape) }, () => random.between(-1, 1));
    const here = await logitsHere(graph, image, shape);
    const there = logitsOfTorchvision(id, graph, image, shape);
    const scale = there.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const difference = there.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - here[index]!)),
      0,
    );
    expect(here).toHaveLength(there.length);
    // A part of the largest logit, which with random weights is anything from 4 (DenseNet) to 200,000 (ResNet-101).
    expect(difference / scale).toBeLessThan(1e-5);
  });
});
