import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operationKinds } from "../core/tfjs-import/graph-model/operations";
import type { ProcessEngine } from "../engine/process-engine";
import { openImage } from "../formats/open";
import { openImports, type TestImports } from "../../test-support/open-imports";
import type { ModelImports } from "./model-imports";
import {
  flag,
  float,
  GraphByHand,
  int,
  ints,
  type SavedGraph,
  text,
  texts,
  type,
} from "../../test-support/graph-by-hand";

const samples = join(import.meta.dirname, "../../resources/samples");
/** What tensorflowjs_converter 4.22 wrote (see export.py there). */
const exported = join(import.meta.dirname, "../../test-support/graph-models");

let opened: TestImports;
let work: string;
let engine: ProcessEngine;
let imports: ModelImports;
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  opened = openImports();
  ({ folder: work, engine, imports } = opened);
});
afterAll(() => opened.close());

const differenceOf = (notes: readonly string[]) => Number(/within (\S+)\.$/.exec(notes.at(-1)!)?.[1]);

/** The model by TensorFlow.js itself, its files read here: its own reader wants a web server. */
async function byTensorFlow(folder: string): Promise<tf.io.IOHandler> {
  const saved = JSON.parse(readFileSync(join(folder, "model.json"), "utf8")) as SavedGraph;
  const [group] = saved.weightsManifest;
  const shards = group!.paths.map((path) => readFileSync(join(folder, path)));
  return Promise.resolve({
    load: () =>
      Promise.resolve({
        modelTopology: saved.modelTopology,
        signature: saved.signature,
        weightSpecs: group!.weights,
        weightData: new Uint8Array(Buffer.concat(shards)).buffer,
      }),
  });
}

describe("a GraphModel that tensorflowjs_converter wrote", () => {
  const file = join(samples, "nuclei/ihc.png");

  test.each([
    { name: "unet", input: "float32", output: { activation: "softmax", activated: true }, segments: 2 },
    { name: "labels", input: "uint8", output: { activation: "none" }, segments: 3 },
  ])("($name) segments a picture as TensorFlow.js itself does", async ({ name, input, output, segments }) => {
    const { id, card, inputs, notes } = await imports.begin(join(exported, name, "model.json"));
    expect(inputs[0]!.type).toBe(`${input} 1 × rows × columns × 3`);
    expect(card).toMatchObject({
      input: { layout: "NHWC", channels: 3, size: { kind: "multiple-of" }, intensity: { divisor: 1 } },
      output,
      source: { file: "model.json", producer: "TensorFlow.js, 2.21.0" },
    });
    expect(card.output.segments).toHaveLength(segments);
    expect(differenceOf(notes)).toBeLessThan(1e-4);
    const stored = await imports.finish(id, card);

    const { labelMap } = await engine.segment({
      model: { folder: stored.folder },
      frame: { file, frame: 0 },
    });
    const { pixels, rows, columns } = await (await openImage(file)).readFrame(0);
    const shape: [number, number, number, number] = [1, rows, columns, 3];
    const picture = tf.tensor(Float32Array.from(pixels as ArrayLike<number>), shape);
    const network = await loadGraphModel(await byTensorFlow(join(exported, name)));
    const result = network.execute(input === "uint8" ? tf.cast(picture, "int32") : picture) as tf.Tensor;
    const wanted = (name === "unet" ? tf.argMax(result, 3) : result).dataSync();
    expect(labelMap.length).toBe(wanted.length);
    const equal = labelMap.reduce((sum, label, i) => sum + (label === wanted[i] ? 1 : 0), 0);
    // Scores that are equal but for the last digit may fall to either side.
    expect(equal / wanted.length).toBeGreaterThan(0.9995);
    expect(new Set(labelMap).size).toBeGreaterThan(1);
  });
});

const one = ints(1, 1, 1, 1);
const plainWindow = { strides: one, dilations: one, padding: text("SAME") };

