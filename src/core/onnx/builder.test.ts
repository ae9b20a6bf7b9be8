import { expect, test } from "vitest";
import { GraphBuilder } from "./builder";
import { numbersOf } from "./tensor";

function tinyNet() {
  const net = new GraphBuilder("tiny", { seed: 1 });
  const image = net.input("input", ["batch", 1, 9, 12]);
  const stem = net.scope("stem");
  const features = stem.relu(
    stem.batchNorm("bn", stem.conv("conv", image, { channels: 4, kernel: 3, padding: "same", bias: false })),
  );
  const pooled = net.maxPool(features, { kernel: 2 });
  const up = net.convTranspose("up", pooled, { channels: 4, kernel: 2, stride: 2 });
  const skip = net.crop(features, { rows: 8, columns: 12 });
  net.output("logits", net.conv("head", net.concat([up, skip]), { channels: 2, kernel: 1 }));
  return net.build();
}

test("layers are named by their scope, and every one knows its inputs", () => {
  expect(tinyNet().nodes.map((node) => [node.name, node.operator, node.inputs, node.outputs])).toEqual([
    ["stem/conv", "Conv", ["input", "stem/conv/weight"], ["stem/conv"]],
    [
      "stem/bn",
      "BatchNormalization",
      ["stem/conv", "stem/bn/weight", "stem/bn/bias", "stem/bn/running_mean", "stem/bn/running_var"],
      ["stem/bn"],
    ],
    ["stem/relu", "Relu", ["stem/bn"], ["stem/relu"]],
    ["maxpool", "MaxPool", ["stem/relu"], ["maxpool"]],
    ["up", "ConvTranspose", ["maxpool", "up/weight", "up/bias"], ["up"]],
    ["crop", "Slice", ["stem/relu", "crop/starts", "crop/ends", "crop/axes"], ["crop"]],
    ["concat", "Concat", ["up", "crop"], ["concat"]],
    ["head", "Conv", ["concat", "head/weight", "head/bias"], ["logits"]],
  ]);
});

test("an output keeps the symbol of the batch and has the sizes that follow from the input's", () => {
  expect(tinyNet().outputs).toEqual([{ name: "logits", elementType: "float32", shape: ["batch", 2, 8, 12] }]);
});

test("a layer whose inputs do not fit is refused where it is built, by name", () => {
  const net = new GraphBuilder("odd");
  const a = net.input("a", [1, 3, 8, 8]);
  const b = net.maxPool(a, { kernel: 2 });
  expect(() => net.concat([a, b])).toThrow(
    expect.objectContaining({
      code: "ONNX_SHAPE",
      message: 'The shapes at Concat "concat" do not fit: 8 and 4 on axis 2.',
    }),
  );
});

test("a second layer of the same name is refused", () => {
  const net = new GraphBuilder("twice");
  const image = net.input("input", [1, 1, 8, 8]);
  net.conv("conv", image, { channels: 1, kernel: 1 });
  expect(() => net.conv("conv", image, { channels: 1, kernel: 1 })).toThrow(
    expect.objectContaining({ code: "ONNX_NAME_TAKEN" }),
  );
});

test("weights depend on the seed and the layer's name alone", () => {
  const weights = (seed: number, extraLayer: boolean) => {
    const net = new GraphBuilder("seeded", { seed });
    const image = net.input("input", [1, 1, 8, 8]);
    if (extraLayer) net.conv("extra", image, { channels: 2, kernel: 3 });
    net.conv("conv", image, { channels: 8, kernel: 3 });
    return numbersOf(net.build().initializers.get("conv/weight")!);
  };
  expect(weights(7, true)).toEqual(weights(7, false));
  expect(weights(8, false)).not.toEqual(weights(7, false));
});
