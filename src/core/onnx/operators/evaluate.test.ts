import { expect, test } from "vitest";
import type { Attribute, Graph, GraphNode } from "../graph";
import { float32Tensor, int64Tensor } from "../tensor";
import { inferTypes } from "../types";

const node = (
  operator: string,
  inputs: string[],
  output: string,
  attributes: Record<string, Attribute> = {},
): GraphNode => ({
  name: output,
  operator,
  domain: "",
  inputs,
  outputs: [output],
  attributes,
});

/** The arithmetic that torch.onnx leaves for `interpolate(x, size=y.shape[-2:])` and `view(n, -1, h * w)`. */
test("sizes that an exporter computes from shapes are known where the input's size is", () => {
  const graph: Graph = {
    name: "shapes",
    inputs: [{ name: "x", elementType: "float32", shape: [1, 8, 48, 64] }],
    outputs: [],
    nodes: [
      node("Shape", ["x"], "shape"),
      node("Gather", ["shape", "two"], "h", { axis: { kind: "int", value: 0 } }),
      node("Unsqueeze", ["h", "axis"], "h1"),
      node("Slice", ["shape", "three", "four", "axis"], "w1"),
      node("Mul", ["h1", "factor"], "h2"),
      node("Cast", ["w1"], "wf", { to: { kind: "int", value: 1 } }),
      node("Div", ["wf", "half"], "wd"),
      node("Floor", ["wd"], "wr"),
      node("Cast", ["wr"], "w2", { to: { kind: "int", value: 7 } }),
      node("Slice", ["shape", "axis", "twoList", "axis"], "front"),
      node("Concat", ["front", "h2", "w2"], "sizes", { axis: { kind: "int", value: 0 } }),
      node("Resize", ["x", "", "", "sizes"], "larger", { mode: { kind: "string", value: "linear" } }),
      node("ReduceMean", ["larger"], "mean", { axes: { kind: "ints", value: [2, 3] } }),
      node("Squeeze", ["mean"], "vector", { axes: { kind: "ints", value: [2, 3] } }),
      node("Split", ["x"], "left", { axis: { kind: "int", value: 1 } }),
      node("DepthToSpace", ["x"], "shuffled", { blocksize: { kind: "int", value: 2 } }),
    ],
    initializers: new Map([
      ["two", int64Tensor([2], [])],
      ["axis", int64Tensor([0])],
      ["twoList", int64Tensor([2])],
      ["three", int64Tensor([3])],
      ["four", int64Tensor([4])],
      ["factor", int64Tensor([2])],
      ["half", float32Tensor([], [0.5])],
    ]),
  };
  const { types, problems } = inferTypes(graph);
  const shape = (name: string) => types.get(name)?.shape;
  expect(problems).toEqual([]);
  expect(shape("larger")).toEqual([1, 8, 96, 128]);
  expect(shape("mean")).toEqual([1, 8, 1, 1]);
  expect(shape("vector")).toEqual([1, 8]);
  expect(shape("shuffled")).toEqual([1, 2, 96, 128]);
});
