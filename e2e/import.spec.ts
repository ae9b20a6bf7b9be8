import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import type { LayerView, ModelView, StudySummary } from "../src/host/contract";
import { pythonWith, runPython } from "../test-support/readers";
import { repository } from "./doors";
import { expect, pictureShown, samples, seriousFindings, test, type Workstation } from "./workstation";

const field = join(samples, "nuclei-fluorescence", "field-1.png");
const torch = pythonWith("torch");
/** What tensorflowjs_converter wrote: model.json and two shards. */
const graphModel = join(repository, "test-support", "graph-models", "unet");

/**
 * A network whose answer is known without it: bright pixels are its one segment. Channels come last, at the input
 * and at the output, its sizes are free, and it scales by 255 and applies softmax itself.
 */
const exportNetwork = `
import sys, torch
from torch import nn
class Bright(nn.Module):
    def __init__(self):
        super().__init__()
        self.score = nn.Conv2d(3, 2, 1)
        with torch.no_grad():
            self.score.weight.copy_(torch.tensor([[0.0] * 3, [40 / 3] * 3]).view(2, 3, 1, 1))
            self.score.bias.copy_(torch.tensor([0.0, -20.0]))
    def forward(self, x):
        return self.score(x.permute(0, 3, 1, 2) / 255).softmax(1).permute(0, 2, 3, 1)
axes = {0: "batch", 1: "rows", 2: "columns"}
torch.onnx.export(Bright().eval(), torch.zeros(1, 32, 48, 3), sys.argv[1], input_names=["image"],
                  output_names=["probabilities"], dynamic_axes={"image": axes, "probabilities": axes}, opset_version=13)
print("null")`;

async function askHost<Answer>(workstation: Workstation, path: string): Promise<Answer> {
  return (await (await workstation.get(path)).json()) as Answer;
}

async function chooseFile(workstation: Workstation, file: string | string[]): Promise<void> {
  const { page } = workstation;
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Add model…" }).click();
  await (await chooser).setFiles(file);
}

const graphFiles = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, readFileSync(join(graphModel, name))]));

