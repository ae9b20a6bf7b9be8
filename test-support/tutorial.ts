import type { Page } from "@playwright/test";

/** What docs/tutorial.md asks its reader to open, as `npm start` does. */
export const tutorialOpening = {
  inputs: ["cardiac-cine"],
  models: ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"],
};

/** What the tutorial leaves behind: the files that the browser saved. */
export interface TutorialResults {
  report: string;
  segmentation: string;
}

/**
 * Does what docs/tutorial.md says, step by step, so that neither its words nor its pictures outlive a change of the
 * program.
 * @param seen called with the name of each picture of the tutorial, when the page shows what it shows
 */
export async function followTutorial(
  page: Page,
  seen: (picture: string) => Promise<void>,
): Promise<TutorialResults> {
  // Models run, and reports are drawn, as fast as the machine's cores let them.
  const long = { timeout: 120_000 };

  // 1. Two networks, side by side.
  await page.locator("[data-testid=canvas-4][data-state=ready]").waitFor(long);
  await page.getByText("40 / 40", { exact: true }).nth(1).waitFor(long);
  await seen("tutorial-compare");

  // 2. Where do they go wrong?
  await page.getByTestId("canvas-2").click();
  await page.keyboard.press("d");
  await page.keyboard.press("Home");
  for (let slice = 1; slice < 4; slice++) await page.keyboard.press("ArrowDown");
  await page.getByText("Slice 4 / 40").first().waitFor();
  await seen("tutorial-difference");
  await page.keyboard.press("d");

  // 3. A third network.
  await page.getByRole("checkbox", { name: "Choose U-Net (short) · left ventricle" }).check();
  await page.getByRole("group", { name: "What is run" }).getByText("Series").click();
  await page.getByRole("button", { name: "Run 1", exact: true }).click();
  await page.getByText("40 / 40", { exact: true }).nth(2).waitFor(long);

  // 4. Which one to trust.
  await page.keyboard.press("F6");
  await page.getByRole("table", { name: "Cases" }).waitFor(long);
  await seen("tutorial-laboratory");
  const report = page.waitForEvent("download", long);
  await page.getByRole("button", { name: "Save report" }).click();
  await (await report).path();

  // 5. Correct a mask.
  await page.getByRole("button", { name: "Open in Compare" }).click();
  await page.locator("[data-testid=canvas-1][data-state=ready]").waitFor();
  await page.keyboard.press("F3");
  const canvas = page.getByTestId("canvas-annotate").and(page.locator("[data-state=ready]"));
  await canvas.waitFor();
  await page.keyboard.press("e");
  await page.getByRole("button", { name: /Start from ResNet-18 U-Net/ }).click();
  await page.getByText(/slices 1 to 40/).waitFor(long);
  const { x, y, width, height } = (await canvas.boundingBox())!;
  await page.mouse.move(x + width / 2 + 90, y + height / 2 - 60);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 130, y + height / 2 + 60, { steps: 8 });
  await page.mouse.up();
  await page.getByText("Erase").first().waitFor();
  await seen("tutorial-annotate");

  // 6. Take the result out.
  await page.keyboard.press("Control+e");
  const dialog = page.getByRole("dialog", { name: "Export layer" });
  await dialog.waitFor();
  await seen("tutorial-export");
  const segmentation = page.waitForEvent("download", long);
  await dialog.getByRole("button", { name: "Download" }).click();
  return { report: await (await report).path(), segmentation: await (await segmentation).path() };
}
