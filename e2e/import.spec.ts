import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import type { LayerView, ModelView, StudySummary } from "../src/host/contract";
import { pythonWith, runPython } from "../test-support/readers";
import { expect, pictureShown, samples, seriousFindings, test, type Workstation } from "./workstation";

const field = join(samples, "nuclei-fluorescence", "field-1.png");
const torch = pythonWith("torch");

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

async function chooseFile(workstation: Workstation, file: string): Promise<void> {
  const { page } = workstation;
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Add model…" }).click();
  await (await chooser).setFiles(file);
}

test.describe("bring your own model", () => {
  test.use({ opening: { inputs: [field], models: [] } });

  test("a PyTorch export with channels last is imported and segments the slice", async ({ workstation }) => {
    test.skip(torch === undefined, "no Python with torch");
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
    // As text, since this program's types know no page.
    const dataTransfer = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["Dear network,"], "letter.onnx"));
      return transfer;
    })()`);
    await page.dispatchEvent("body", "drop", { dataTransfer });
    const dialog = page.getByRole("dialog", { name: "Import letter.onnx" });
    await expect(dialog.getByRole("alert")).toContainText("The model is damaged");
    await expect(dialog.getByRole("button", { name: "Choose another file…" })).toBeFocused();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  });
});
