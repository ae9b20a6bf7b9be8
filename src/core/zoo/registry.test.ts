import { expect, test } from "vitest";
import { GraphBuilder } from "../onnx/builder";
import { encoderIds, encoders, type EncoderId } from "./encoders";
import { zooEntry } from "./registry";
import { decoderIds, segmentationNetwork, type DecoderId } from "./segmentation";

const small = { inputChannels: 1, classes: 3, rows: 64, columns: 96, width: 0.25, seed: 0 };

test.each(encoderIds)("%s gives maps of exactly the size that their strides say", (id) => {
  const net = new GraphBuilder(id);
  const image = net.input("input", ["batch", 1, 64, 96]);
  const maps = encoders[id].encoder(net.scope("encoder"), image, { width: 0.25 });
  expect(
    maps.map(({ value, stride }) => value.shape.slice(2).map((size) => (size as number) * stride)),
  ).toEqual(maps.map(() => [64, 96]));
  expect(maps.map(({ stride }) => stride)).toEqual(maps.map((_map, index) => maps[0]!.stride * 2 ** index));
});

test.each(encoderIds.flatMap((encoder) => decoderIds.map((decoder) => [encoder, decoder] as const)))(
  "%s with the decoder %s labels every pixel, at a width of its own and with no node unused",
  (encoder, decoder) => {
    const graph = segmentationNetwork({ ...small, encoder, decoder });
    expect(graph.outputs).toEqual([{ name: "logits", elementType: "float32", shape: ["batch", 3, 64, 96] }]);
    const used = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), "logits"]);
    expect(graph.nodes.filter(({ outputs }) => !used.has(outputs[0]!))).toEqual([]);
  },
);

test("an encoder, a decoder or a width that cannot be is refused, with what can", () => {
  const refused = (options: object) => () =>
    segmentationNetwork({ ...small, encoder: "unet", decoder: "unet", ...options });
  expect(refused({ encoder: "resnet19" as EncoderId })).toThrow(
    expect.objectContaining({ code: "ZOO_UNKNOWN", hint: `Known: ${encoderIds.join(", ")}.` }),
  );
  expect(refused({ decoder: "toString" as DecoderId })).toThrow(
    expect.objectContaining({ code: "ZOO_UNKNOWN", hint: "Known: unet, fcn, no-skips." }),
  );
  expect(refused({ width: 0 })).toThrow(expect.objectContaining({ code: "ZOO_WIDTH" }));
});

test("a ResNet-18 U-Net gives logits of the image's own size at any width", () => {
  const graph = zooEntry("resnet18-unet").build({
    width: 0.5,
    classes: 3,
    inputChannels: 3,
    rows: 64,
    columns: 96,
  });
  expect(graph.inputs).toEqual([{ name: "input", elementType: "float32", shape: ["batch", 3, 64, 96] }]);
  expect(graph.outputs).toEqual([{ name: "logits", elementType: "float32", shape: ["batch", 3, 64, 96] }]);
});

test("a U-Net can be built for images of any size", () => {
  const graph = zooEntry("unet").build({ width: 0.25, rows: "rows", columns: "columns" });
  expect(graph.inputs[0]!.shape).toEqual(["batch", 1, "rows", "columns"]);
  expect(graph.outputs[0]!.shape).toEqual(["batch", 2, "rows", "columns"]);
});

test("an unknown architecture is refused with the names that are known", () => {
  expect(() => zooEntry("resnet19-unet")).toThrow(
    expect.objectContaining({
      code: "ZOO_UNKNOWN",
      hint: expect.stringContaining("resnet18-unet") as string,
    }),
  );
});
