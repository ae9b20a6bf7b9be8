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

test("after a crash the workstation opens where it was: studies, workplace, series, slice and tool", async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-e2e-"));
  const words = ["--workspace", join(folder, "workspace.sqlite")];
  const inputs = [cine, join(samples, "brain-mr")];
  const first = await startBuiltWorkstation({ inputs, models: [] }, words);
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
  } finally {
    await kill(second.child);
  }
});
