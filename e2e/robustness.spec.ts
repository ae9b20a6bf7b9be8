import type { RobustnessView, StudySummary } from "../src/host/contract";
import { cine, expect, pictureShown, quiet, seriousFindings, test } from "./workstation";

test.use({ opening: { inputs: [cine], models: ["cardiac-lv-unet", "cardiac-lv-lenet-fcn"] } });

test("a slice is perturbed, models run on it again, and the strip says how far their masks hold", async ({
  workstation,
}) => {
  const { page, complaints, get } = workstation;
  await pictureShown(workstation, 1);
  await quiet(workstation);
  await page.getByRole("button", { name: "Laboratory" }).click();
  await page.getByRole("button", { name: "Robustness" }).click({ timeout: 120_000 });
  await page.getByRole("button", { name: "Perturb and run 2 models" }).click();
  const strip = page.getByRole("main", { name: "Robustness" }).getByRole("table");
  await expect(strip.getByRole("img")).toHaveCount(2 * 13, { timeout: 120_000 });
  await expect(strip.getByRole("img", { name: "U-Net, Rotation 20°" })).toBeVisible();

  const [study] = (await (await get("/api/studies")).json()) as StudySummary[];
  const found = (await (
    await get(`/api/robustness?seriesId=${study!.series[0]!.id}`)
  ).json()) as RobustnessView;
  for (const { stability, steps } of found.robustness.models) {
    await expect(strip).toContainText(`Stability ${stability!.toFixed(3)}`);
    for (const { own } of steps) await expect(strip).toContainText(own.mean?.toFixed(3) ?? "n/a");
  }
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("table", { name: "Cases" })).toBeVisible();
  expect(complaints).toEqual([]);
});
