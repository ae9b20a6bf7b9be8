import { expect, test } from "vitest";
import { zooEntry } from "../zoo/registry";
import { foldNetwork, isLayer, stagesOf, walkBlocks, type Block } from "./blocks";
import { GraphBuilder } from "./builder";
import { describeNodes } from "./describe";
import type { Graph } from "./graph";
import { countMultiplyAdds, countParameters } from "./measure";

const fold = (graph: Graph) => foldNetwork(describeNodes(graph));

/** Labels alone, folds as lists: a tree at a glance. */
type Outline = string | [label: string, children: Outline[]];
const outline = (block: Block): Outline =>
  isLayer(block) ? block.label : [block.label, block.children.map(outline)];

test("scopes become blocks, a scope around one thing becomes that thing, and totals add up", () => {
  const net = new GraphBuilder("scoped");
  const image = net.input("input", [1, 1, 8, 8]);
  const block = net.scope("body").scope("block");
  const features = block.relu(block.conv("conv", image, { channels: 2, kernel: 3, padding: 1 }));
  const same = net.scope("body").scope("single").conv("conv", features, { channels: 2, kernel: 1 });
  net.output("logits", net.conv("head", same, { channels: 3, kernel: 1 }));
  const root = fold(net.build());
  expect(outline(root)).toEqual(["", [["body", [["block", ["conv", "relu"]], "single"]], "head"]]);
  const [body] = root.children;
  expect(body).toMatchObject({
    id: "body/",
    parameters: 2 * 9 + 2 + 2 * 2 + 2,
    multiplyAdds: 64 * 2 * 9 + 64 * 2 * 2,
    outputShape: [1, 2, 8, 8],
    receptiveField: { size: [3, 3], stride: [1, 1] },
  });
});

test("layers without scopes are folded by the size that they work at", () => {
  const net = new GraphBuilder("flat");
  let value = net.input("input", [1, 1, 32, 32]);
  for (const stage of [1, 2, 3]) {
    value = net.relu(net.conv(`conv${stage}_1`, value, { channels: 4, kernel: 3, padding: 1 }));
    value = net.relu(net.conv(`conv${stage}_2`, value, { channels: 4, kernel: 3, padding: 1 }));
    value = net.maxPool(value, { kernel: 2 });
  }
  net.output("scores", net.gemm("fc", net.flatten(value), { features: 10 }));
  expect(stagesOf(fold(net.build())).map(({ label, nodes }) => [label, nodes.length])).toEqual([
    ["conv1_1 to conv1_2", 4],
    ["conv2_1 to conv2_2", 5],
    ["conv3_1 to conv3_2", 5],
    ["maxpool_2", 1],
    ["fc", 2],
  ]);
});

test("a ResNet-18 U-Net is shown by its stem, its stages and the steps of its decoder", () => {
  const graph = zooEntry("resnet18-unet").build();
  const root = fold(graph);
  expect(stagesOf(root).map(({ id, outputShape }) => [id, ...outputShape!.slice(1)])).toEqual([
    ["encoder/run 0/", 64, 128, 128],
    ["encoder/maxpool", 64, 64, 64],
    ["encoder/layer1/", 64, 64, 64],
    ["encoder/layer2/", 128, 32, 32],
    ["encoder/layer3/", 256, 16, 16],
    ["encoder/layer4/", 512, 8, 8],
    ["decoder/up16/", 256, 16, 16],
    ["decoder/up8/", 128, 32, 32],
    ["decoder/up4/", 64, 64, 64],
    ["decoder/up2/", 64, 128, 128],
    ["decoder/up1/", 32, 256, 256],
    ["head", 2, 256, 256],
  ]);
  expect(root.parameters).toBe(countParameters(graph));
  expect(root.multiplyAdds).toBe(countMultiplyAdds(graph, { rows: 256, columns: 256 }));
});

test("every layer lies in exactly one place, and ids are unique", () => {
  const nodes = describeNodes(zooEntry("resnet34-unet").build());
  const blocks = [...walkBlocks(foldNetwork(nodes))];
  expect(blocks.filter(isLayer).flatMap((layer) => layer.nodes)).toEqual(nodes);
  expect(new Set(blocks.map(({ id }) => id)).size).toBe(blocks.length);
});

test("an exporter's shape arithmetic is no part of the picture", () => {
  const value = (name: string, shape: number[]) => ({ name, shape });
  const image = value("input", [1, 1, 4, 4]);
  const rest = { scope: "", parameters: 0, multiplyAdds: 0, receptiveField: undefined };
  const nodes = [
    { ...rest, name: "s", operator: "Shape", inputs: [image], outputs: [value("sizes", [4])] },
    { ...rest, name: "g", operator: "Gather", inputs: [value("sizes", [4])], outputs: [value("rows", [])] },
    {
      ...rest,
      name: "resize",
      operator: "Resize",
      inputs: [image, value("rows", [])],
      outputs: [value("up", [1, 1, 8, 8])],
    },
  ];
  expect(foldNetwork(nodes).nodes.map(({ name }) => name)).toEqual(["resize"]);
});
