import { decode } from "fast-png";
import type { LayerView, NetworkView, StudySummary } from "../src/host/contract";
import {
  cine,
  expect,
  openInTheme,
  pictureShown,
  seriousFindings,
  test,
  type Workstation,
} from "./workstation";

async function openArchitectures(workstation: Workstation): Promise<void> {
  const { page } = workstation;
  await page.getByRole("button", { name: "Architectures" }).click();
  await expect(page.getByRole("group", { name: /^Graph of/ })).toHaveAttribute("data-drawn", "true");
  await choose(workstation, "ResNet-18 U-Net · left ventricle");
}

async function choose({ page }: Workstation, name: string): Promise<void> {
  await page.getByRole("combobox", { name: "Network" }).last().click();
  await page.getByRole("option", { name, exact: true }).click();
  await expect(page.getByRole("group", { name: `Graph of ${name}` })).toHaveAttribute("data-drawn", "true");
}

/** How many grey values a feature map shows. */
async function greysOf(workstation: Workstation, channel: number): Promise<number> {
  const map = workstation.page.getByRole("region", { name: "Feature maps" }).getByRole("img").nth(channel);
  const { data, channels } = decode(await map.screenshot());
  return new Set(data.filter((_, at) => at % channels === 0)).size;
}

test.use({ opening: { inputs: [cine], models: [] } });

test("a model's graph says what the host knows of each block", async ({ workstation }) => {
  const { page, complaints } = workstation;
  await openArchitectures(workstation);
  const view = (await (
    await workstation.get("/api/models/cardiac-lv-resnet18-unet/graph")
  ).json()) as NetworkView;
  const inspector = page.getByRole("complementary", { name: "Block" });
  await expect(inspector).toContainText(view.parameters.toLocaleString("en"));

  await page
    .getByRole("button", { name: /^layer2, 11 layers, 64 channels at 24 px/ })
    .first()
    .click();
  const within = view.nodes.filter(({ scope }) => scope.startsWith("encoder/layer2"));
  const parameters = within.reduce((sum, node) => sum + node.parameters, 0);
  await expect(inspector).toContainText(parameters.toLocaleString("en"));
  await expect(inspector).toContainText("64 × 24 × 24");
  await expect(inspector).toContainText("99 × 99 px");
  await expect(page.getByText("skip, 32 channels").first()).toBeVisible();

  await inspector.getByRole("button", { name: "Next block" }).click();
  await expect(inspector.getByRole("heading", { name: "layer3" })).toBeVisible();
  expect(complaints).toEqual([]);
});

