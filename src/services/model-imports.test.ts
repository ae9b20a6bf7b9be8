import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ModelCard } from "../core/model-card";
import type { ProcessEngine } from "../engine/process-engine";
import { openImports, type TestImports } from "../../test-support/open-imports";
import { pythonWith, runPython } from "../../test-support/readers";
import type { ModelImports } from "./model-imports";
import type { ModelStore } from "./models";

const picture = join(import.meta.dirname, "../../resources/samples/nuclei/cell.png");
const colourPicture = join(import.meta.dirname, "../../resources/samples/nuclei/ihc.png");

let opened: TestImports;
let work: string;
let engine: ProcessEngine;
let store: ModelStore;
let imports: ModelImports;
beforeAll(() => {
  opened = openImports();
  ({ folder: work, engine, store, imports } = opened);
});
afterAll(() => opened.close());

async function bringIn(file: string, change: (card: ModelCard) => ModelCard = (card) => card) {
  const { id, card } = await imports.begin(file);
  return imports.finish(id, change(card));
}

const torch = pythonWith("torch", "numpy", "PIL");

/**
 * Small networks in the forms that torch.onnx writes, and what PyTorch itself decides for a picture with them.
 * Each takes the sample pictures as they are shown, so that both sides see the same numbers.
 */
const exportNetworks = `
import json, sys
import numpy, torch
from PIL import Image
from torch import nn
from torch.nn import functional as F
folder, grey_file, colour_file = sys.argv[1:4]
torch.manual_seed(3)

class Network(nn.Module):
    def __init__(self, channels, classes, pre=None, post=None):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(channels, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU())
        self.deep = nn.Sequential(nn.Conv2d(6, 8, 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(14, classes, 1)
        self.pre, self.post = pre or (lambda x: x), post or (lambda y: y)
    def forward(self, x):
        a = self.down(self.pre(x))
        b = self.deep(F.max_pool2d(a, 2))
        b = F.interpolate(b, size=a.shape[-2:], mode="bilinear", align_corners=False)
        return self.post(self.head(torch.cat([a, b], 1)))

grey = numpy.asarray(Image.open(grey_file).convert("L"))[None, None].astype("float32")
colour = numpy.asarray(Image.open(colour_file).convert("RGB"))
last = lambda x: x.permute(0, 3, 1, 2) / 255.0
cases = {
    "logits": (Network(1, 4, lambda x: x / 255), grey, lambda y: y.argmax(1)),
    "channels-last": (Network(3, 3, last, lambda y: y.softmax(1).permute(0, 2, 3, 1)),
                      colour[None].astype("float32"), lambda y: y.argmax(3)),
    "sigmoid": (Network(1, 1, lambda x: x / 255, torch.sigmoid), grey, lambda y: y[:, 0] >= 0.5),
    "labels": (Network(3, 5, last, lambda y: y.argmax(1)), colour[None].astype("float32"), lambda y: y),
    "bytes": (Network(3, 3, lambda x: last(x.float())), colour[None], lambda y: y.argmax(1)),
    "half": (Network(1, 2, lambda x: x.float() / 255, lambda y: y.half()), grey.astype("float16"), lambda y: y.argmax(1)),
}
result = {}
for name, (network, x, decide) in cases.items():
    network.eval()
    x = torch.from_numpy(numpy.ascontiguousarray(x))
    # Centres the scores, so that no class has it all.
    with torch.no_grad():
        flat = lambda v: F.conv2d(v, network.head.weight)
        post, network.post = network.post, (lambda y: y)
        network.head.bias -= network(x).float().mean((0, 2, 3))
        network.post = post
        labels = decide(network(x))[0]
    axes = {0: "batch", 2: "rows", 3: "columns"} if x.shape[1] < 4 else {0: "batch", 1: "rows", 2: "columns"}
    torch.onnx.export(network, x[:, :, :64, :64] if x.shape[1] < 4 else x[:, :64, :64], f"{folder}/{name}.onnx",
                      input_names=["image"], output_names=["output"], dynamic_axes={"image": axes}, opset_version=13)
    numpy.asarray(labels, dtype="uint8").tofile(f"{folder}/{name}.labels")
    result[name] = [list(labels.shape), int(labels.max())]
sys.stdout.write(json.dumps(result))
`;

