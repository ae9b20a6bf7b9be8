import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../onnx/builder";
import type { Value } from "../onnx/graph-assembly";
import type { Dimension, GraphNode, Model } from "../onnx/graph";
import { proposeModelCard } from "./propose";

const file = { name: "retina_vessels-v2.onnx", sha256: "0".repeat(64), bytes: 1 };

interface Network {
  input?: readonly Dimension[];
  /** From what the last convolution gives to the outputs. */
  head?: (net: GraphBuilder, scores: Value) => void;
  channels?: number;
  change?: (model: Model) => void;
}

/** A network of two convolutions around a pooling and an enlargement, with the ends that a test asks for. */
function network({ input = ["n", 1, "h", "w"], head, channels = 2, change }: Network = {}): Model {
  const net = new GraphBuilder("net", { seed: 1 });
  const image = net.input("image", input);
  const features = net.maxPool(net.relu(net.conv("a", image, { channels: 4, kernel: 3, padding: "same" })), {
    kernel: 2,
  });
  const scores = net.conv("b", net.resize(features, { scale: 2, mode: "nearest" }), { channels, kernel: 1 });
  if (head === undefined) net.output("output", scores);
  else head(net, scores);
  const model: Model = {
    graph: net.build(),
    operatorSets: { "": 17 },
    producer: "pytorch",
    description: "",
    metadata: {},
  };
  change?.(model);
  return model;
}

/** Puts a Transpose before the network, as NHWC exports have it. */
function channelsLast({ graph }: Model, shape: readonly Dimension[]): void {
  const [image] = graph.inputs;
  const moved = `${image!.name}/nchw`;
  for (const node of graph.nodes)
    node.inputs = node.inputs.map((name) => (name === image!.name ? moved : name));
  const node: GraphNode = {
    name: "transpose",
    operator: "Transpose",
    domain: "",
    inputs: [image!.name],
    outputs: [moved],
    attributes: { perm: { kind: "ints", value: [0, 3, 1, 2] } },
  };
  graph.nodes.unshift(node);
  graph.inputs[0] = { ...image!, shape };
}

