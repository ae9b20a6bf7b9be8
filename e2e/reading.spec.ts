import type { Locator, Page } from "@playwright/test";
import { ctColumns, hounsfieldAt, writeCtStudy } from "./ct-series";
import { expect, pictureShown, samples, test, type Workstation } from "./workstation";

const { thick, thin, uneven } = writeCtStudy();

/** Where a pixel of a fitted 64 x 64 picture lies on the page. */
async function placeOf(picture: Locator, pixel: { column: number; row: number }, rows = ctColumns) {
  const box = (await picture.boundingBox())!;
  const zoom = Math.min(box.width / ctColumns, box.height / rows);
  return {
    x: box.x + box.width / 2 + (pixel.column + 0.5 - ctColumns / 2) * zoom,
    y: box.y + box.height / 2 + (pixel.row + 0.5 - rows / 2) * zoom,
    zoom,
  };
}

const probe = (workstation: Workstation, place: number) =>
  workstation.picture(place).getByTestId("text-probe");
const letters = (workstation: Workstation, place: number) =>
  workstation.picture(place).getByTestId("text-orientation");
const statusLine = (page: Page) => page.getByRole("contentinfo");
const minus = (value: number) => value.toString().replace("-", "−");

test.describe("a CT", () => {
  test.use({ opening: { inputs: [thick], models: [] } });

  test("opens at its middle in its own window; presets, probe and scale bar are in its units", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const picture = workstation.picture(1);
    await expect(picture).toContainText("Slice 5 / 8");
    await expect(picture).toContainText("S 32.0 mm");
    await expect(picture).toContainText("W 400 L 40");
    for (const [key, shown] of [
      ["4", "W 1500 L −600"],
      ["6", "W 2000 L 400"],
      ["7", "W 80 L 40"],
      ["1", "W 400 L 40"],
    ] as const) {
      await page.keyboard.press(key);
      await expect(picture).toContainText(shown);
    }
    await page.getByRole("group", { name: "Window" }).getByRole("button", { name: /lung$/i }).click();
    await expect(picture).toContainText("W 1500 L −600");

    for (const column of [3, 60]) {
      const at = await placeOf(picture, { column, row: 20 });
      await page.mouse.move(at.x, at.y);
      await expect(probe(workstation, 1)).toHaveText(`${minus(hounsfieldAt(column, 4))} HU`);
      await expect(statusLine(page)).toContainText(`x ${column} y 20`);
    }
    const { zoom } = await placeOf(picture, { column: 0, row: 0 });
    const bar = picture.getByTestId("scale-bar");
    const millimetres = Number(/(\d+) mm/.exec(await bar.innerText())![1]);
    // A pixel is 2 mm wide.
    expect((await bar.locator("span").last().boundingBox())!.width).toBeCloseTo((millimetres / 2) * zoom, 0);
  });

  test("is zoomed about the pointer with Ctrl and the wheel, and goes along with a middle drag", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const picture = workstation.picture(1);
    const start = await placeOf(picture, { column: 45, row: 12 });
    await page.mouse.move(start.x, start.y);
    await expect(statusLine(page)).toContainText("x 45 y 12");
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -300);
    await page.keyboard.up("Control");
    await expect(picture).not.toContainText(`Zoom ${start.zoom.toFixed(1)}×`);
    await page.mouse.move(start.x + 0.5, start.y);
    await expect(statusLine(page)).toContainText("x 45 y 12");
    await page.mouse.down({ button: "middle" });
    await page.mouse.move(start.x - 90, start.y + 70, { steps: 3 });
    await page.mouse.up({ button: "middle" });
    await expect(statusLine(page)).toContainText("x 45 y 12");
    await expect(picture).toContainText("Slice 5 / 8");
    await page.keyboard.press("n");
    await expect(picture).toContainText("Zoom 1.0×");
    await page.keyboard.press("0");
    await page.mouse.move(start.x, start.y);
    await expect(statusLine(page)).toContainText("x 45 y 12");
  });

  test("says which way the patient lies, however it is turned", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    // Top, right, bottom, left.
    await expect(letters(workstation, 1)).toHaveText("ALPR");
    await page.keyboard.press("r");
    await expect(letters(workstation, 1)).toHaveText("RALP");
    await page.keyboard.press("f");
    await expect(letters(workstation, 1)).toHaveText("RPLA");
    // The picture turned with its letters: the patient's right, the low values, is at the top.
    const at = await placeOf(workstation.picture(1), { column: 32, row: 2 });
    await page.mouse.move(at.x, at.y);
    await expect(probe(workstation, 1)).toHaveText(`${minus(hounsfieldAt(2, 4))} HU`);
    await page.keyboard.press("Shift+R");
    await expect(letters(workstation, 1)).toHaveText("ALPR");
  });

  test("is shown in three planes, the right way up, and the crosshair brings the others along", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await page.keyboard.press("Alt+5");
    await pictureShown(workstation, 4);
    await expect(workstation.picture(3)).toContainText("Coronal 33 / 64");
    await expect(workstation.picture(4)).toContainText("Sagittal 33 / 64");
    await expect(letters(workstation, 3)).toHaveText("SLIR");
    await expect(letters(workstation, 4)).toHaveText("SPIA");
    await page.keyboard.press("x");
    const axial = await placeOf(workstation.picture(2), { column: 10, row: 50 });
    await page.mouse.click(axial.x, axial.y);
    await expect(workstation.picture(3)).toContainText("Coronal 51 / 64");
    await expect(workstation.picture(4)).toContainText("Sagittal 11 / 64");
    // 8 slices of 8 mm are as high as 32 pixels of 2 mm. The head's end is at the top.
    const top = await placeOf(workstation.picture(3), { column: 20, row: 1 }, 32);
    await page.mouse.move(top.x, top.y);
    await expect(probe(workstation, 3)).toHaveText(`${minus(hounsfieldAt(20, 7))} HU`);
    await page.mouse.click(top.x, top.y);
    await expect(workstation.picture(2)).toContainText("Axial 8 / 8");
    await expect(workstation.picture(4)).toContainText("Sagittal 21 / 64");
  });
});