/** Every operation that is converted, on a picture after a convolution and on the input itself. */
function everyOperation(): GraphByHand {
  const g = new GraphByHand();
  const input = g.picture(-1, 12, 20, 3);
  const conv = (from: string, channels: number, attr = {}) =>
    g.add("Conv2D", [from, g.random(3, 3, channels, 4)], { ...plainWindow, ...attr });
  const a = conv(input, 3);
  const b = conv(input, 3);
  const positive = g.add("Add", [g.add("Abs", [a]), g.scalar(0.5, "float32")]);
  const four = g.random(4);
  // Of each element by itself.
  for (const op of [
    "Identity StopGradient Snapshot Relu Relu6 Elu Selu Sigmoid Tanh Softplus Exp Neg Abs Floor Ceil",
    "Round Sign Sin Cos Erf Square LeakyRelu Softmax LogSoftmax",
  ].flatMap((names) => names.split(" "))) {
    g.output(g.add(op, [a], { alpha: float(0.3) }), g.add(op, [input], { alpha: float(0.3) }));
  }
  for (const op of ["Log", "Sqrt", "Rsqrt", "Reciprocal"]) g.output(g.add(op, [positive]));
  for (const op of "Add AddV2 Sub Mul RealDiv Maximum Minimum SquaredDifference FloorDiv".split(" ")) {
    const below = op === "RealDiv" || op === "FloorDiv" ? positive : b;
    g.output(g.add(op, [a, below]), g.add(op, [a, four]), g.add(op, [input, g.random(1, 12, 1, 3)]));
    g.output(g.add(op, [g.scalar(2, "float32"), below]), g.add(op, [a, g.random(20, 4)]));
  }
  g.output(g.add("Div", [a, positive]), g.add("Pow", [positive, g.scalar(1.5, "float32")]));
  g.output(g.add("AddN", [a, b, a]), g.add("BiasAdd", [a, four]), g.add("BiasAdd", [input, g.random(3)]));
  g.output(g.add("ClipByValue", [a, g.scalar(-0.3, "float32"), g.scalar(0.4, "float32")]));
  g.output(g.add("Prelu", [a, four]), g.add("Prelu", [a, g.random(1, 1, 4)]));
  const comparisons = "Greater GreaterEqual Less LessEqual Equal NotEqual"
    .split(" ")
    .map((op) => g.add(op, [a, b]));
  const [greater, , less] = comparisons as [string, string, string];
  g.output(...comparisons, g.add("LogicalAnd", [greater, less]), g.add("LogicalOr", [greater, less]));
  g.output(
    g.add("LogicalNot", [greater]),
    g.add("Select", [greater, a, b]),
    g.add("SelectV2", [greater, a, four]),
  );
  const whole = g.add("Cast", [g.add("Mul", [a, g.scalar(10, "float32")])], {
    SrcT: type("DT_FLOAT"),
    DstT: type("DT_INT32"),
  });
  g.output(whole, g.add("Cast", [whole], { SrcT: type("DT_INT32"), DstT: type("DT_FLOAT") }));
  g.output(g.add("FloorMod", [whole, g.scalar(3)]), g.add("FloorDiv", [whole, g.scalar(3)]));
  for (const op of ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"]) {
    const variance = g.add("Square", [g.random(4)]);
    g.output(g.add(op, [a, four, four, four, variance], { epsilon: float(0.01), is_training: flag(false) }));
  }
  g.output(g.add("LRN", [a], { depth_radius: int(1), bias: float(1), alpha: float(0.5), beta: float(0.7) }));

  // Windows.
  const depthwise = g.random(3, 3, 4, 2);
  for (const padding of ["SAME", "VALID"]) {
    for (const stride of [1, 2, 3]) {
      const window = { strides: ints(1, stride, stride, 1), dilations: one, padding: text(padding) };
      const ksize = { ...window, ksize: ints(1, 3, 2, 1) };
      g.output(
        g.add("MaxPool", [a], ksize),
        g.add("AvgPool", [a], ksize),
        g.add("Conv2D", [a, g.random(2, 5, 4, 3)], window),
      );
      g.output(
        g.add("DepthwiseConv2dNative", [a, depthwise], window),
        g.add("DepthwiseConv2d", [a, depthwise], window),
      );
    }
  }
  g.output(conv(a, 4, { dilations: ints(1, 2, 3, 1) }));
  const explicit = { padding: text("EXPLICIT"), explicit_paddings: ints(0, 0, 1, 2, 0, 3, 0, 0) };
  g.output(conv(a, 4, explicit));
  for (const [i, activation] of [
    "Relu",
    "Relu6",
    "Elu",
    "Sigmoid",
    "LeakyRelu",
    "Prelu",
    undefined,
  ].entries()) {
    const attr = {
      ...plainWindow,
      fused_ops: texts("BiasAdd", ...(activation === undefined ? [] : [activation])),
      num_args: int(activation === "Prelu" ? 2 : 1),
      leakyrelu_alpha: float(0.3),
    };
    const more = activation === "Prelu" ? [g.random(4)] : [];
    g.output(
      g.add(
        "_FusedConv2D",
        [a, g.random(3, 3, 4, 4), i === 0 ? g.scalar(2, "float32") : four, ...more],
        attr,
      ),
    );
    // TensorFlow.js itself forgets the slope here and gives not-a-number.
    if (activation === "LeakyRelu") continue;
    g.output(g.add("FusedDepthwiseConv2dNative", [a, g.random(3, 3, 4, 1), four, ...more], attr));
  }
  const enlarged: [string, number, number][] = [
    ["SAME", 24, 40],
    ["SAME", 23, 39],
    ["VALID", 25, 41],
  ];
  for (const [padding, rows, columns] of enlarged) {
    const window = { strides: ints(1, 2, 2, 1), padding: text(padding) };
    g.output(g.add("Conv2DBackpropInput", [g.whole(1, rows, columns, 5), g.random(3, 3, 5, 4), a], window));
  }
  const block = g.whole(2, 2);
  const spread = g.add("SpaceToBatchND", [a, block, g.pairs([2, 2], [2, 2])]);
  const inside = g.add("Conv2D", [spread, g.random(3, 3, 4, 4)], { ...plainWindow, padding: text("VALID") });
  g.output(g.add("BatchToSpaceND", [inside, block, g.pairs([0, 0], [0, 0])]));

  // Sizes.
  const shape = g.add("Shape", [a]);
  const axis = g.whole(1);
  const picked = { shrink_axis_mask: int(1) };
  const rows = g.add("StridedSlice", [shape, g.whole(1), g.whole(2), g.whole(1)], picked);
  const columns = g.add("StridedSlice", [shape, g.whole(2), g.whole(3), g.whole(1)], picked);
  const half = g.add("FloorDiv", [rows, g.scalar(2)]);
  g.output(
    shape,
    g.add("Reshape", [a, g.add("Pack", [g.scalar(1), half, columns, g.scalar(8)], { axis: int(0) })]),
  );
  for (const op of ["ResizeBilinear", "ResizeNearestNeighbor"]) {
    for (const [i, settings] of [
      {},
      { align_corners: flag(true) },
      { half_pixel_centers: flag(true) },
    ].entries()) {
      const size = [g.whole(24, 40), g.whole(17, 31), g.whole(36, 20)][i]!;
      g.output(g.add(op, [a, size], settings), g.add(op, [whole, size], settings));
    }
  }
  const pooled = g.add("Mean", [a, g.whole(1, 2)], { keep_dims: flag(false) });
  const wide = g.add("ExpandDims", [g.add("ExpandDims", [pooled, g.scalar(1)]), g.scalar(1)]);
  g.output(
    wide,
    g.add("Squeeze", [wide], { squeeze_dims: ints(1, 2) }),
    g.add("Pack", [a, b], { axis: int(1) }),
  );
  for (const op of ["Mean", "Sum", "Max", "Min", "Prod"]) {
    // A product of so many overflows.
    const from = op === "Prod" ? g.add("Tanh", [a]) : a;
    for (const keeps of [true, false]) {
      const settings = { keep_dims: flag(keeps) };
      g.output(
        g.add(op, [from, g.whole(1, 2)], settings),
        g.add(op, [a, g.whole(-1)], settings),
        g.add(op, [input, axis], settings),
      );
    }
  }
  for (const op of ["ArgMax", "ArgMin"])
    g.output(g.add(op, [a, g.scalar(3)]), g.add(op, [input, g.scalar(1)]));

  // Parts.
  g.output(
    g.add("ConcatV2", [a, input, g.scalar(3)]),
    g.add("ConcatV2", [input, input, g.scalar(1)]),
    g.add("ConcatV2", [a, b, g.scalar(-2)]),
  );
  const masks = { begin_mask: int(0b1000), end_mask: int(0b1010), ellipsis_mask: int(0b0001) };
  g.output(g.add("StridedSlice", [a, g.whole(0, 2, 1, 0), g.whole(0, 9, 9, 0), g.whole(1, 3, 2, 1)], masks));
  g.output(
    g.add("StridedSlice", [a, g.whole(0, 0, -1), g.whole(1, 0, 0), g.whole(1, 1, 1)], {
      new_axis_mask: int(0b010),
      shrink_axis_mask: int(0b101),
    }),
  );
  g.output(g.add("Slice", [a, g.whole(0, 1, 2, 0), g.whole(-1, 5, -1, 3)]));
  const split = g.add("Split", [g.scalar(3), a], { num_split: int(2) });
  const splitV = g.add("SplitV", [a, g.whole(1, -1), g.scalar(3)], { num_split: int(2) });
  const unpacked = g.add("Unpack", [a], { axis: int(3), num: int(4) });
  g.output(split, `${split}:1`, splitV, `${splitV}:1`, unpacked, `${unpacked}:3`);
  g.output(
    g.add("Relu", [`${split}:1`]),
    g.add("MaxPool", [`${splitV}:1`], { ...plainWindow, ksize: ints(1, 2, 2, 1) }),
  );
  g.output(g.add("GatherV2", [a, g.whole(2, 0), g.scalar(3)]), g.add("Gather", [input, g.whole(0)]));
  const planes = g.add("Transpose", [a, g.whole(0, 3, 1, 2)]);
  g.output(
    planes,
    conv(g.add("Transpose", [planes, g.whole(0, 2, 3, 1)]), 4),
    g.add("Transpose", [input, g.whole(0, 2, 1, 3)]),
  );
  const around = g.pairs([0, 0], [1, 2], [3, 0], [0, 0]);
  g.output(g.add("Pad", [a, around]), g.add("PadV2", [a, around, g.scalar(0.7, "float32")]));
  g.output(g.add("MirrorPad", [a, around], { mode: text("REFLECT") }), g.add("Pad", [input, around]));
  g.output(
    g.add("Tile", [a, g.whole(1, 2, 1, 3)]),
    g.add("DepthToSpace", [a], { block_size: int(2), data_format: text("NHWC") }),
  );
  g.output(
    g.add("MatMul", [pooled, g.random(4, 5)]),
    g.add("MatMul", [pooled, g.random(5, 4)], { transpose_b: flag(true) }),
  );
  g.output(
    g.add("_FusedMatMul", [pooled, g.random(4, 5), g.random(5)], {
      fused_ops: texts("BiasAdd", "Relu"),
      num_args: int(1),
    }),
  );
  for (const op of ["BatchMatMul", "BatchMatMulV2"]) g.output(g.add(op, [a, b], { adj_y: flag(true) }));
  return g;
}

