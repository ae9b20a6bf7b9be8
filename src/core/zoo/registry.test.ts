import { expect, test } from "vitest";
import { zooEntry } from "./registry";

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