test.describe("two series of one patient space", () => {
  test.use({ opening: { inputs: [thick, thin], models: [] } });

  test("are linked by place, camera and window, until the link is taken away", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await page.keyboard.press("Alt+2");
    await workstation.viewport(2).focus();
    const studies = page.getByRole("complementary", { name: "Studies" });
    await studies.getByRole("button", { name: /thin/ }).click({ modifiers: ["Shift"] });
    await expect(workstation.picture(2)).toContainText("/ 16");
    await workstation.viewport(1).focus();
    await page.keyboard.press("End");
    await expect(workstation.picture(1)).toContainText("Slice 8 / 8");
    // Both lie at 56 mm.
    await expect(workstation.picture(2)).toContainText("Slice 15 / 16");
    await expect(workstation.picture(2)).toContainText("S 56.0 mm");
    await page.keyboard.press("4");
    await expect(workstation.picture(2)).toContainText("W 1500 L −600");
    await page.keyboard.press("n");
    await expect(workstation.picture(2)).toContainText("Zoom 1.0×");
    await page.keyboard.press("l");
    await page.keyboard.press("Home");
    await expect(workstation.picture(1)).toContainText("Slice 1 / 8");
    await expect(workstation.picture(2)).toContainText("Slice 15 / 16");
  });
});

test.describe("slices that are not evenly spaced", () => {
  test.use({ opening: { inputs: [uneven], models: [] } });

  test("are refused as a volume, with the reason", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await expect(page.getByRole("group", { name: "Layout" }).getByText("Planes")).toBeDisabled();
    await page.keyboard.press("Alt+5");
    await expect(
      page.getByText(/^2 slices seem to be missing: 1 of 4 steps are a multiple of 4 mm/).first(),
    ).toBeVisible();
    await expect(workstation.picture(1)).toContainText("Slice 3 / 5");
  });
});

test.describe("a real oblique MR series", () => {
  test.use({ opening: { inputs: [`${samples}/brain-mr`], models: [] } });

  test("has no presets in HU, plays as a cine, and stops", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await expect(
      page.getByRole("group", { name: "Window" }).getByRole("button", { name: /lung$/i }),
    ).toBeDisabled();
    await expect(letters(workstation, 1)).toHaveText("ALPR");
    const picture = workstation.picture(1);
    await expect(picture).toContainText("Slice 6 / 10");
    await page.keyboard.press("k");
    await expect(picture).not.toContainText("Slice 6 / 10");
    await page.keyboard.press("k");
    const resting = await picture.getByTestId("text-slice").innerText();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await expect(picture.getByTestId("text-slice")).toHaveText(resting, { useInnerText: true });
  });
});
