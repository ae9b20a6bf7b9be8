import { expect, test } from "vitest";
import { describeNodes } from "../onnx/describe";
import { countMultiplyAdds, countParameters } from "../onnx/measure";
import { encoderIds } from "./encoders";
import { zoo, zooEntry } from "./registry";
import { decoderIds } from "./segmentation";

const at224 = { rows: 224, columns: 224 };

/** A network's size as somebody else says it is. */
interface PublishedSize {
  id: string;
  parameters: number;
  /** In thousands of millions, at 224 x 224; undefined where nobody gives them. */
  gigaMultiplyAdds?: number;
  source: string;
}

const torchvision = "torchvision's documentation of its weights: num_params and GFLOPS";
const caffe = "BVLC Caffe's model zoo, counted layer by layer by Netscope";
const sze = "Sze et al. 2017, Efficient Processing of Deep Neural Networks, table II";
/** VGG-16's convolutions, and fc6 and fc7 as such; then the scores, and the transposed convolutions without bias. */
const fcnTrunk = 14_714_688 + (7 * 7 * 512 * 4096 + 4096) + (4096 * 4096 + 4096) + (4096 * 21 + 21);
const shelhamer = "the layers of fcn.berkeleyvision.org's prototxt files, summed here";
/** Of ResNet-18 and -34: three 1x1 convolutions and their batch normalisations. */
const projections = 64 * 128 + 128 * 256 + 256 * 512 + 2 * (128 + 256 + 512);
const he = "torchvision's ResNet without its projections, as He et al. 2016, figure 3, draw it";
const unetSource = "31,030,593 of PyTorch implementations with one class, and 65 for the second";

const publishedSizes: PublishedSize[] = [
  { id: "lenet", parameters: 61_706, source: "LeCun et al. 1998 with a full C3 and a linear output" },
  {
    id: "alexnet-two-towers",
    parameters: 60_965_224,
    gigaMultiplyAdds: 0.724,
    source: `${caffe}; ${sze}`,
  },
  { id: "alexnet", parameters: 61_100_840, gigaMultiplyAdds: 0.714, source: torchvision },
  { id: "vgg11", parameters: 132_863_336, gigaMultiplyAdds: 7.609, source: torchvision },
  { id: "vgg13", parameters: 133_047_848, gigaMultiplyAdds: 11.308, source: torchvision },
  { id: "vgg16", parameters: 138_357_544, gigaMultiplyAdds: 15.47, source: torchvision },
  { id: "vgg19", parameters: 143_667_240, gigaMultiplyAdds: 19.632, source: torchvision },
  { id: "googlenet-published", parameters: 6_998_552, source: caffe },
  { id: "googlenet-published-aux", parameters: 13_378_280, source: caffe },
  { id: "googlenet", parameters: 6_624_904, gigaMultiplyAdds: 1.498, source: torchvision },
  { id: "googlenet-aux", parameters: 13_004_888, source: "torchvision's googlenet(aux_logits=True)" },
  { id: "fcn32s", parameters: fcnTrunk + 64 ** 2 * 21 ** 2, source: shelhamer },
  { id: "fcn16s", parameters: fcnTrunk + (512 * 21 + 21) + (4 ** 2 + 32 ** 2) * 21 ** 2, source: shelhamer },
  {
    id: "fcn8s",
    parameters: fcnTrunk + (512 * 21 + 21) + (256 * 21 + 21) + (2 * 4 ** 2 + 16 ** 2) * 21 ** 2,
    source: shelhamer,
  },
  { id: "unet-published", parameters: 31_030_593 + 65, source: unetSource },
  { id: "plain18", parameters: 11_689_512 - projections, gigaMultiplyAdds: 1.8, source: he },
  { id: "plain34", parameters: 21_797_672 - projections, gigaMultiplyAdds: 3.664 - 0.019, source: he },
  { id: "resnet18", parameters: 11_689_512, gigaMultiplyAdds: 1.814, source: torchvision },
  { id: "resnet34", parameters: 21_797_672, gigaMultiplyAdds: 3.664, source: torchvision },
  { id: "resnet50", parameters: 25_557_032, gigaMultiplyAdds: 4.089, source: torchvision },
  { id: "resnet101", parameters: 44_549_160, gigaMultiplyAdds: 7.801, source: torchvision },
  { id: "densenet121", parameters: 7_978_856, gigaMultiplyAdds: 2.834, source: torchvision },
  { id: "densenet169", parameters: 14_149_480, gigaMultiplyAdds: 3.36, source: torchvision },
];

