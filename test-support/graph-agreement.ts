import type * as tfjsCore from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../src/core/onnx/builder";
import type { Graph } from "../src/core/onnx/graph";
import { elementCount, float32Tensor, float32Values } from "../src/core/onnx/tensor";
import { writeModel } from "../src/core/onnx/write";
import { zooEntry } from "../src/core/zoo/registry";
import { loadNetwork } from "../src/engine/onnxruntime";
import { runGraph } from "../src/training/graph-executor";
import { SeededRandom } from "../src/training/random";

/** Inputs that start as ones and zeros, by operator, and between which values they lie after a training. */
const trainedRanges: Record<string, readonly (readonly [input: number, low: number, high: number])[]> = {
  BatchNormalization: [
    [1, 0.5, 1.5],
    [2, -0.2, 0.2],
    [3, -0.3, 0.3],
    [4, 0.5, 2],
  ],
  Conv: [[2, -0.1, 0.1]],
  ConvTranspose: [[2, -0.1, 0.1]],
  Gemm: [[2, -0.1, 0.1]],
};

/**
 * The graph with values as after a training where they start as ones and zeros (statistics, biases, the scores
 * of FCN's skips), which would hide mistakes.
 */
export function asIfTrained(graph: Graph): Graph {
  const random = new SeededRandom(7);
  const fill = (name: string, low: number, high: number) => {
    const { dims } = graph.initializers.get(name)!;
    const values = Float32Array.from({ length: elementCount(dims) }, () => random.between(low, high));
    graph.initializers.set(name, float32Tensor(dims, values));
  };
  for (const node of graph.nodes) {
    for (const [index, low, high] of trainedRanges[node.operator] ?? []) {
      const name = node.inputs[index];
      if (name !== undefined) fill(name, low, high);
    }
    const weight = node.operator === "Conv" ? graph.initializers.get(node.inputs[1]!) : undefined;
    if (weight !== undefined && float32Values(weight).every((value) => value === 0)) {
      fill(node.inputs[1]!, -0.1, 0.1);
    }
  }
  return graph;
}

async function largestDifference(tf: typeof tfjsCore, graph: Graph, shape: number[]): Promise<number> {
  const random = new SeededRandom(3);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.between(0, 1));
  const inputName = graph.inputs[0]!.name;
  const outputName = graph.outputs[0]!.name;
  const bytes = writeModel({
    graph,
    operatorSets: { "": 17 },
    producer: "test",
    description: "",
    metadata: {},
  });
  const session = await loadNetwork({ file: "test.onnx", bytes, sha256: "" }, { threads: 1 });
  const wanted = (await session.run({ name: inputName, data, shape }, outputName)).data as Float32Array;
  await session.release();
  const seen = tf.tidy(() => {
    const inputs = new Map([[inputName, tf.tensor(data, shape)]]);
    return runGraph(tf, graph, { inputs, weights: new Map() }).get(outputName)!.dataSync<"float32">().slice();
  });
  expect(seen.length).toBe(wanted.length);
  return wanted.reduce((largest, value, index) => Math.max(largest, Math.abs(value - seen[index]!)), 0);
}

/** Tests that a tensor library computes what onnxruntime does, on the zoo's networks and on what they are made of. */
export function describeAgreement(name: string, tf: typeof tfjsCore): void {
  describe(`${name} and onnxruntime agree within 1e-4`, () => {
    test.each([
      "lenet-fcn",
      "alexnet-fcn",
      "vgg11-unet",
      "googlenet-unet",
      "unet",
      "unet-no-skips",
      "plain18-unet",
      "resnet18-unet",
      "densenet121-unet",
    ])("on %s", async (id) => {
      const graph = asIfTrained(
        zooEntry(id).build({ width: 0.125, inputChannels: 3, rows: "rows", columns: "columns", seed: 5 }),
      );
      expect(await largestDifference(tf, graph, [2, 3, 64, 96])).toBeLessThan(1e-4);
    });

    test("on poolings that round up, local response normalisation and fully connected layers", async () => {
      const net = new GraphBuilder("classifier", { seed: 3 });
      const image = net.input("input", ["batch", 7, 18, 23]);
      const normalized = net.localResponseNorm(image, { size: 3, alpha: 0.5, beta: 0.75, bias: 1.5 });
      const pooled = net.maxPool(net.tanh(normalized), { kernel: 3, stride: 2, padding: 1, ceil: true });
      net.output("logits", net.gemm("fc", net.flatten(pooled), { features: 5 }));
      expect(await largestDifference(tf, asIfTrained(net.build()), [2, 7, 18, 23])).toBeLessThan(1e-4);
    });

    test("on grouped, dilated and strided convolutions and on average pooling", async () => {
      const net = new GraphBuilder("mixed", { seed: 2 });
      let value = net.input("input", ["batch", 4, 33, 41]);
      value = net.conv("grouped", value, {
        channels: 8,
        kernel: 3,
        groups: 2,
        stride: 2,
        padding: [1, 0, 2, 1],
      });
      value = net.conv("dilated", value, { channels: 6, kernel: 3, dilation: 2, padding: "same" });
      value = net.conv("depthwise", value, { channels: 6, kernel: 5, groups: 6, padding: "same" });
      value = net.averagePool(value, { kernel: 3, stride: 2, padding: 1 });
      net.output("logits", net.conv("head", value, { channels: 2, kernel: 1 }));
      expect(await largestDifference(tf, net.build(), [1, 4, 33, 41])).toBeLessThan(1e-4);
    });
  });
}