const propose = (about?: Network) => proposeModelCard(network(about), file);
const codeOf = (about: Network): string => {
  try {
    propose(about);
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
  return "accepted";
};

test("a network of free size is padded to a multiple of its coarsest feature map", () => {
  const { card } = propose();
  expect(card.input).toEqual({
    name: "image",
    channels: 1,
    size: { kind: "multiple-of", multiple: 2 },
    intensity: { kind: "percentile", low: 1, high: 99 },
    layout: "NCHW",
    suits: { modalities: [], colour: "either" },
  });
  expect(card.output).toEqual({
    name: "output",
    layout: "NCHW",
    activation: "softmax",
    segments: [{ value: 1, label: "Foreground", colour: "#E69F00" }],
  });
  expect([card.id, card.name, card.schemaVersion]).toEqual(["retina-vessels-v2", "Retina vessels v2", 2]);
});

test("a network of fixed size gets whole slices, or tiles", () => {
  const { card, sizes } = propose({ input: [1, 3, 64, 96] });
  expect(card.input.size).toEqual({ kind: "fit", rows: 64, columns: 96 });
  expect(sizes.map(({ size }) => size.kind)).toEqual(["fit", "tiles"]);
});

test.each([
  { shape: ["n", "h", "w", 3], size: "multiple-of" },
  { shape: [1, 64, 96, 3], size: "fit" },
  // Nothing but the transposition says where the channels are.
  { shape: [undefined, undefined, undefined, undefined], size: "multiple-of" },
])("channels that come last are seen: $shape", ({ shape, size }) => {
  const { input } = propose({
    input: ["n", 3, "h", "w"],
    change: (model) => channelsLast(model, shape),
  }).card;
  expect([input.layout, input.channels, input.size.kind]).toEqual(["NHWC", 3, size]);
});

describe("what the output is", () => {
  const outputOf = (about: Network) => {
    const { activation, activated, segments } = propose(about).card.output;
    return { activation, activated, segments: segments.length };
  };

  test.each<[string, Network, ReturnType<typeof outputOf>]>([
    ["scores of five classes", { channels: 5 }, { activation: "softmax", activated: undefined, segments: 4 }],
    ["scores of one channel", { channels: 1 }, { activation: "sigmoid", activated: undefined, segments: 1 }],
    [
      "softmax inside",
      { channels: 3, head: (net, scores) => net.output("p", net.softmax(scores)) },
      { activation: "softmax", activated: true, segments: 2 },
    ],
    [
      "sigmoid inside, several segments at once",
      { channels: 3, head: (net, scores) => net.output("p", net.sigmoid(scores)) },
      { activation: "sigmoid", activated: true, segments: 3 },
    ],
    [
      "the decision inside",
      { channels: 4, head: (net, scores) => net.output("labels", net.argMax(scores)) },
      { activation: "none", activated: undefined, segments: 3 },
    ],
  ])("%s", (_name, about, expected) => expect(outputOf(about)).toEqual(expected));

  test("an output of half the size is enlarged by two, and the finer of two outputs is preferred", () => {
    const half = (net: GraphBuilder, scores: Value) => net.output("half", net.maxPool(scores, { kernel: 2 }));
    expect(propose({ head: half }).card.output.reduction).toBe(2);
    const both = propose({
      head: (net, scores) => {
        half(net, scores);
        net.output("whole", scores);
      },
    });
    expect(both.outputChoices.map(({ name }) => name)).toEqual(["whole", "half"]);
  });
});

describe("names of segments", () => {
  const labels = (metadata: Record<string, string>, about: Network = { channels: 3 }) =>
    propose({ ...about, change: (model) => void (model.metadata = metadata) }).card.output.segments.map(
      ({ label }) => label,
    );

  test.each([
    [{ classes: '["background", "left_ventricle", "myocardium"]' }],
    [{ names: "{0: 'background', 1: 'left ventricle', 2: 'myocardium'}" }],
    [{ labels: "left ventricle, myocardium" }],
  ])("come from the metadata: %j", (metadata) => {
    expect(labels(metadata)).toEqual(["Left ventricle", "Myocardium"]);
  });

  test("come from the output's name where it means something, else from nowhere", () => {
    const named = (name: string): Network => ({
      channels: 1,
      head: (net, scores) => net.output(name, scores),
    });
    expect(labels({}, named("optic_disc"))).toEqual(["Optic disc"]);
    expect(labels({}, named("conv2d_23"))).toEqual(["Foreground"]);
    expect(labels({ classes: "one" })).toEqual(["Segment 1", "Segment 2"]);
  });
});

test("mean and deviation of the metadata come before what is usual", () => {
  const stated = propose({
    input: ["n", 3, "h", "w"],
    change: (model) => void (model.metadata = { mean: "[0.5, 0.4, 0.3]", std: "[0.2, 0.2, 0.1]" }),
  });
  expect(stated.card.input.intensity).toEqual({
    kind: "0-255",
    divisor: 255,
    mean: [0.5, 0.4, 0.3],
    std: [0.2, 0.2, 0.1],
  });
  expect(new Set(stated.intensities.map(({ id }) => id)).size).toBe(stated.intensities.length);
});

test("bytes as input are given as they are shown", () => {
  const { card, intensities } = propose({
    change: ({ graph }) => void (graph.inputs[0] = { ...graph.inputs[0]!, elementType: "uint8" }),
  });
  expect(card.input).toMatchObject({ elementType: "uint8", intensity: { kind: "0-255", divisor: 1 } });
  expect(intensities.length).toBe(1);
});

describe("is refused", () => {
  const withInput = (shape: readonly Dimension[], elementType: "float32" | "int64" = "float32"): Network => ({
    change: ({ graph }) => void (graph.inputs[0] = { name: "image", elementType, shape }),
  });
  const oddNode = (domain: string): Network => ({
    change: ({ graph }) => void (graph.nodes[0] = { ...graph.nodes[0]!, domain }),
  });

  test.each<[string, Network, string]>([
    [
      "a network for opset 8",
      { change: (model) => void (model.operatorSets = { "": 8 }) },
      "MODEL_OPERATOR_SET",
    ],
    [
      "a network for opset 27",
      { change: (model) => void (model.operatorSets = { "": 27 }) },
      "MODEL_OPERATOR_SET",
    ],
    ["one without a version", { change: (model) => void (model.operatorSets = {}) }, "MODEL_OPERATOR_SET"],
    ["an operator of its own", oddNode("com.example"), "MODEL_CUSTOM_OPERATOR"],
    [
      "an operator of its own inside a branch",
      {
        change: ({ graph }) => {
          const inner = { ...graph, nodes: [{ ...graph.nodes[0]!, domain: "com.example", attributes: {} }] };
          graph.nodes[0]!.attributes.then_branch = { kind: "graph", value: inner };
        },
      },
      "MODEL_CUSTOM_OPERATOR",
    ],
    ["text", withInput(["n", 128], "int64"), "MODEL_NOT_FOR_IMAGES"],
    ["a volume", withInput(["n", 1, 32, 64, 64]), "MODEL_NOT_FOR_IMAGES"],
    [
      "two inputs",
      {
        change: ({ graph }) =>
          void graph.inputs.push({ name: "points", elementType: "float32", shape: [1, 2] }),
      },
      "MODEL_NOT_FOR_IMAGES",
    ],
    ["four channels", { input: ["n", 4, "h", "w"] }, "MODEL_CHANNELS"],
    ["a fixed batch of eight", { input: [8, 1, "h", "w"] }, "MODEL_BATCH"],
    ["an input of 64-bit integers", withInput(["n", 1, "h", "w"], "int64"), "MODEL_INPUT_TYPE"],
    ["an input of a million pixels a side", { input: [1, 1, 1_000_000, 1_000_000] }, "MODEL_TOO_LARGE"],
    [
      "a value inside that no memory holds",
      { head: (net, scores) => net.output("huge", net.resize(scores, { scale: 4096, mode: "nearest" })) },
      "MODEL_TOO_LARGE",
    ],
    [
      "a classifier",
      {
        input: [1, 3, 64, 64],
        head: (net, scores) => net.output("y", net.flatten(net.globalAveragePool(scores))),
      },
      "MODEL_NO_SEGMENTATION",
    ],
    ["more classes than a label map has values", { channels: 300 }, "MODEL_NO_SEGMENTATION"],
  ])("%s", (_name, about, code) => expect(codeOf(about)).toBe(code));

  test("a classifier is called one", () => {
    expect(() =>
      propose({
        input: [1, 3, 64, 64],
        head: (net, scores) => net.output("y", net.globalAveragePool(scores)),
      }),
    ).toThrow(/classifies whole pictures/);
  });
});
