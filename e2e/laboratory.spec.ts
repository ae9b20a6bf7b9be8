import { execFileSync } from "node:child_process";
import { readPages } from "../test-support/pdf";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ComparisonRecord } from "../src/core/comparison/record";
import type { LaboratoryView, StudySummary } from "../src/host/contract";
import { writeCtStudy } from "./ct-series";
import { repository } from "./doors";
import {
  cine,
  expect,
  openInTheme,
  pictureShown,
  quiet,
  samples,
  seriousFindings,
  test,
  type Workstation,
} from "./workstation";

const models = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet", "cardiac-lv-lenet-fcn"];

test.use({ opening: { inputs: [cine], models } });

async function openLaboratory(workstation: Workstation): Promise<void> {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  await quiet(workstation);
  await page.getByRole("button", { name: "Laboratory" }).click();
  // As with a run, measuring takes as long as the cores let it.
  await expect(page.getByRole("table", { name: "Cases" })).toBeVisible({ timeout: 120_000 });
}

/** What `slicebench compare` measures of the same files with the same models. */
function compareOnDisk(): ComparisonRecord {
  const out = mkdtempSync(join(tmpdir(), "slicebench-compare-"));
  try {
    const words = ["compare", cine, "--models", models.join(","), "--out", out, "--json"];
    const lines = execFileSync(process.execPath, [join(repository, "bin", "slicebench.mjs"), ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 2 ** 28,
    });
    expect(lines).toContain('"kind":"case"');
    return JSON.parse(readFileSync(join(out, "comparison.json"), "utf8")) as ComparisonRecord;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The table's figures by file name, one a model. */
async function figuresShown(
  { page }: Workstation,
  candidates = models.length,
): Promise<Map<string, string[]>> {
  const rows = page.getByRole("table", { name: "Cases" }).locator("tbody");
  const names = await rows.locator("th small").allInnerTexts();
  const figures = await rows.locator("td [data-best]").allInnerTexts();
  return new Map(names.map((name, at) => [name, figures.slice(at * candidates, (at + 1) * candidates)]));
}

test("the numbers in the window are those of `compare --json`", async ({ workstation }) => {
  test.slow();
  const { page, complaints } = workstation;
  await openLaboratory(workstation);
  const record = compareOnDisk();
  expect(record.cases).toHaveLength(40);
  for (const [metric, name, digits] of [
    ["dice", "Dice", 3],
    ["hd95", "HD95", 1],
  ] as const) {
    await page.getByRole("group", { name: "Metric" }).getByRole("button", { name, exact: true }).click();
    const shown = await figuresShown(workstation);
    const wanted = record.cases.map(({ input, results }) => [
      input,
      results.map(({ segments }) => Object.values(segments!)[0]![metric]!.value?.toFixed(digits) ?? "n/a"),
    ]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(wanted));
    // Means with their intervals are beside the boxes.
    const spread = page.getByRole("region", { name: "Spread" });
    for (const id of models) {
      const { mean, interval } = Object.values(record.summary[id]!.segments)[0]![metric]!;
      await expect(spread).toContainText(mean!.toFixed(digits));
      await expect(spread).toContainText(interval!.map((limit) => limit.toFixed(digits)).join(" to "));
    }
  }
  const agreement = page.getByRole("region", { name: "Agreement" });
  for (const { dice } of record.agreement) await expect(agreement).toContainText(dice!.toFixed(3));
  expect(complaints).toEqual([]);
});

test("cases are ordered, filtered and looked at, and one leads to its slice in Compare", async ({
  workstation,
}) => {
  const { page, complaints } = workstation;
  await openLaboratory(workstation);
  const table = page.getByRole("table", { name: "Cases" });
  const firstDice = async () => [...(await figuresShown(workstation)).values()].map(([dice]) => Number(dice));
  await table.getByRole("button", { name: "Order by U-Net · left ventricle" }).click();
  const ascending = (await firstDice()).filter((dice) => !Number.isNaN(dice));
  expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
  await table.getByRole("button", { name: "Order by U-Net · left ventricle" }).click();
  expect((await firstDice()).filter((dice) => !Number.isNaN(dice))).toEqual([...ascending].reverse());

  await page.getByRole("textbox", { name: "Filter cases" }).fill("slice 17");
  await expect(table.locator("tbody tr")).toHaveCount(1);
  const large = page.getByRole("region", { name: "Case", exact: true });
  await expect(large).toContainText("Slice 17");
  await expect(large.locator("canvas")).toHaveCount(3);
  await large.getByRole("button", { name: "Open in Compare" }).click();
  await pictureShown(workstation, 4);
  await expect(page.getByTestId("text-slice").first()).toContainText("17");
  await expect(page.getByRole("region", { name: /^Viewport 2, U-Net/ })).toBeVisible();
  expect(complaints).toEqual([]);
});

test("a tie is said to be one, and a pair goes behind a curtain", async ({ workstation }) => {
  const { page } = workstation;
  await openLaboratory(workstation);
  const agreement = page.getByRole("region", { name: "Agreement" });
  await expect(agreement.getByRole("note")).toContainText(/Dice is a tie|leads in Dice/);
  await agreement.getByRole("combobox", { name: "Pair" }).click();
  await page.getByRole("option", { name: /A U-Net, B ResNet-18 U-Net/ }).click();
  await expect(agreement.getByRole("note")).toContainText(/U-Net less ResNet-18 U-Net: [+-]?0\.\d{3}, p/);
  await agreement.getByRole("button", { name: "Curtain" }).click();
  await expect(page.getByTestId("curtain-handle-1")).toHaveAttribute(
    "aria-label",
    /U-Net.* and ResNet-18 U-Net/,
  );
});

test("the report is saved as one page", async ({ workstation }) => {
  const { page } = workstation;
  await openLaboratory(workstation);
  // Its pictures are drawn first, which takes as long as the cores let it.
  const saved = page.waitForEvent("download", { timeout: 120_000 });
  await page.getByRole("button", { name: "Save report" }).click();
  const file = await (await saved).path();
  expect((await saved).suggestedFilename()).toBe("report.html");
  const report = readFileSync(file, "utf8");
  expect(report).toContain("3 models over 40 cases");
  expect(report).not.toContain("<script");
});

test("the report is shown to be printed, and its pages hold what it says", async ({ workstation }) => {
  const { page, complaints } = workstation;
  // The system's own dialog would wait for somebody: here it is only counted.
  await page
    .context()
    .addInitScript("window.print = () => { window.timesPrinted = 1 + (window.timesPrinted ?? 0); }");
  await openLaboratory(workstation);
  const opening = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Save as PDF" }).click();
  const paper = await opening;
  await expect(paper.getByRole("heading", { level: 1 })).toHaveText("3 models over 40 cases", {
    timeout: 120_000,
  });
  await expect.poll(() => paper.evaluate("window.timesPrinted")).toBe(1);
  // As a hue of the style would not be were the style refused.
  expect(await paper.evaluate("getComputedStyle(document.querySelector('main')).maxWidth")).toBe("1120px");
  const pages = readPages(await paper.pdf({ preferCSSPageSize: true, printBackground: true }));
  if (pages !== undefined) {
    expect(pages.length).toBeGreaterThanOrEqual(3);
    expect(pages.length).toBeLessThanOrEqual(8);
    expect(pages[0]).toContain("3 models over 40 cases");
    expect(pages[0]).toContain("U-Net · left ventricle");
    expect(pages.join("")).toContain("Methods");
    for (const text of pages) expect(text.trim().length).toBeGreaterThan(100);
  }
  expect(complaints).toEqual([]);
});

test.describe("without a reference", () => {
  test.use({ opening: { inputs: [join(samples, "brain-mr")], models } });

  test("models are measured against their consensus, and nobody is said to be best", async ({
    workstation,
  }) => {
    const { page, complaints } = workstation;
    await openLaboratory(workstation);
    const consensus = page.getByRole("region", { name: "Consensus" });
    await expect(consensus.locator("tbody tr")).toHaveCount(models.length);
    await expect(page.getByRole("region", { name: "Spread" })).toHaveCount(0);
    await expect(page.getByRole("note")).toContainText("Without a reference nothing says who is right");
    const table = page.getByRole("table", { name: "Cases" });
    await expect(table.locator("tbody tr")).toHaveCount(10);
    await expect(table.locator("[data-best=true]")).toHaveCount(0);
    expect(complaints).toEqual([]);
  });
});

test.describe("of a study with two series", () => {
  const { thick, thin } = writeCtStudy();
  test.use({ opening: { inputs: [thick, thin], models: models.slice(0, 2) } });

  test("all its series are compared where that is chosen", async ({ workstation }) => {
    const { page, complaints, get } = workstation;
    await openLaboratory(workstation);
    const rows = page.getByRole("table", { name: "Cases" }).locator("tbody tr");
    const [study] = (await (await get("/api/studies")).json()) as StudySummary[];
    const counts = study!.series.map(({ frameCount }) => frameCount);
    expect(counts).toHaveLength(2);
    const sum = counts[0]! + counts[1]!;
    await expect(rows).not.toHaveCount(sum);
    await page.getByRole("group", { name: "Scope" }).getByRole("button", { name: "2 series" }).click();
    await expect(rows).toHaveCount(sum, { timeout: 60_000 });
    const query = `seriesId=${study!.series[0]!.id}&scope=study`;
    const view = (await (await get(`/api/comparisons/record?${query}`)).json()) as LaboratoryView;
    expect(new Set(view.places.map(({ seriesId }) => seriesId)).size).toBe(2);
    expect(view.record.volumes!.map(({ slices }) => slices)).toEqual(counts);
    expect(complaints).toEqual([]);
  });
});

test.describe("of nuclei", () => {
  const nuclei = ["nuclei-unet", "nuclei-resnet18-unet"];
  test.use({ opening: { inputs: [join(samples, "nuclei-fluorescence")], models: nuclei } });

  test("objects are counted and compared on demand", async ({ workstation }) => {
    const { page, complaints, get } = workstation;
    await openLaboratory(workstation);
    await expect(page.getByRole("table", { name: "Cases" }).locator("tbody tr")).toHaveCount(2);
    const more = page.getByRole("toolbar", { name: "Comparison" }).getByRole("button", { name: "More" });
    await more.click();
    await expect(page.getByRole("menuitem", { name: "Boundary IoU" })).toBeVisible();
    await expect(page.getByRole("menuitem", { name: "Panoptic quality" })).toHaveCount(0);
    await page.getByRole("menuitem", { name: "Count objects" }).click();
    const panoptic = page.getByRole("menuitem", { name: "Panoptic quality" });
    await expect(async () => {
      await more.click();
      await expect(panoptic).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await panoptic.click();

    const [study] = (await (await get("/api/studies")).json()) as StudySummary[];
    const query = `seriesId=${study!.series[0]!.id}&objects=true`;
    const { record } = (await (await get(`/api/comparisons/record?${query}`)).json()) as LaboratoryView;
    const wanted = record.cases.map(({ input, results }) => [
      input,
      results.map(({ segments }) => Object.values(segments!)[0]!.panopticQuality!.value?.toFixed(3) ?? "n/a"),
    ]);
    await expect
      .poll(async () => Object.fromEntries(await figuresShown(workstation, nuclei.length)) as unknown)
      .toEqual(Object.fromEntries(wanted));
    for (const { referenceObjects } of record.cases)
      expect(Object.values(referenceObjects!)[0]).toBeGreaterThan(5);
    expect(complaints).toEqual([]);
  });
});

test.describe("from the start", () => {
  test.use({ opening: { inputs: [], models: [] } });

  test("a curtain between two named models is three clicks away", async ({ workstation }) => {
    const { page } = workstation;
    await page.getByRole("button", { name: /cine/i }).click();
    await pictureShown(workstation, 1);
    await page.getByRole("button", { name: "Laboratory" }).click();
    const pair = page.getByRole("button", { name: /^[^ ].* and / }).first();
    const [left, right] = (await pair.innerText()).split(" and ");
    await pair.click();
    const handle = page.getByTestId("curtain-handle-1");
    const words = `Curtain between ${left!} · left ventricle and ${right!} · left ventricle`;
    await expect(handle).toHaveAttribute("aria-label", words);
    await quiet(workstation);
    await pictureShown(workstation, 1);
  });
});

for (const theme of ["dark", "light"] as const) {
  test(`axe finds nothing serious, ${theme}`, async ({ workstation }) => {
    const { page } = workstation;
    await openInTheme(page, theme);
    await openLaboratory(workstation);
    expect(await seriousFindings(page)).toEqual([]);
  });
}