test("blocks are unfolded down to their layers, by pointer and keyboard, and folded again", async ({
  workstation,
}) => {
  const { page, complaints } = workstation;
  await openArchitectures(workstation);
  await page.getByRole("button", { name: "Unfold layer2" }).click();
  await page.getByRole("button", { name: "Unfold layer2.0" }).focus();
  await page.keyboard.press("Enter");
  const projection = page.getByRole("button", { name: /^downsample, Conv/ });
  await expect(projection).toBeVisible();
  await projection.click();
  await expect(page.getByRole("complementary", { name: "Block" })).toContainText("Conv");
  await page.getByRole("button", { name: "All of it" }).click();
  await page.getByRole("button", { name: "Fold layer2", exact: true }).click();
  await expect(projection).toBeHidden();
  await page.getByRole("button", { name: "Every layer", exact: true }).click();
  await expect(page.getByRole("button", { name: /^downsample, Conv/ })).toHaveCount(3);
  await page.getByRole("button", { name: "Stages" }).click();
  await expect(page.getByRole("button", { name: /^downsample, Conv/ })).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("the chosen layer's feature maps are drawn, and follow the slice", async ({ workstation }) => {
  const { page } = workstation;
  await openArchitectures(workstation);
  await page
    .getByRole("button", { name: /^layer1, / })
    .first()
    .click();
  const maps = page.getByRole("region", { name: "Feature maps" });
  await expect(maps).toContainText("12 of 32, most contrast first");
  await expect(maps.getByRole("img")).toHaveCount(12);
  await expect.poll(() => greysOf(workstation, 0)).toBeGreaterThan(20);
  const before = await maps.getByRole("img").first().screenshot();
  const slice = page.getByRole("group", { name: "Slice", exact: true });
  const number = async () => Number(/Slice (\d+) \/ 40/.exec(await slice.innerText())?.[1]);
  const start = await number();
  for (let step = 0; step < 12; step++) await slice.getByRole("button", { name: "Next slice" }).click();
  expect(await number()).toBe(start + 12);
  await expect(maps).toHaveAttribute("aria-busy", "false");
  await expect
    .poll(async () => (await maps.getByRole("img").first().screenshot()).equals(before))
    .toBe(false);
});

test("an architecture has no weights, and leads to the models that have", async ({ workstation }) => {
  const { page } = workstation;
  await openArchitectures(workstation);
  await choose(workstation, "ResNet-18 U-Net");
  await page
    .getByRole("button", { name: /^layer4, / })
    .first()
    .click();
  const inspector = page.getByRole("complementary", { name: "Block" });
  await expect(inspector).toContainText("Feature maps need trained weights");
  await inspector.getByRole("button", { name: "ResNet-18 U-Net · left ventricle" }).click();
  await expect(page.getByRole("group", { name: "Graph of ResNet-18 U-Net · left ventricle" })).toBeVisible();
});

test("two networks are set beside each other, each with its own blocks", async ({ workstation }) => {
  const { page } = workstation;
  await openArchitectures(workstation);
  await page.getByRole("button", { name: "Set beside another" }).click();
  await choose(workstation, "U-Net");
  await expect(page.getByRole("group", { name: /^Graph of/ })).toHaveCount(2);
  await page.getByRole("button", { name: /^level5, / }).click();
  await expect(page.getByRole("complementary", { name: "Block" })).toContainText("1024 × 16 × 16");
  await page
    .getByRole("region", { name: "U-Net", exact: true })
    .getByRole("button", { name: "Close" })
    .click();
  await expect(page.getByRole("group", { name: /^Graph of/ })).toHaveCount(1);
});

test("the timeline leads to each network, and says what its figures are", async ({ workstation }) => {
  const { page, complaints } = workstation;
  await openArchitectures(workstation);
  const timeline = page.getByRole("region", { name: "Timeline" });
  await expect(timeline.getByText("a person, 5.1 %")).toBeVisible();
  const vgg = timeline.getByRole("button", { name: /^VGG-16, 2014/ });
  await expect(vgg).toHaveAccessibleName(
    /9.33 % top-5 error .one network, 10 crops, as the authors of ResNet measured it; validation set.*Table 3/,
  );
  await expect(timeline.getByRole("button", { name: /^U-Net, 2015/ })).toHaveAccessibleName(
    /no top-5 error on ImageNet/,
  );
  await vgg.click();
  await expect(page.getByRole("complementary", { name: "Block" })).toContainText("138,357,544");
  await timeline.getByRole("button", { name: /^DenseNet, 2017/ }).click();
  await page.getByRole("button", { name: "Unfold denseblock1" }).click();
  await expect(page.getByRole("button", { name: /^denselayer6, / })).toBeVisible();
  await timeline.getByRole("button", { name: "Hide the timeline" }).click();
  await expect(vgg).toBeHidden();
  expect(complaints).toEqual([]);
});

test.describe("from the start", () => {
  test.use({ opening: { inputs: [], models: [] } });

  for (const [what, first, second] of [
    ["with and without shortcuts", /^Viewport 2, ResNet-18 U-Net/, /^Viewport 3, Plain-18 U-Net/],
    ["with and without skips", /^Viewport 2, U-Net/, /^Viewport 3, U-Net without skips/],
  ] as const)
    test(`two networks ${what} are seen on one slice in three clicks`, async ({ workstation }) => {
      const { page } = workstation;
      await page.getByRole("button", { name: /cine/i }).click();
      await pictureShown(workstation, 1);
      await page.getByRole("button", { name: "Architectures" }).click();
      await page.getByRole("button", { name: `Compare on this slice, ${what}` }).click();
      await pictureShown(workstation, 3);
      await expect(page.getByRole("region", { name: first })).toBeVisible();
      await expect(page.getByRole("region", { name: second })).toBeVisible();
      const studies = (await (await workstation.get("/api/studies")).json()) as StudySummary[];
      const layers = (await (
        await workstation.get(`/api/layers?seriesId=${studies[0]!.series[0]!.id}`)
      ).json()) as LayerView[];
      expect(layers.filter(({ origin }) => origin.kind === "model")).toHaveLength(2);
    });
});

test("keys switch between the workplaces, and viewport keys rest where there is none", async ({
  workstation,
}) => {
  const { page } = workstation;
  await expect(page.getByTestId("viewport-grid")).toBeVisible();
  await page.keyboard.press("F4");
  await expect(page.getByRole("button", { name: "Architectures" })).toHaveAttribute("aria-current", "page");
  await expect(page.getByTestId("viewport-grid")).toBeHidden();
  await page.keyboard.press("c");
  await page.keyboard.press("F2");
  await expect(page.getByTestId("viewport-grid")).toBeVisible();
  await expect(page.getByTestId(/^curtain-handle/)).toHaveCount(0);
});

for (const theme of ["dark", "light"] as const) {
  test(`axe finds nothing serious, ${theme}`, async ({ workstation }) => {
    const { page } = workstation;
    await openInTheme(page, theme);
    await openArchitectures(workstation);
    await page.getByRole("button", { name: "Unfold layer2" }).click();
    await page
      .getByRole("button", { name: /^layer1, / })
      .first()
      .click();
    await expect(page.getByRole("region", { name: "Feature maps" }).getByRole("img")).toHaveCount(12);
    expect(await seriousFindings(page)).toEqual([]);
  });
}
