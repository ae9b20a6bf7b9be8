import { expect, test } from "vitest";
import { GraphBuilder } from "./builder";
import { layoutOf } from "./layout";

test("channels are where the picture has them, until a transposition or a convolution moves them", () => {
  const net = new GraphBuilder("net");
  const image = net.input("input", ["batch", 8, 8, 3]);
  const before = net.relu(image);
  const turned = net.transpose(before, [0, 3, 1, 2]);
  const features = net.relu(net.conv("stem", turned, { channels: 4, kernel: 3 }));
  const back = net.transpose(features, [0, 2, 3, 1]);
  net.output("out", net.relu(back));
  const graph = net.build();
  const names = [...[before, turned, features, back].map(({ name }) => name), "out"];
  expect(names.map((name) => layoutOf(graph, name, "NHWC"))).toEqual([
    "NHWC",
    "NCHW",
    "NCHW",
    "NHWC",
    "NHWC",
  ]);
});

test("a network of channels first has them there throughout", () => {
  const net = new GraphBuilder("net");
  const image = net.input("input", ["batch", 3, 8, 8]);
  const scaled = net.relu(image);
  const features = net.conv("stem", scaled, { channels: 4, kernel: 3 });
  net.output("out", net.concat([features, features]));
  const graph = net.build();
  const values = [scaled.name, features.name, graph.outputs[0]!.name];
  expect(values.map((name) => layoutOf(graph, name, "NCHW"))).toEqual(["NCHW", "NCHW", "NCHW"]);
});
