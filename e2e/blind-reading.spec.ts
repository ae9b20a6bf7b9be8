import { readFileSync } from "node:fs";
import type { LayerView, ReadingView, StudySummary } from "../src/host/contract";
import { cine, expect, pictureShown, quiet, seriousFindings, test, type Workstation } from "./workstation";

const models = ["cardiac-lv-unet", "cardiac-lv-lenet-fcn"];

test.use({ opening: { inputs: [cine], models } });

async function beginReading(workstation: Workstation): Promise<void> {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  await quiet(workstation);
  await page.getByRole("button", { name: "Laboratory" }).click();
  await page.getByRole("button", { name: "Read blind" }).click({ timeout: 120_000 });
  await page.getByRole("combobox", { name: "How many slices" }).click();
  await page.getByRole("option", { name: "10 slices a pair" }).click();
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await expect(page.getByRole("img", { name: /^Left mask on slice/ })).toBeVisible();
}

async function storedReading({ get }: Workstation): Promise<ReadingView> {
  const [study] = (await (await get("/api/studies")).json()) as StudySummary[];
  const path = `/api/readings?seriesId=${study!.series[0]!.id}`;
  return ((await (await get(path)).json()) as ReadingView[])[0]!;
}

/** Marked pixels of what one side shows. */
async function marked(workstation: Workstation, { id }: ReadingView, index: number, side: string) {
  const bytes = await (await workstation.get(`/api/readings/${id}/presentations/${index}/${side}`)).body();
  return bytes.filter((value) => value !== 0).length;
}

test("two models are read blind by keys, left for a while, and named at the end with their win rate", async ({
  workstation,
}) => {
  const { page, complaints } = workstation;
  await beginReading(workstation);
  const reading = page.getByRole("main", { name: "Blind reading" });
  const progress = reading.getByRole("status");
  const planned = await storedReading(workstation);
  // No name, letter or figure may be seen.
  await expect(reading).not.toContainText(/U-Net|LeNet|Dice/);

  const larger: string[] = [];
  for (const index of planned.places.keys()) {
    const [left, right] = [
      await marked(workstation, planned, index, "left"),
      await marked(workstation, planned, index, "right"),
    ];
    larger.push(left >= right ? "left" : "right");
  }
  await page.keyboard.press("ArrowDown");
  await expect(progress).toHaveText("Pair 2 of 10, 1 answered");
  await page.keyboard.press("Backspace");
  await expect(reading.getByRole("button", { name: /Neither is better/ })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  for (const side of larger.slice(0, 6))
    await page.keyboard.press(side === "left" ? "ArrowLeft" : "ArrowRight");
  await expect(progress).toHaveText("Pair 7 of 10, 6 answered");

  await page.getByRole("button", { name: "Go on later" }).click();
  await expect(page.getByRole("table", { name: "Cases" })).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Laboratory" }).click();
  await page.getByRole("button", { name: "Read blind" }).click({ timeout: 120_000 });
  await page.getByRole("button", { name: "Go on", exact: true }).click();
  await expect(progress).toHaveText("Pair 7 of 10, 6 answered");
  for (const side of larger.slice(6)) await page.keyboard.press(side === "left" ? "ArrowLeft" : "ArrowRight");
  await expect(progress).toHaveText("10 answered");
  await page.getByRole("button", { name: "Tell the names" }).click();

  const row = reading.getByRole("row", { name: /^U-Net against LeNet/ });
  const result = (await storedReading(workstation)).result!;
  const { aWins, bWins, winRate } = result.pairs[0]!;
  expect(aWins + bWins).toBe(10);
  await expect(row).toContainText(`${Math.round(100 * winRate!.rate)} % (`);
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save answers as CSV" }).click();
  const table = readFileSync(await (await saved).path(), "utf8")
    .trim()
    .split("\r\n");
  expect(table).toHaveLength(1 + 11);
  expect(table.filter((line) => line.includes(",yes,"))).toHaveLength(10);

  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("region", { name: "Agreement" })).toContainText(/Blind reading:/);
  expect(complaints).toEqual([]);
});

test("a mask that changed since is said to have, and the slice can be left out", async ({ workstation }) => {
  const { page } = workstation;
  await beginReading(workstation);
  const planned = await storedReading(workstation);
  const seriesId = planned.places[0]!.seriesId;
  const layers = (await (await workstation.get(`/api/layers?seriesId=${seriesId}`)).json()) as LayerView[];
  const origin = new URL(page.url()).origin;
  for (const { id, origin: made } of layers)
    if (made.kind === "model")
      await page.request.delete(`${origin}/api/layers/${id}`, { headers: { origin } });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("alert")).toContainText("This slice cannot be shown");
  await page.getByRole("button", { name: "Leave out" }).click();
  await expect(page.getByRole("main").getByRole("status")).toHaveText("Pair 4 of 10, 2 answered");
});

test("axe finds nothing serious", async ({ workstation }) => {
  await beginReading(workstation);
  expect(await seriousFindings(workstation.page)).toEqual([]);
});