test.each(publishedSizes)("$id has $parameters parameters: $source", ({ id, parameters }) => {
  expect(countParameters(zooEntry(id).build())).toBe(parameters);
});

test.each(publishedSizes.filter(({ gigaMultiplyAdds }) => gigaMultiplyAdds !== undefined))(
  "$id takes $gigaMultiplyAdds thousand million multiply-adds at 224 x 224: $source",
  ({ id, gigaMultiplyAdds }) => {
    const counted = countMultiplyAdds(zooEntry(id).build(), at224) / 1e9;
    expect(Math.abs(counted / gigaMultiplyAdds! - 1)).toBeLessThan(0.01);
  },
);

test("every published network of the zoo is in the table above", () => {
  const combinations = new Set(
    encoderIds.flatMap((encoder) => decoderIds.map((decoder) => `${encoder}-${decoder}`)),
  );
  const ids = zoo.map(({ id }) => id).filter((id) => id !== "unet" && !combinations.has(id));
  expect(publishedSizes.map(({ id }) => id)).toEqual(ids);
});

test("a plain network is its residual one without the projections, with He et al.'s round figures", () => {
  const count = (id: string) => countMultiplyAdds(zooEntry(id).build(), at224);
  // Figure 3 and table 1.
  expect([count("plain18"), count("plain34")].map((each) => (each / 1e9).toFixed(1))).toEqual(["1.8", "3.6"]);
  const projected = 3 * 28 * 28 * 64 * 128;
  expect([count("resnet18") - count("plain18"), count("resnet34") - count("plain34")]).toEqual([
    projected,
    projected,
  ]);
});

test("GoogLeNet's modules cost what table 1 of Szegedy et al. says, in millions of multiply-adds", () => {
  const nodes = describeNodes(zooEntry("googlenet-published").build(), at224);
  const cost = (name: string) =>
    nodes.filter(({ scope }) => scope === name).reduce((sum, node) => sum + node.multiplyAdds!, 0) / 1e6;
  // Without 5a: its 54 million do not follow from its own filter counts, which give 51.
  const table = {
    "3a": 128,
    "3b": 304,
    "4a": 73,
    "4b": 88,
    "4c": 100,
    "4d": 119,
    "4e": 170,
    "5b": 71,
  };
  for (const [name, millions] of Object.entries(table)) {
    expect(Math.abs(cost(`inception${name}`) - millions), name).toBeLessThan(1);
  }
});

/** The receptive field of a node's output, in rows. */
function fieldAt(id: string, nodeName: string): unknown {
  const field = describeNodes(zooEntry(id).build()).find(({ name }) => name === nodeName)?.receptiveField;
  return field === undefined || field === "image" ? field : field.size[0];
}

test("receptive fields are those that were published", () => {
  // Long et al. 2015, table 1: FCN-VGG16 404. Araujo et al. 2019: AlexNet 195 and VGG-16 212 at the last pooling.
  expect([
    fieldAt("fcn32s", "score_fr"),
    fieldAt("alexnet", "maxpool_2"),
    fieldAt("vgg16", "maxpool_4"),
    fieldAt("vgg16", "fc6"),
  ]).toEqual([404, 195, 212, "image"]);
});

test("AlexNet's maps have the sizes of figure 2, and U-Net's those of figure 1", () => {
  const sizes = (id: string, operator: string) =>
    describeNodes(zooEntry(id).build())
      .filter((node) => node.operator === operator)
      .map(({ outputs }) => outputs[0]!.shape!.slice(1, 3));
  expect(sizes("alexnet-two-towers", "Conv")).toEqual([
    [96, 55],
    [256, 27],
    [384, 13],
    [384, 13],
    [256, 13],
  ]);
  expect(sizes("unet-published", "ConvTranspose")).toEqual([
    [512, 56],
    [256, 104],
    [128, 200],
    [64, 392],
  ]);
  expect(zooEntry("unet-published").build().outputs[0]!.shape).toEqual(["batch", 2, 388, 388]);
});

test("FCN gives scores of its image's own size at each finest stride", () => {
  for (const id of ["fcn32s", "fcn16s", "fcn8s"]) {
    const graph = zooEntry(id).build({ rows: 375, columns: 500, width: 0.125 });
    expect(graph.outputs[0]!.shape).toEqual(["batch", 21, 375, 500]);
  }
});

test("GoogLeNet with auxiliary heads has their logits as outputs of their own", () => {
  const { outputs } = zooEntry("googlenet-aux").build({ width: 0.25 });
  expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([
    ["aux1", ["batch", 1000]],
    ["aux2", ["batch", 1000]],
    ["logits", ["batch", 1000]],
  ]);
});