/** Drops files onto the page, which gets their bytes and no path. */
async function dropFiles(
  { page }: Workstation,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<void> {
  const sent = Object.entries(files).map(([name, content]) => [
    name,
    Buffer.from(content).toString("base64"),
  ]);
  // As text, since this program's types know no page.
  const dataTransfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const [name, content] of ${JSON.stringify(sent)}) {
      transfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
    }
    return transfer;
  })()`);
  await page.dispatchEvent("body", "drop", { dataTransfer });
}

test.describe("bring your own model", () => {
  test.use({ opening: { inputs: [field], models: [] } });

  test("a PyTorch export with channels last is imported and segments the slice", async ({ workstation }) => {
    test.skip(
      torch === undefined,
      "no Python with torch, whose own export this is about (.ci/run installs it)",
    );
    const { page } = workstation;
    const file = join(mkdtempSync(join(tmpdir(), "slicebench-e2e-")), "bright_things.onnx");
    runPython(torch!, exportNetwork, [file]);
    await pictureShown(workstation, 1);
    await chooseFile(workstation, file);

    const dialog = page.getByRole("dialog", { name: "Import bright_things.onnx" });
    await expect(dialog).toContainText("float32 batch × rows × columns × 3");
    await expect(dialog).toContainText("Channels come last");
    // The network scales by itself, so what is shown goes in as it is; each rule was tried on the slice.
    await expect(dialog.getByRole("radio", { checked: true })).toHaveAccessibleName("As shown, 0 to 255");
    const previews = dialog.locator("canvas");
    await expect(previews.first()).toHaveAttribute("data-state", "done");
    await expect(dialog.getByRole("radio", { checked: true })).toContainText(/marks \d/);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel("Name", { exact: true }).fill("Bright things");
    await dialog.getByLabel("Name of segment 1").fill("Bright");
    await dialog.getByRole("button", { name: "Add model" }).click();
    await expect(dialog).toBeHidden();

    await page.getByRole("button", { name: /^Run Bright things on this slice/ }).click();
    const [study] = await askHost<StudySummary[]>(workstation, "/api/studies");
    const seriesId = study!.series[0]!.id;
    const findLayer = async () =>
      (await askHost<LayerView[]>(workstation, `/api/layers?seriesId=${seriesId}`)).find(
        ({ name }) => name === "Bright things",
      );
    await expect.poll(async () => (await findLayer())?.frames).toEqual([0]);
    const layer = (await findLayer())!;
    expect(layer.segments).toEqual([{ value: 1, label: "Bright", colour: "#E69F00" }]);
    const labels = await (await workstation.get(`/api/layers/${layer.id}/frames/0`)).body();
    const { data, channels } = decode(readFileSync(field));
    const wanted = Buffer.from(labels.map((_, i) => (data[i * channels]! > 127 ? 1 : 0)));
    expect(wanted.includes(1)).toBe(true);
    expect(labels.equals(wanted)).toBe(true);

    // It is taken away with its file, and one action brings it back.
    await page.getByRole("button", { name: "Bright things: what it is for" }).click();
    await page.getByRole("button", { name: "Remove from your models" }).click();
    const names = async () =>
      (await askHost<ModelView[]>(workstation, "/api/models")).map(({ card }) => card.name);
    await expect.poll(names).not.toContain("Bright things");
    const run = page.getByRole("region", { name: "Models" }).getByRole("button", { name: /^Run( \d+)?$/ });
    await expect(run).toBeDisabled();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(names).toContain("Bright things");
    expect(workstation.complaints).toEqual([]);
  });

  test("a dropped file that is no network is refused in words, and another can be chosen", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await dropFiles(workstation, { "letter.onnx": "Dear network," });
    const dialog = page.getByRole("dialog", { name: "Import letter.onnx" });
    await expect(dialog.getByRole("alert")).toContainText("The model is damaged");
    await expect(dialog.getByRole("button", { name: "Choose another file…" })).toBeFocused();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  });

  test("a model.json dropped with its shards is imported and segments the slice", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await dropFiles(workstation, graphFiles("group1-shard2of2.bin", "model.json", "group1-shard1of2.bin"));
    const dialog = page.getByRole("dialog", { name: "Import model.json" });
    await expect(dialog).toContainText("float32 1 × rows × columns × 3");
    await expect(dialog).toContainText("whose results it keeps to within");
    await expect(dialog.locator("canvas").first()).toHaveAttribute("data-state", "done");
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel("Name", { exact: true }).fill("Small U-Net");
    await dialog.getByRole("button", { name: "Add model" }).click();
    await expect(dialog).toBeHidden();

    await page.getByRole("button", { name: /^Run Small U-Net on this slice/ }).click();
    const [study, ...others] = await askHost<StudySummary[]>(workstation, "/api/studies");
    // The shards were none of the files to look at.
    expect(others).toEqual([]);
    const layersPath = `/api/layers?seriesId=${study!.series[0]!.id}`;
    const framesOf = async (layer: string) =>
      (await askHost<LayerView[]>(workstation, layersPath)).find(({ name }) => name === layer)?.frames;
    await expect.poll(() => framesOf("Small U-Net")).toEqual([0]);
    expect(workstation.complaints).toEqual([]);
  });

  test("a model.json dropped without all of its shards says which are missing", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const dialog = page.getByRole("dialog", { name: "Import model.json" });
    const refused = async (words: string) => {
      await expect(dialog.getByRole("alert")).toContainText(words);
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
    };
    await dropFiles(workstation, graphFiles("model.json"));
    await refused('The shards "group1-shard1of2.bin", "group1-shard2of2.bin" are missing.');
    await dropFiles(workstation, graphFiles("model.json", "group1-shard1of2.bin"));
    await refused('The shard "group1-shard2of2.bin" is missing.');
    // What an earlier drop brought belongs to that one alone.
    await dropFiles(workstation, graphFiles("model.json", "group1-shard2of2.bin"));
    await refused('The shard "group1-shard1of2.bin" is missing.');
  });

  test("a model.json is chosen together with its shards, or with the folder it lies in", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const names = ["group1-shard2of2.bin", "model.json", "group1-shard1of2.bin"];
    await chooseFile(
      workstation,
      names.map((name) => join(graphModel, name)),
    );
    const chosen = page.getByRole("dialog", { name: "Import model.json" });
    await expect(chosen).toContainText("float32 1 × rows × columns × 3");
    await chosen.getByRole("button", { name: "Cancel" }).click();
    await expect(chosen).toBeHidden();

    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("Control+o");
    await (await chooser).setFiles(graphModel);
    const inFolder = page.getByRole("dialog", { name: "Import unet/model.json" });
    await expect(inFolder).toContainText("float32 1 × rows × columns × 3");
    await expect(inFolder.getByLabel("Name", { exact: true })).toHaveValue("Unet");
    expect(workstation.complaints).toEqual([]);
  });
});
