import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import type { Session } from "../src/host/contract";
import { startBuiltWorkstation } from "../test-support/built-workstation";
import { cine, samples } from "./workstation";

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

const viewport = (page: Page, place: number) =>
  page
    .getByTestId("viewport-grid")
    .getByRole("region")
    .nth(place - 1);
const seriesRows = (page: Page) =>
  page.getByRole("complementary", { name: "Studies" }).locator("[data-series]");

test("after a crash the workstation opens where it was: studies, workplace, series, slice and tools", async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-e2e-"));
  const words = ["--workspace", join(folder, "workspace.sqlite")];
  const inputs = [cine, join(samples, "brain-mr")];
  const first = await startBuiltWorkstation({ inputs, models: [] }, words);
  let diameter: number;
  const kept = async () => {
    const answer = await page.request.get(new URL("/api/session", first.url).href);
    return (await answer.json()) as Session | null;
  };
  try {
    await page.goto(first.url);
    await expect(seriesRows(page)).toHaveCount(2);
    await seriesRows(page).last().click();
    await expect(viewport(page, 1)).toContainText("/ 10");
    // In the list of studies the arrows walk through the studies.
    await viewport(page, 1).focus();
    await page.keyboard.press("Home");
    for (let index = 0; index < 6; index++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("z");
    await page.keyboard.press("Alt+2");
    await expect(viewport(page, 1)).toContainText("Slice 7 / 10");
    await page.keyboard.press("F3");
    await expect(page.getByTestId("canvas-annotate")).toHaveAttribute("data-state", "ready");
    await page.keyboard.press("b");
    for (let step = 0; step < 3; step++) await page.keyboard.press("]");
    await page.keyboard.press("e");
    await expect.poll(async () => (await kept())?.annotation).toMatchObject({ tool: "eraser" });
    diameter = (await kept())!.annotation!.brush.diameterMm;
    expect(diameter).toBeGreaterThan(10);
    await page.keyboard.press("F2");
    await expect.poll(async () => (await kept())?.workplace).toBe("compare");
    await expect.poll(async () => (await kept())?.layout).toBe("1x2");
  } finally {
    await kill(first.child);
  }

  const second = await startBuiltWorkstation({ inputs: [], models: [] }, words);
  try {
    await page.goto(second.url);
    await expect(seriesRows(page)).toHaveCount(2);
    await expect(viewport(page, 2)).toContainText("Slice 7 / 10");
    await expect(viewport(page, 1)).toContainText("Slice 7 / 10");
    await expect(page.getByRole("button", { name: "Zoom", exact: true })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
    await page.keyboard.press("F3");
    await expect(page.getByRole("button", { name: "Eraser", exact: true })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
    await expect(page.getByRole("textbox", { name: "Diameter in mm" })).toHaveValue(
      `${diameter.toFixed(1)} mm`,
    );
  } finally {
    await kill(second.child);
  }
});
