import { expect, test } from "vitest";
import { GraphBuilder } from "./builder";
import { graphUpTo } from "./subgraph";

function network() {
  const net = new GraphBuilder("net");
  const image = net.input("input", ["batch", 1, 8, 8]);
  const stem = net.conv("stem", image, { channels: 4, kernel: 3 });
  const left = net.conv("left", stem, { channels: 2, kernel: 1 });
  const right = net.conv("right", stem, { channels: 2, kernel: 1 });
  net.output("out", net.concat([left, right]));
  return net.build();
}

test("what a value does not depend on is left out, weights included", () => {
  const graph = graphUpTo(network(), "left");
  expect(graph.nodes.map(({ name }) => name)).toEqual(["stem", "left"]);
  expect(graph.outputs).toEqual([{ name: "left", elementType: "float32", shape: ["batch", 2, 6, 6] }]);
  expect([...graph.initializers.keys()]).toEqual(["stem/weight", "stem/bias", "left/weight", "left/bias"]);
  expect(graph.inputs).toEqual(network().inputs);
});

test("a value that the network does not compute is refused", () => {
  for (const name of ["nothing", "input", "stem/weight", ""]) {
    expect(() => graphUpTo(network(), name)).toThrow(expect.objectContaining({ code: "ONNX_VALUE_UNKNOWN" }));
  }
});
