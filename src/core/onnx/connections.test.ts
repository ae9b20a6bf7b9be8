import { expect, test } from "vitest";
import { resnetDesigns, resnetEncoder } from "../zoo/resnet";
import { zooEntry } from "../zoo/registry";
import { foldNetwork, stagesOf, walkBlocks, type Block } from "./blocks";
import { GraphBuilder } from "./builder";
import { connectionsBetween, wire } from "./connections";
import { describeNodes } from "./describe";
import type { Graph } from "./graph";

function connectionsOf(graph: Graph, blocksOf: (root: Block) => readonly Block[]): string[] {
  const nodes = describeNodes(graph);
  const wiring = wire(
    nodes,
    graph.outputs.map(({ name }) => name),
  );
  return connectionsBetween(blocksOf(foldNetwork(nodes)), wiring).map(
    ({ from, to, channels, skip }) => `${from}>${to} ${channels}${skip ? " skip" : ""}`,
  );
}

const childrenOf = (id: string) => (root: Block) =>
  [...walkBlocks(root)].find((block) => block.id === id)!.children;

test("U-Net's concatenations are skips between the stages, and without them there is none", () => {
  const skips = (id: string) =>
    connectionsOf(zooEntry(id).build({ width: 0.25 }), stagesOf).filter((text) => text.endsWith("skip"));
  expect(skips("unet")).toEqual([
    "encoder/level4/>decoder/up8/ 128 skip",
    "encoder/level3/>decoder/up4/ 64 skip",
    "encoder/level2/>decoder/up2/ 32 skip",
    "encoder/level1/>decoder/up1/ 16 skip",
  ]);
  expect(skips("unet-no-skips")).toEqual([]);
});

function resnetStage(shortcuts: boolean): Graph {
  const net = new GraphBuilder("resnet");
  const encoder = resnetEncoder({ ...resnetDesigns.resnet18, shortcuts });
  const maps = encoder(net.scope("encoder"), net.input("input", [1, 1, 64, 64]), { width: 0.125 });
  net.output("features", maps.at(-1)!.value);
  return net.build();
}

test("a residual block's identity is a skip from its input to its sum", () => {
  expect(connectionsOf(resnetStage(true), childrenOf("encoder/layer1/1/"))).toEqual([
    ">encoder/layer1/1/conv1 8",
    "encoder/layer1/1/conv1>encoder/layer1/1/bn1 8",
    "encoder/layer1/1/bn1>encoder/layer1/1/relu 8",
    "encoder/layer1/1/relu>encoder/layer1/1/conv2 8",
    "encoder/layer1/1/conv2>encoder/layer1/1/bn2 8",
    "encoder/layer1/1/bn2>encoder/layer1/1/add 8",
    ">encoder/layer1/1/add 8 skip",
    "encoder/layer1/1/add>encoder/layer1/1/relu_1 8",
    "encoder/layer1/1/relu_1> 8",
  ]);
});

test("a projection shortcut is a skip on both sides of its layer", () => {
  const connections = connectionsOf(resnetStage(true), childrenOf("encoder/layer2/0/"));
  expect(connections.filter((text) => text.endsWith("skip"))).toEqual([
    ">encoder/layer2/0/downsample/ 8 skip",
    "encoder/layer2/0/downsample/>encoder/layer2/0/add 16 skip",
  ]);
});

test("FCN's sums with earlier stages are skips, each with its scoring layer", () => {
  const skips = connectionsOf(zooEntry("fcn8s").build(), stagesOf).filter((text) => text.endsWith("skip"));
  expect(skips.filter((text) => text.includes("score_pool"))).toHaveLength(4);
});

test("a plain network has no skips", () => {
  for (const id of ["encoder/layer1/0/", "encoder/layer2/0/"]) {
    expect(connectionsOf(resnetStage(false), childrenOf(id)).join()).not.toContain("skip");
  }
});

test("in a dense block every layer reaches all that follow", () => {
  const net = new GraphBuilder("dense");
  const values = [net.input("input", [1, 4, 8, 8])];
  for (const layer of ["layer1", "layer2", "layer3"]) {
    const at = net.scope(layer);
    const joined = values.length === 1 ? values[0]! : at.concat(values);
    values.push(at.relu(at.conv("conv", joined, { channels: 2, kernel: 3, padding: 1 })));
  }
  net.output("features", net.concat(values));
  expect(connectionsOf(net.build(), (root) => root.children)).toEqual([
    ">layer1/ 4",
    ">layer2/ 4 skip",
    "layer1/>layer2/ 2",
    ">layer3/ 4 skip",
    "layer1/>layer3/ 2 skip",
    "layer2/>layer3/ 2",
    ">concat 4 skip",
    "layer1/>concat 2 skip",
    "layer2/>concat 2 skip",
    "layer3/>concat 2",
    "concat> 10",
  ]);
});

test("branches side by side are no skips, even where one is shorter", () => {
  const net = new GraphBuilder("inception");
  const image = net.input("input", [1, 4, 8, 8]);
  const stem = net.conv("stem", image, { channels: 4, kernel: 1 });
  const short = net.scope("branch1").conv("conv", stem, { channels: 2, kernel: 1 });
  const branch = net.scope("branch2");
  const reduced = branch.conv("reduce", stem, { channels: 2, kernel: 1 });
  const long = branch.conv("conv", reduced, { channels: 3, kernel: 3, padding: 1 });
  net.output("features", net.concat([short, long]));
  expect(connectionsOf(net.build(), (root) => root.children)).toEqual([
    ">stem 4",
    "stem>branch1/conv 4",
    "stem>branch2/ 4",
    "branch1/conv>concat 2",
    "branch2/>concat 3",
    "concat> 5",
  ]);
});

test("blocks that were folded into a circle do not make their connections skips", () => {
  const net = new GraphBuilder("circle");
  const image = net.input("input", [1, 1, 4, 4]);
  const a = net.scope("a");
  const b = net.scope("b");
  const first = a.relu(a.relu(image));
  const second = b.relu(b.relu(first));
  net.output("out", a.relu(second));
  const connections = connectionsOf(net.build(), (root) => root.children);
  expect(connections).toContain("b/>a/ 1");
  expect(connections.join()).not.toContain("skip");
});
