import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  layers,
  type LayersModel,
  model,
  sequential,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomStream } from "../core/onnx/weights";
import type { ProcessEngine } from "../engine/process-engine";
import { openImage } from "../formats/open";
import { openImports, type TestImports } from "../../test-support/open-imports";
import type { ModelImports } from "./model-imports";

const samples = join(import.meta.dirname, "../../resources/samples");

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

/** Random weights; variances stay positive. */
function shake(network: LayersModel): LayersModel {
  const random = randomStream(network.layers.map(({ name }) => name).join());
  for (const layer of network.layers) {
    const shaken = layer.weights.map(({ shape, name }) => {
      const size = shape.reduce<number>((product, dim) => product * dim!, 1);
      const spread = 1.5 / Math.sqrt(Math.max(size / (shape.at(-1) ?? 1), 1));
      const isVariance = name.includes("variance");
      const values = Array.from({ length: size }, () =>
        isVariance ? 0.5 + random() : spread * (2 * random() - 1),
      );
      return tf.tensor(values, shape as number[]);
    });
    layer.setWeights(shaken);
  }
  return network;
}

interface SavedModel {
  format?: string;
  modelTopology: { config: { layers: { class_name: string }[] } };
  weightsManifest: { paths: string[]; weights: { quantization?: object; shape: number[] }[] }[];
}

/** Saves as the library's own file handlers do: model.json and shards of at most 2000 bytes. */
async function save(
  name: string,
  network: LayersModel,
  change: (saved: SavedModel) => void = () => undefined,
) {
  const folder = join(work, name);
  mkdirSync(folder);
  await network.save({
    save: (artifacts) => {
      const bytes = Buffer.from(artifacts.weightData as ArrayBuffer);
      const paths: string[] = [];
      for (let start = 0; start < bytes.length; start += 2000) {
        const path = `shard-${paths.length + 1}.bin`;
        writeFileSync(join(folder, path), bytes.subarray(start, start + 2000));
        paths.push(path);
      }
      const saved = {
        format: "layers-model",
        generatedBy: "TensorFlow.js tfjs-layers v4.22.0",
        modelTopology: artifacts.modelTopology,
        weightsManifest: [{ paths, weights: artifacts.weightSpecs }],
      } as unknown as SavedModel;
      change(saved);
      writeFileSync(join(folder, "model.json"), JSON.stringify(saved));
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } });
    },
  });
  return join(folder, "model.json");
}

/** A U-Net with every kind of layer that is converted. */
function everyLayer(rows: number | null, columns: number | null): LayersModel {
  const picture = input({ shape: [rows, columns, 3] as number[] });
  const apply = (layer: { apply: (from: never) => unknown }, from: SymbolicTensor | SymbolicTensor[]) =>
    layer.apply(from as never) as SymbolicTensor;
  const { conv2d, batchNormalization, activation } = layers;
  let a = apply(layers.rescaling({ scale: 1 / 255, offset: -0.2 }), picture);
  a = apply(conv2d({ filters: 6, kernelSize: 3, padding: "same", useBias: false }), a);
  a = apply(layers.leakyReLU({ alpha: 0.1 }), apply(batchNormalization({}), a));
  let b = apply(conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }), a);
  b = apply(
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same", activation: "elu" }),
    b,
  );
  b = apply(
    layers.separableConv2d({ filters: 8, kernelSize: [3, 5], padding: "same", activation: "tanh" }),
    b,
  );
  b = apply(layers.prelu({ sharedAxes: [1, 2] }), apply(layers.dropout({ rate: 0.5 }), b));
  const squeezed = apply(layers.globalAveragePooling2d({}), b);
  const gate = apply(
    layers.reshape({ targetShape: [1, 1, 8] }),
    apply(layers.dense({ units: 8, activation: "sigmoid" }), squeezed),
  );
  b = apply(layers.multiply(), [b, gate]);
  let c = apply(layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }), b);
  c = apply(layers.add(), [
    c,
    apply(layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }), b),
  ]);
  c = apply(conv2d({ filters: 8, kernelSize: 3, padding: "same", dilationRate: 2, activation: "selu" }), c);
  c = apply(
    layers.elu({ alpha: 1 }),
    apply(
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [3, 0],
        ],
      }),
      c,
    ),
  );
  c = apply(
    layers.cropping2D({
      cropping: [
        [0, 3],
        [2, 1],
      ],
    }),
    c,
  );
  let d = apply(layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" }), c);
  d = apply(layers.average(), [d, apply(layers.upSampling2d({ size: [2, 2] }), c)]);
  d = apply(layers.concatenate(), [d, b]);
  d = apply(layers.maximum(), [d, apply(activation({ activation: "softsign" }), d)]);
  let e = apply(layers.conv2dTranspose({ filters: 6, kernelSize: 3, strides: 2, padding: "same" }), d);
  e = apply(layers.add(), [
    e,
    apply(layers.conv2dTranspose({ filters: 6, kernelSize: 2, strides: 2, padding: "valid" }), d),
  ]);
  e = apply(
    layers.reLU({ maxValue: 6 }),
    apply(layers.minimum(), [e, apply(activation({ activation: "softplus" }), e)]),
  );
  e = apply(layers.concatenate(), [e, a]);
  e = apply(conv2d({ filters: 4, kernelSize: 1 }), e);
  return shake(model({ inputs: picture, outputs: apply(layers.softmax({ axis: -1 }), e) }));
}