describe.skipIf(torch === undefined)("an export of PyTorch", () => {
  const names = ["logits", "channels-last", "sigmoid", "labels", "bytes", "half"] as const;
  beforeAll(() => {
    runPython(torch!, exportNetworks, [work, picture, colourPicture]);
  }, 120_000);

  test.each(names)("with %s segments a picture as PyTorch itself does", async (name) => {
    const model = await bringIn(join(work, `${name}.onnx`));
    expect([model.card.id, model.bundled]).toEqual([name, false]);
    const file = model.card.input.channels === 3 ? colourPicture : picture;
    const { labelMap } = await engine.segment({ model: { folder: model.folder }, frame: { file, frame: 0 } });
    const wanted = readFileSync(join(work, `${name}.labels`));
    expect(labelMap.length).toBe(wanted.length);
    const equal = labelMap.reduce((sum, label, i) => sum + (label === wanted[i] ? 1 : 0), 0);
    // Scores that are equal but for the last digit may fall to either side.
    expect(equal / wanted.length).toBeGreaterThan(0.9995);
    expect(new Set(labelMap).size).toBe(new Set(wanted).size);
    expect(new Set(labelMap).size).toBeGreaterThan(1);
  });

  test("is listed like any model, and is removed with its file, and comes back", async () => {
    const model = await bringIn(join(work, "logits.onnx"), (card) => ({
      ...card,
      id: "again",
      name: "Again",
    }));
    const ids = async () => (await store.list()).models.map(({ card }) => card.id);
    expect(await ids()).toContain("again");
    expect(readdirSync(model.folder).sort()).toEqual(["model.json", "model.onnx"]);
    await store.remove("again");
    expect(await ids()).not.toContain("again");
    await store.restore("again");
    expect(await ids()).toContain("again");
    await store.remove("again");
    await store.purge();
    expect(readdirSync(join(work, "models"))).not.toContain("again");
    await expect(store.restore("again")).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
    await expect(store.restore("../bundled")).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
  });

  test("with a card that its network does not keep is refused and leaves nothing", async () => {
    const { id, card } = await imports.begin(join(work, "labels.onnx"));
    const wrong = {
      ...card,
      id: "wrong",
      output: { ...card.output, segments: card.output.segments.slice(0, 1) },
    };
    await expect(imports.finish(id, wrong)).rejects.toMatchObject({ code: "MODEL_OUTPUT_MISMATCH" });
    await imports.drop(id);
    expect(readdirSync(join(work, "models", ".imports"))).toEqual([]);
    expect((await store.list()).models.map((model) => model.card.id)).not.toContain("wrong");
    await expect(imports.finish(id, card)).rejects.toMatchObject({ code: "MODEL_IMPORT_NOT_FOUND" });
  });

  test("under a taken id is refused, and a free one is proposed", async () => {
    const { id, card } = await imports.begin(join(work, "sigmoid.onnx"));
    expect(card.id).toBe("sigmoid-2");
    await expect(imports.finish(id, { ...card, id: "sigmoid" })).rejects.toMatchObject({
      code: "MODEL_ID_TAKEN",
    });
    await imports.drop(id);
  });
});

describe("a file is refused", () => {
  /** A model with one weight tensor, whose fields the test writes. */
  function modelWith(writeTensor: (tensor: BinaryWriter) => void): Uint8Array {
    const tensor = new BinaryWriter();
    writeTensor(tensor);
    const graph = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(tensor.finish()).finish();
    const version = new BinaryWriter().tag(2, WireType.Varint).int64(17).finish();
    return new BinaryWriter()
      .tag(7, WireType.LengthDelimited)
      .bytes(graph)
      .tag(8, WireType.LengthDelimited)
      .bytes(version)
      .finish();
  }
  const int = (writer: BinaryWriter, field: number, value: number) =>
    writer.tag(field, WireType.Varint).int64(value);

  test.each<[string, string, () => Uint8Array | string]>([
    ["that is no ONNX", "ONNX_DAMAGED", () => "This is a letter, no network."],
    ["that is empty", "ONNX_DAMAGED", () => ""],
    [
      "whose weights lie in another file",
      "ONNX_EXTERNAL_DATA",
      () =>
        modelWith((tensor) => {
          int(tensor, 1, 4);
          int(tensor, 2, 1);
          const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string("location");
          entry.tag(2, WireType.LengthDelimited).string("../../etc/passwd");
          tensor.tag(13, WireType.LengthDelimited).bytes(entry.finish());
          int(tensor, 14, 1);
        }),
    ],
    [
      "whose sizes lie",
      "ONNX_DAMAGED",
      () =>
        modelWith((tensor) => {
          int(tensor, 1, 1_000_000);
          int(tensor, 1, 1_000_000);
          int(tensor, 2, 1);
          tensor.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(16));
        }),
    ],
  ])("%s", async (_name, code, content) => {
    const file = join(work, "refused.onnx");
    writeFileSync(file, content());
    await expect(imports.begin(file)).rejects.toMatchObject({ code, file });
  });

  test("of another kind, or that is not there", async () => {
    await expect(imports.begin(picture)).rejects.toMatchObject({ code: "MODEL_FILE_KIND" });
    await expect(imports.begin(join(work, "none.onnx"))).rejects.toMatchObject({
      code: "MODEL_FILE_UNREADABLE",
    });
  });
});
