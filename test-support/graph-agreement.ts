import type * as tfjsCore from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../src/core/onnx/builder";
import type { Graph } from "../src/core/onnx/graph";
import { writeModel } from "../src/core/onnx/write";
import { zooEntry } from "../src/core/zoo/registry";
import { loadNetwork } from "../src/engine/onnxruntime";
import { runGraph } from "../src/training/graph-executor";
import { SeededRandom } from "../src/core/random";
import { asIfTrained } from "./trained-graph";

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
