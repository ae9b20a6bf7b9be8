import { join } from "node:path";
import type { Page } from "@playwright/test";
import { cine, expect, samples, seriousFindings, test } from "./workstation";

const queue = (page: Page) => page.getByRole("complementary", { name: "Review queue" });
const rows = (page: Page) => queue(page).getByRole("listitem").getByRole("button");
const choice = (page: Page, label: string) => queue(page).getByRole("radiogroup", { name: label });

test.use({ opening: { inputs: [cine, join(samples, "brain-mr")], models: [] } });

test("slices and series are marked, counted, filtered and walked through by key", async ({ workstation }) => {
  const { page } = workstation;
  await expect(page.locator("[data-series]")).toHaveCount(2);
  await page.keyboard.press("q");
  await expect(rows(page)).toHaveCount(2);
  await expect(queue(page)).toContainText("0 of 50 slices done");

  await page.keyboard.press("Shift+D");
  await expect(queue(page)).toContainText("1 of 50 slices done");
  await expect(choice(page, "This slice").getByRole("radio", { name: "Done" })).toBeChecked();
  await expect(choice(page, "This series").getByRole("radio", { name: "In progress" })).toBeChecked();

  await page.keyboard.press("Alt+PageDown");
  await expect(rows(page).nth(1)).toHaveAttribute("aria-current", "true");
  await choice(page, "This series").getByRole("radio", { name: "Flagged" }).click();
  await expect(rows(page).nth(1)).toContainText("Flagged");

  await queue(page).getByRole("button", { name: "Flagged, 1" }).click();
  await expect(rows(page)).toHaveCount(1);
  await queue(page).getByRole("button", { name: "All 2" }).click();
  await page.keyboard.press("Alt+PageUp");
  await expect(rows(page).first()).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("Control+Shift+D");
  await expect(rows(page).first()).toContainText("40 / 40");
  expect(await seriousFindings(page)).toEqual([]);
  await page.screenshot({ path: "out/e2e/review-1440.png" });
  // In Annotate the queue is what stands there.
  await page.keyboard.press("q");
  await page.keyboard.press("F3");
  await expect(rows(page)).toHaveCount(2);
  await page.screenshot({ path: "out/e2e/review-annotate.png" });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: "out/e2e/review-1280.png" });
});