/** The sample's own numbers, as TensorFlow.js takes them. */
async function pixelsOf(file: string): Promise<tf.Tensor> {
  const { pixels, rows, columns } = await (await openImage(file)).readFrame(0);
  return tf.tensor(Float32Array.from(pixels as ArrayLike<number>), [1, rows, columns, 3]);
}

/** Centres the scores of the last convolution, so that no class has it all. */
function balance(network: LayersModel, pixels: tf.Tensor): void {
  const head = network.layers.at(-2)!;
  const [kernel, bias] = head.getWeights();
  const means = tf.mean(tf.log(network.predict(pixels) as tf.Tensor), [0, 1, 2]);
  head.setWeights([kernel!, tf.sub(bias!, means)]);
}

describe("a LayersModel of TensorFlow.js", () => {
  test("of free size segments a picture as TensorFlow.js itself does", async () => {
    const network = everyLayer(null, null);
    const file = join(samples, "nuclei/ihc.png");
    const pixels = await pixelsOf(file);
    balance(network, pixels);
    const { id, card, notes } = await imports.begin(await save("Every layer", network));
    expect(card).toMatchObject({
      name: "Every layer",
      input: { layout: "NHWC", channels: 3, size: { kind: "multiple-of" }, intensity: { divisor: 1 } },
      output: { layout: "NHWC", activation: "softmax", activated: true },
      source: { file: "model.json", producer: "TensorFlow.js, TensorFlow.js tfjs-layers v4.22.0" },
    });
    expect(card.output.segments).toHaveLength(3);
    expect(notes.at(-1)).toMatch(/whose results it keeps to within/);
    const stored = await imports.finish(id, card);
    const { labelMap } = await engine.segment({
      model: { folder: stored.folder },
      frame: { file, frame: 0 },
    });
    const wanted = tf.argMax(network.predict(pixels) as tf.Tensor, 3).dataSync();
    const equal = labelMap.reduce((sum, label, i) => sum + (label === wanted[i] ? 1 : 0), 0);
    // Scores that are equal but for the last digit may fall to either side.
    expect(equal / wanted.length).toBeGreaterThan(0.9995);
    expect(labelMap.length).toBe(wanted.length);
    expect(new Set(labelMap)).toEqual(new Set(wanted));
    expect(new Set(labelMap).size).toBeGreaterThan(1);
  });

  test("of fixed size, whose paddings are written out, gives the same numbers", async () => {
    const { id, card, notes } = await imports.begin(await save("fixed", everyLayer(44, 60)));
    expect(card.input.size).toEqual({ kind: "fit", rows: 44, columns: 60 });
    expect(Number(/within (\S+)\.$/.exec(notes.at(-1)!)![1])).toBeLessThan(1e-4);
    await imports.drop(id);
  });

  test.each(["uint8", "uint16", "float16"] as const)(
    "with weights quantised to %s is read",
    async (dtype) => {
      const network = shake(small());
      const file = await save(`small-${dtype}`, network, (saved) => {
        const [group] = saved.weightsManifest;
        const sizes = group!.weights.map(({ shape }) => shape.reduce((product, dim) => product * dim, 1));
        const quantization = dtype === "float16" ? { dtype } : { dtype, scale: 0.001, min: -0.03 };
        group!.weights = group!.weights.map((each) => ({ ...each, quantization }));
        const width = dtype === "uint8" ? 1 : 2;
        const count = sizes.reduce((sum, size) => sum + size, 0);
        // Halves 0x3000 to 0x30ff are numbers from 0.125 on.
        const bytes = Uint8Array.from({ length: count * width }, (_, i) =>
          width === 2 && i % 2 === 1 ? (dtype === "float16" ? 0x30 : 0) : (i * 37) % 256,
        );
        group!.paths = ["quantised.bin"];
        writeFileSync(join(work, `small-${dtype}`, "quantised.bin"), bytes);
      });
      const { id, notes } = await imports.begin(file);
      expect(notes.at(-1)).toMatch(/whose results it keeps to within/);
      await imports.drop(id);
    },
  );
});

