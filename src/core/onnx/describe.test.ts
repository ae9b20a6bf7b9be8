import { expect, test } from "vitest";
import { zooEntry } from "../zoo/registry";
import { GraphBuilder } from "./builder";
import { describeNodes } from "./describe";
import { countMultiplyAdds, countParameters, measureNetwork } from "./measure";
import { withFloat16Weights } from "./write";

function smallNet() {
  const net = new GraphBuilder("small");
  const image = net.input("input", ["batch", 1, "rows", "columns"]);
  const stem = net.scope("stem");
  const features = stem.relu(stem.conv("conv", image, { channels: 4, kernel: 3, stride: 2, padding: 1 }));
  const pooled = net.maxPool(features, { kernel: 2 });
  const up = net.convTranspose("up", pooled, { channels: 4, kernel: 2, stride: 2 });
  net.output("logits", net.conv("head", net.concat([up, features]), { channels: 2, kernel: 1 }));
  return net.build();
}

test("every node is described with its shapes, parameters, multiply-adds and receptive field", () => {
  const rows = describeNodes(smallNet(), { rows: 8, columns: 16 }).map((node) => [
    node.scope,
    node.name,
    node.inputs.map(({ shape }) => shape),
    node.outputs[0]!.shape,
    node.parameters,
    node.multiplyAdds,
    node.receptiveField,
  ]);
  const field = (size: number, stride: number) => ({ size: [size, size], stride: [stride, stride] });
  expect(rows).toEqual([
    ["stem", "stem/conv", [[1, 1, 8, 16]], [1, 4, 4, 8], 4 * 9 + 4, 4 * 4 * 8 * 9, field(3, 2)],
    ["stem", "stem/relu", [[1, 4, 4, 8]], [1, 4, 4, 8], 0, 0, field(3, 2)],
    ["", "maxpool", [[1, 4, 4, 8]], [1, 4, 2, 4], 0, 0, field(5, 4)],
    ["", "up", [[1, 4, 2, 4]], [1, 4, 4, 8], 4 * 4 * 4 + 4, 2 * 4 * 4 * 4 * 4, field(5, 2)],
    ["", "concat", [[1, 4, 4, 8], [1, 4, 4, 8]], [1, 8, 4, 8], 0, 0, field(5, 2)], // prettier-ignore
    ["", "head", [[1, 8, 4, 8]], [1, 2, 4, 8], 8 * 2 + 2, 2 * 8 * 4 * 8, field(5, 2)],
  ]);
});

test("after a global pooling every value sees the whole image", () => {
  const net = new GraphBuilder("classifier");
  const image = net.input("input", ["batch", 1, 8, 8]);
  const pooled = net.globalAveragePool(net.conv("conv", image, { channels: 4, kernel: 3 }));
  net.output("logits", net.gemm("fc", net.flatten(pooled), { features: 2 }));
  expect(describeNodes(net.build()).map(({ receptiveField: field }) => field)).toEqual([
    { size: [3, 3], stride: [1, 1] },
    "image",
    "image",
    "image",
  ]);
});

test("weights kept as float16 count where they are used, and their casts are no layers", () => {
  const graph = zooEntry("unet").build({ width: 0.125, rows: "rows", columns: "columns" });
  const stored = withFloat16Weights(graph);
  const size = { rows: 64, columns: 64 };
  expect(describeNodes(stored, size)).toEqual(describeNodes(graph, size));
  expect(countParameters(stored)).toBe(countParameters(graph));
});

test("without a size the multiply-adds are unknown, and counting them says which layer", () => {
  const net = new GraphBuilder("unsized");
  const image = net.input("input", ["batch", 1, "rows", "columns"]);
  net.output("logits", net.conv("conv", net.maxPool(image, { kernel: 2 }), { channels: 2, kernel: 3 }));
  const graph = net.build();
  expect(describeNodes(graph).map(({ multiplyAdds }) => multiplyAdds)).toEqual([0, undefined]);
  const vector = { ...graph, inputs: [{ ...graph.inputs[0]!, shape: ["batch", 1] }] };
  expect(() => countMultiplyAdds(vector, { rows: 8, columns: 8 })).toThrow(
    expect.objectContaining({ code: "ONNX_INPUT" }),
  );
});

test("ResNet-18 sees 435 pixels at its last stage", () => {
  const nodes = describeNodes(zooEntry("resnet18-unet").build({ width: 0.125 }));
  const last = nodes.findLast(({ scope }) => scope.startsWith("encoder/layer4"))!;
  // 7x7 and 3x3 pooling: 11; then 16 convolutions of 3x3, each adding twice the stride it works at.
  const stages = [11, 4 * 8, 8 + 3 * 16, 16 + 3 * 32, 32 + 3 * 64];
  const size = stages.reduce((sum, each) => sum + each);
  expect(last.receptiveField).toEqual({ size: [size, size], stride: [32, 32] });
});

test("a U-Net sees 200 pixels", () => {
  // Two 3x3 convolutions a level at strides 1 to 16, a 2x2 pooling before each of the last four, and back.
  const size = 1 + 4 * (1 + 2 + 4 + 8 + 16) + (1 + 2 + 4 + 8) + 4 * (8 + 4 + 2 + 1);
  const network = zooEntry("unet").build({ width: 0.125 });
  expect(measureNetwork(network, { rows: 256, columns: 256 }).receptiveField).toEqual({
    size: [size, size],
    stride: [1, 1],
  });
});
