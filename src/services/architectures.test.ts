import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countParameters } from "../core/onnx/measure";
import { readModel } from "../core/onnx/read";
import { describeArchitecture, describeArchitectures } from "./architectures";
import { ModelStore } from "./models";

test("the zoo's figures are the sums of its layers'", () => {
  for (const { id, parameters, multiplyAdds } of describeArchitectures()) {
    const { layers } = describeArchitecture(id);
    const sum = (count: (layer: (typeof layers)[number]) => number) =>
      layers.reduce((total, layer) => total + count(layer), 0);
    expect({ id, parameters, multiplyAdds }).toEqual({
      id,
      parameters: sum((layer) => layer.parameters),
      multiplyAdds: sum((layer) => layer.multiplyAdds ?? NaN),
    });
  }
});

test("U-Net has the 23 convolutional layers of its paper", () => {
  expect(describeArchitecture("unet").weightedLayers).toBe(23);
});

test("a width, a size and other channels are those of the network that is described", () => {
  const { layers, options } = describeArchitecture("unet", {
    width: 0.25,
    rows: 96,
    columns: 64,
    inputChannels: 3,
    classes: 5,
  });
  expect(options).toEqual({ width: 0.25, rows: 96, columns: 64, inputChannels: 3, classes: 5 });
  expect(layers[0]!.outputs[0]!.shape).toEqual([1, 16, 96, 64]);
  expect(layers.at(-1)!.outputs[0]!.shape).toEqual([1, 5, 96, 64]);
});

test("an image that does not fit is refused with what would", () => {
  expect(() => describeArchitecture("unet", { rows: 130, columns: 130 })).toThrow(
    expect.objectContaining({ code: "ZOO_SIZE" }),
  );
});

test("a bundled model's file, read back, has the parameters of its card", async () => {
  const { models } = await new ModelStore().list();
  const bundled = models.filter((model) => model.bundled);
  expect(bundled.length).toBeGreaterThan(0);
  for (const { card, folder } of bundled) {
    const { graph } = readModel(readFileSync(join(folder, card.weights.file)));
    // Batch normalisation is folded into the convolutions: a bias each, in place of a scale and a shift.
    const share = countParameters(graph) / card.architecture.parameters;
    expect([card.id, share > 0.99 && share <= 1]).toEqual([card.id, true]);
  }
});