/** A sequential network. */
function small(): LayersModel {
  return sequential({
    layers: [
      layers.conv2d({
        inputShape: [16, 20, 1],
        filters: 20,
        kernelSize: 5,
        padding: "same",
        activation: "relu",
      }),
      layers.conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" }),
    ],
  });
}

describe("a model.json is refused", () => {
  let count = 0;
  const refused = async (network: LayersModel, change?: (saved: SavedModel, folder: string) => void) => {
    const name = `refused-${++count}`;
    const file = await save(name, network, (saved) => change?.(saved, join(work, name)));
    const thrown = await imports.begin(file).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ file });
    return thrown as { code: string; message: string };
  };
  const onePath = (path: string) => (saved: SavedModel) => {
    saved.weightsManifest[0]!.paths = [path];
  };

  test.each([
    { missing: ["shard-2.bin"], said: 'The shard "shard-2.bin" is missing.' },
    {
      missing: ["shard-1.bin", "shard-2.bin"],
      said: 'The shards "shard-1.bin", "shard-2.bin" are missing.',
    },
  ])("whose shards are missing, each of which is named ($missing)", async ({ missing, said }) => {
    const { code, message } = await refused(small(), (_, folder) => {
      for (const shard of missing) rmSync(join(folder, shard));
    });
    expect([code, message]).toEqual(["TFJS_SHARD", said]);
  });

  test.each([
    "../weights.bin",
    "/etc/passwd",
    "a/../../weights.bin",
    "..\\weights.bin",
    "C:\\weights.bin",
    "http://x/y",
  ])("whose shard is said to be at %s", async (path) => {
    writeFileSync(join(work, "weights.bin"), new Uint8Array(2804));
    const { code, message } = await refused(small(), onePath(path));
    expect([code, message]).toEqual([
      "TFJS_SHARD",
      `The shard "${path}" lies outside of the model's folder.`,
    ]);
  });

  test("whose shard is a link that leads elsewhere", async () => {
    writeFileSync(join(work, "secret.bin"), new Uint8Array(2804));
    const { code, message } = await refused(small(), (saved, folder) => {
      symlinkSync(join(work, "secret.bin"), join(folder, "link.bin"));
      onePath("link.bin")(saved);
    });
    expect([code, message]).toEqual([
      "TFJS_SHARD",
      `The shard "link.bin" leads outside of the model's folder.`,
    ]);
  });

  test("whose weights are cut short", async () => {
    const { code, message } = await refused(small(), (_, folder) => {
      const shard = join(folder, "shard-2.bin");
      writeFileSync(shard, readFileSync(shard).subarray(0, 100));
    });
    expect([code, message]).toEqual([
      "TFJS_SHARD",
      "The shards shard-1.bin, shard-2.bin have 2100 bytes; model.json lists weights of 2804.",
    ]);
  });

  test("whose weights are said to be larger than any memory", async () => {
    const { code } = await refused(small(), (saved) => {
      saved.weightsManifest[0]!.weights[0]!.shape = [2 ** 40, 2 ** 40, 2 ** 40];
    });
    expect(code).toBe("MODEL_TOO_LARGE");
  });

  test("whose weights are those of another network", async () => {
    const { code, message } = await refused(small(), (saved) => {
      saved.weightsManifest[0]!.weights[0]!.shape.reverse();
    });
    expect(code).toBe("TFJS_WEIGHTS");
    expect(message).toMatch(
      /kernel of the layer .* is of shape \[20, 1, 5, 5\]; \[5, 5, 1, 20\] is expected/,
    );
  });

  test("that has a layer which is not known", async () => {
    const unknown = await refused(small(), (saved) => {
      saved.modelTopology.config.layers[1]!.class_name = "ConvLSTM2D";
    });
    expect(unknown.code).toBe("TFJS_LAYER");
    expect(unknown.message).toMatch(
      /\(ConvLSTM2D\) is of a kind that is not known \(known: Conv2D, .*UpSampling2D/,
    );
  });

  test("whose results cannot be told to agree, and nothing of it is kept", async () => {
    // Both give not-a-number, which is no agreement.
    const network = small();
    network.layers[1]!.setWeights([tf.fill([3, 3, 20, 1], NaN), tf.zeros([1])]);
    const { code } = await refused(network);
    expect(code).toBe("MODEL_CONVERSION_DIFFERS");
    expect(readdirSync(join(work, "models", ".imports"))).toEqual([]);
  });

  test("that is any other JSON, or none", async () => {
    const file = join(work, "other.json");
    for (const content of [
      "{}",
      "[1",
      "null",
      '{"modelTopology": {"class_name": "Sequential"}, "weightsManifest": []}',
    ]) {
      writeFileSync(file, content);
      await expect(imports.begin(file)).rejects.toMatchObject({ code: "TFJS_DAMAGED", file });
    }
  });
});
