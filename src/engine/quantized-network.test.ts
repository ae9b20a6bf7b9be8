import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { asIfTrained } from "../../test-support/trained-graph";
import { GraphBuilder } from "../core/onnx/builder";
import type { Graph, Model } from "../core/onnx/graph";
import { addValues, emptyHistogram, rangeOf, type ValueRange } from "../core/onnx/quantize/histogram";
import { quantizationOf } from "../core/onnx/quantize/numbers";
import { quantizable } from "../core/onnx/quantize/quantizable";
import { quantizeGraph } from "../core/onnx/quantize/quantize-graph";
import { readModel } from "../core/onnx/read";
import { elementCount, float32Tensor, float32Values } from "../core/onnx/tensor";
import { withFloat16Weights, writeModel } from "../core/onnx/write";
import { zooEntry } from "../core/zoo/registry";
import { SeededRandom } from "../core/random";
import { GraphCache } from "./graph-cache";
import { loadNetwork } from "./onnxruntime";

const modelOf = (graph: Graph): Model => ({
  graph,
  operatorSets: { "": 17 },
  producer: "test",
  description: "",
  metadata: {},
});

function randomImage(shape: readonly number[]): Float32Array {
  const random = new SeededRandom(7);
  return Float32Array.from({ length: elementCount(shape) }, () => random.between(-1, 1));
}

/** All outputs by name. */
async function runGraph(
  graph: Graph,
  { data, shape, cache }: { data: Float32Array; shape: readonly number[]; cache?: GraphCache },
): Promise<Map<string, Float32Array>> {
  const bytes = writeModel(modelOf(graph));
  const session = await loadNetwork({ file: "test.onnx", bytes, sha256: "test" }, { threads: 1, cache });
  const outputs = await session.runAll({ name: "input", data, shape });
  await session.release();
  return new Map([...outputs].map(([name, output]) => [name, output.data as Float32Array]));
}

/** The int8 form, calibrated on the one image. */
async function quantizedFor(graph: Graph, image: { data: Float32Array; shape: readonly number[] }) {
  const prepared = quantizable(modelOf(graph));
  const values = [...prepared.plan.values].filter((name) => name !== "input");
  const outputs = values.map((name) => ({ name, elementType: "float32" as const, shape: undefined }));
  const seen = await runGraph({ ...prepared.graph, outputs }, image);
  seen.set("input", image.data);
  const ranges = new Map<string, ValueRange>();
  for (const name of prepared.plan.values) {
    const histogram = emptyHistogram();
    addValues(histogram, seen.get(name)!);
    ranges.set(name, rangeOf(histogram, 1));
  }
  return { ...prepared, ranges, quantized: quantizeGraph(prepared.graph, prepared.plan, ranges) };
}

test("a convolution in int8 is within the steps of its input, weights and output of the one in float32", async () => {
  const [channels, side, outputs] = [8, 10, 4];
  const net = new GraphBuilder("one", { seed: 1 });
  const input = net.input("input", [1, channels, side, side]);
  const features = net.conv("conv", input, { channels: outputs, kernel: 3, padding: 0 });
  net.output("logits", net.conv("head", net.relu(features), { channels: outputs, kernel: 1 }));
  const graph = net.build();
  // The head gives on what comes in, so that the output shows the convolution alone.
  const identity = Array.from({ length: outputs ** 2 }, (_, i) => (i % (outputs + 1) === 0 ? 1 : 0));
  graph.initializers.set("head/weight", float32Tensor([outputs, outputs, 1, 1], identity));
  const bias = Float32Array.of(0.5, -0.25, 0, 1);
  graph.initializers.set("conv/bias", float32Tensor([outputs], bias));

  const shape = [1, channels, side, side];
  const image = { data: randomImage(shape), shape };
  const { quantized, ranges } = await quantizedFor(graph, image);
  const wanted = (await runGraph(graph, image)).get("logits")!;
  const seen = (await runGraph(quantized, image)).get("logits")!;

  const weights = float32Values(graph.initializers.get("conv/weight")!);
  const scales = float32Values(quantized.initializers.get("conv/weight/scale")!);
  const step = quantizationOf(ranges.get("input")!).scale;
  const outputStep = quantizationOf(ranges.get("relu")!).scale;
  const made = side - 2;
  for (let output = 0; output < outputs; output++) {
    const kernel = weights.subarray(output * channels * 9, (output + 1) * channels * 9);
    const sizes = kernel.reduce((sum, weight) => sum + Math.abs(weight), 0);
    // |error of a sum of products| <= sum of |w| e_x + |x| e_w + e_x e_w, and half a step of the output and of the bias.
    const [ex, ew] = [step, scales[output]! / 2];
    const bound = sizes * ex + kernel.length * (1 + ex) * ew + outputStep + step * scales[output]!;
    for (let i = output * made * made; i < (output + 1) * made * made; i++) {
      expect(Math.abs(seen[i]! - wanted[i]!)).toBeLessThanOrEqual(bound);
    }
  }
  // It is no float32 network in disguise.
  expect(seen).not.toEqual(wanted);
});

const trained = (id: string) =>
  asIfTrained(
    zooEntry(id).build({ width: 0.25, inputChannels: 3, rows: "rows", columns: "columns", seed: 5 }),
  );

test.each(["unet", "resnet18-unet", "googlenet-unet", "densenet121-unet", "unet-no-skips"])(
  "%s made ready to be quantised computes what it computed before",
  async (id) => {
    const shape = [1, 3, 64, 96];
    const image = { data: randomImage(shape), shape };
    const graph = withFloat16Weights(trained(id));
    const [wanted, seen] = [
      await runGraph(graph, image),
      await runGraph(quantizable(modelOf(graph)).graph, image),
    ];
    const [a, b] = [wanted.get("logits")!, seen.get("logits")!];
    const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(b.length).toBe(a.length);
    a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-4 * largest));
  },
);

test.each(["unet", "resnet18-unet", "googlenet-unet", "vgg11-unet"])(
  "onnxruntime runs every planned convolution of %s as an integer one, near to the float32 network",
  async (id) => {
    const folder = mkdtempSync(join(tmpdir(), "slicebench-quantized-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const shape = [1, 3, 64, 96];
    const image = { data: randomImage(shape), shape };
    const graph = trained(id);
    const { quantized, plan } = await quantizedFor(graph, image);
    // As it comes back from its file, which is what is kept.
    const written = readModel(writeModel(modelOf(quantized))).graph;
    const seen = await runGraph(written, { ...image, cache: new GraphCache(folder) });
    const wanted = await runGraph(graph, image);

    const [kept] = readdirSync(folder);
    const operators = readModel(readFileSync(join(folder, kept!))).graph.nodes.map(
      ({ operator }) => operator,
    );
    const count = (operator: string) => operators.filter((each) => each === operator).length;
    const planned = [...plan.nodes].filter(({ operator }) => operator === "Conv").length;
    expect(count("QLinearConv")).toBe(planned);
    expect(planned).toBeGreaterThan(8);
    // What is left in float32: the last convolution, and a first one of few products.
    expect(count("Conv") + count("FusedConv")).toBeLessThanOrEqual(2);
    expect(count("ConvTranspose")).toBe(0);

    const [a, b] = [wanted.get("logits")!, seen.get("logits")!];
    const power = a.reduce((sum, value) => sum + value ** 2, 0);
    const error = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
    expect(error / power).toBeLessThan(0.02);
  },
);
