import fc from "fast-check";
import { expect, test } from "vitest";
import { SlicebenchError } from "../errors";
import { zooEntry } from "../zoo/registry";
import type { Attribute, Graph, Model } from "./graph";
import { readModel } from "./read";
import { float32Tensor, int64Tensor } from "./tensor";
import { withFloat16Weights, writeModel } from "./write";

function modelOf(graph: Graph): Model {
  return {
    graph,
    operatorSets: { "": 17, "com.x": 1 },
    producer: "test",
    description: "Ü",
    metadata: { a: "b" },
  };
}

/** As a file keeps it: weights that are made on first use, made, and settings rounded to float32. */
function asStored(graph: Graph): Graph {
  const made = [...graph.initializers].map(([name, { elementType, dims, values }]) => {
    return [name, { elementType, dims: [...dims], values }] as const;
  });
  const nodes = graph.nodes.map((node) => {
    const rounded = Object.entries(node.attributes).map(([name, attribute]) => [
      name,
      attribute.kind === "float" ? { ...attribute, value: Math.fround(attribute.value) } : attribute,
    ]);
    return { ...node, attributes: Object.fromEntries(rounded) as Record<string, Attribute> };
  });
  return { ...graph, nodes, initializers: new Map(made) };
}

test.each(["unet", "resnet18-unet"])("%s comes back from its file as it was written", (id) => {
  const graph = zooEntry(id).build({ width: 0.0625, rows: "rows", columns: "columns" });
  for (const each of [graph, withFloat16Weights(graph)]) {
    expect(readModel(writeModel(modelOf(each)))).toEqual(modelOf(asStored(each)));
  }
});

test("a Node Buffer within a larger one is read as well as an array of its own", () => {
  const graph = zooEntry("unet").build({ width: 0.0625, rows: "rows", columns: "columns" });
  const file = Buffer.concat([Buffer.from("front"), writeModel(modelOf(graph))]).subarray(5);
  expect(readModel(file)).toEqual(modelOf(asStored(graph)));
});

test("every kind of attribute and tensor comes back", () => {
  const inner: Graph = { name: "inner", inputs: [], outputs: [], nodes: [], initializers: new Map() };
  const attributes: Record<string, Attribute> = {
    int: { kind: "int", value: -7 },
    float: { kind: "float", value: 0.5 },
    string: { kind: "string", value: "zażółć" },
    ints: { kind: "ints", value: [1, -2, 3] },
    noInts: { kind: "ints", value: [] },
    floats: { kind: "floats", value: [0.25, -4] },
    strings: { kind: "strings", value: ["a", ""] },
    tensor: { kind: "tensor", value: int64Tensor([4, -5]) },
    graph: { kind: "graph", value: inner },
  };
  const graph: Graph = {
    ...inner,
    name: "all",
    nodes: [{ name: "n", operator: "Odd", domain: "com.x", inputs: ["a", ""], outputs: ["b"], attributes }],
    initializers: new Map([
      ["texts", { elementType: "string", dims: [2], values: ["x", "y"] }],
      ["scalar", float32Tensor([], [3])],
    ]),
  };
  expect(readModel(writeModel(modelOf(graph)))).toEqual(modelOf(graph));
});

const small = writeModel(modelOf(zooEntry("unet").build({ width: 1 / 64, rows: 32, columns: 32 })));

test("a file that is cut anywhere is refused, or read as the shorter model that it is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: small.length - 1 }), (length) => {
      try {
        readModel(small.subarray(0, length));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(SlicebenchError);
      }
    }),
    { numRuns: 60 },
  );
});

test("bytes that changed on the way are refused with a sentence, or read", () => {
  const flip = fc.tuple(fc.integer({ min: 0, max: small.length - 1 }), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(fc.array(flip, { minLength: 1, maxLength: 8 }), (flips) => {
      const bytes = small.slice();
      for (const [place, bits] of flips) bytes[place]! ^= bits;
      try {
        readModel(bytes);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(SlicebenchError);
      }
    }),
    { numRuns: 200 },
  );
});

test("weights in another file are refused", () => {
  // TensorProto: name "w", data_location EXTERNAL; in GraphProto, in ModelProto.
  const tensor = [0x42, 1, 0x77, 0x70, 1];
  const graph = [0x2a, tensor.length, ...tensor];
  expect(() => readModel(Uint8Array.from([0x3a, graph.length, ...graph]))).toThrow(/lie in another file/);
});

test("a text file is refused as no model", () => {
  const text = Uint8Array.from("this is no model at all", (character) => character.charCodeAt(0));
  expect(() => readModel(text)).toThrow(SlicebenchError);
});

test("a file that Node read gives the same weights as its bytes elsewhere", () => {
  const inPool = Buffer.from(small);
  expect(readModel(inPool)).toEqual(readModel(small));
});