describe("a GraphModel written by hand", () => {
  test("of every operation gives what TensorFlow.js gives", async () => {
    const graph = everyOperation();
    const used = new Set(graph.nodes.map(({ op }) => op));
    expect(operationKinds.filter((kind) => !used.has(kind))).toEqual([]);
    const { id, outputs, notes } = await imports.begin(
      graph.save(mkdtempSync(join(work, "every-operation-"))),
    );
    expect(outputs.length).toBe(Object.keys(graph.outputs).length);
    expect(differenceOf(notes)).toBeLessThan(1e-5);
    await imports.drop(id);
  });
});

describe("a GraphModel is refused", () => {
  let count = 0;
  const refused = async (change: (saved: SavedGraph) => void, from = "unet") => {
    const folder = join(work, `refused-${++count}`);
    cpSync(join(exported, from), folder, { recursive: true });
    const file = join(folder, "model.json");
    const saved = JSON.parse(readFileSync(file, "utf8")) as SavedGraph;
    change(saved);
    writeFileSync(file, JSON.stringify(saved));
    const thrown = await imports.begin(file).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ file });
    return thrown as { code: string; message: string };
  };
  const find = ({ modelTopology }: SavedGraph, op: string) =>
    modelTopology.node.find((node) => node.op === op)!;

  test("that has an operation which is not known, by its name", async () => {
    const { code, message } = await refused((saved) => {
      Object.assign(find(saved, "Softmax"), { op: "TopKV2", name: "Identity_1" });
      find(saved, "Identity").input = ["Identity_1"];
    });
    expect(code).toBe("TFJS_OPERATION");
    expect(message).toMatch(
      /^The operation "Identity_1" \(TopKV2\) is of a kind that is not known \(known: Conv2D, /,
    );
  });

  test.each([
    [
      "whose operation waits for itself",
      (saved: SavedGraph) => (find(saved, "MaxPool").input = [find(saved, "Softmax").name]),
    ],
    ["that takes what is not there", (saved: SavedGraph) => (find(saved, "MaxPool").input = ["nothing"])],
    [
      "that takes a result which its operation has not",
      (saved: SavedGraph) => (find(saved, "MaxPool").input = [`${find(saved, "MaxPool").input![0]}:7`]),
    ],
    [
      "with two operations of one name",
      (saved: SavedGraph) => saved.modelTopology.node.push(find(saved, "MaxPool")),
    ],
    ["without operations", (saved: SavedGraph) => (saved.modelTopology.node = [])],
    ["whose node is no node", (saved: SavedGraph) => (saved.modelTopology.node = [3 as never])],
  ])("%s", async (_, change) => {
    expect((await refused(change)).code).toBe("TFJS_DAMAGED");
  });

  test("whose constant is not among the weights", async () => {
    const { code, message } = await refused((saved) => {
      find(saved, "Const").name += "_gone";
      for (const node of saved.modelTopology.node) {
        node.input = node.input?.map((name) =>
          name === find(saved, "Const").name.slice(0, -5) ? `${name}_gone` : name,
        );
      }
    });
    expect(code).toBe("TFJS_OPERATION");
    expect(message).toMatch(/_gone" \(Const\) is missing in the list of weights/);
  });

  test("with attributes that make no sense", async () => {
    for (const strides of [ints(2, 1, 1, 1), ints(1, 0, 1, 1), ints(), { list: { i: "1" } }, 3 as never]) {
      const { code } = await refused((saved) => {
        find(saved, "MaxPool").attr!.strides = strides;
      });
      expect(code).toBe("TFJS_OPERATION");
    }
  });
});
