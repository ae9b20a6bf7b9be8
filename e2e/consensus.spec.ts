import { majorityVote } from "../src/core/consensus/vote";
import type { LayerView, StudySummary } from "../src/host/contract";
import { cine, expect, pictureShown, quiet, seriousFindings, test, type Workstation } from "./workstation";

const openingFrame = 16;

test.use({ opening: { inputs: [cine], models: ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"] } });

async function layersOf(workstation: Workstation): Promise<LayerView[]> {
  const studies = (await (await workstation.get("/api/studies")).json()) as StudySummary[];
  const seriesId = studies[0]!.series[0]!.id;
  return (await (await workstation.get(`/api/layers?seriesId=${seriesId}`)).json()) as LayerView[];
}

const labelMapOf = async (workstation: Workstation, { id }: LayerView): Promise<Buffer> =>
  (await workstation.get(`/api/layers/${id}/frames/${openingFrame}`)).body();

test("two models become a layer of what both mark, and with the reference STAPLE says how each reads", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  await quiet(workstation);
  const layers = page.getByRole("region", { name: "Layers" });

  await layers.getByRole("button", { name: /^More for U-Net/ }).click();
  await page.getByRole("menuitem", { name: "Consensus of layers…" }).click();
  const dialog = page.getByRole("dialog", { name: "Consensus of layers" });
  await expect(dialog.getByRole("checkbox", { name: /Reference/ })).not.toBeChecked();
  await expect(dialog.getByRole("checkbox", { checked: true })).toHaveCount(2);
  await expect(dialog.getByRole("status")).toHaveText("All slices have a mask of each.");
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Make layer" }).click();

  await expect(layers.getByRole("columnheader", { name: "Majority vote of" })).toBeVisible();
  const [, unet, resnet, vote] = await layersOf(workstation);
  expect(vote!.frames).toHaveLength(40);
  const wanted = majorityVote([await labelMapOf(workstation, unet!), await labelMapOf(workstation, resnet!)]);
  expect(wanted.includes(1)).toBe(true);
  expect((await labelMapOf(workstation, vote!)).equals(Buffer.from(wanted))).toBe(true);

  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(
    page.getByTestId("viewport-grid").getByRole("button", { name: /^Majority vote/ }),
  ).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.getByPlaceholder(/command/i).fill("staple");
  await page.keyboard.press("Enter");
  await dialog.getByRole("checkbox", { name: /Reference/ }).check();
  await dialog.getByRole("radio", { name: "STAPLE" }).check();
  await dialog.getByRole("button", { name: "Make layer" }).click();
  await expect(layers.getByRole("columnheader", { name: "STAPLE of" })).toBeVisible();
  const { origin } = (await layersOf(workstation)).at(-1)!;
  if (origin.kind !== "consensus") throw new Error("The last layer is no consensus.");
  expect(origin.layers.map(({ name }) => name).sort()).toEqual(
    ["Reference", unet!.name, resnet!.name].sort(),
  );
  for (const { name, sensitivity, specificity } of origin.layers)
    await expect(
      layers.getByRole("row", { name: new RegExp(`${name.split(" · ")[0]!}.*`) }).filter({
        hasText: `${sensitivity![1]!.toFixed(3)}${specificity!.toFixed(3)}`,
      }),
    ).toBeVisible();
});

test("a consensus of one layer cannot be made", async ({ workstation }) => {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  await quiet(workstation);
  const layers = page.getByRole("region", { name: "Layers" });
  await layers.getByRole("button", { name: /^More for U-Net/ }).click();
  await page.getByRole("menuitem", { name: "Consensus of layers…" }).click();
  const dialog = page.getByRole("dialog", { name: "Consensus of layers" });
  await dialog.getByRole("checkbox", { checked: true }).first().uncheck();
  await expect(dialog.getByRole("status")).toHaveText("A consensus takes two layers at least.");
  await expect(dialog.getByRole("button", { name: "Make layer" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});
