import type { Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { decode } from "fast-png";
import { fittedCamera, imageToScreen, mapPoint, resolveCamera } from "../src/core/image/view";
import type { LayerView, RunView, StudySummary } from "../src/host/contract";
import { expect, pictureShown, samples, quiet, test, type Workstation } from "./workstation";

/** Five places with eight phases each: the middle place's first phase. */
const openingFrame = 16;
const models = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"];

async function openSeriesId(workstation: Workstation): Promise<string> {
  const studies = (await (await workstation.get("/api/studies")).json()) as StudySummary[];
  return studies[0]!.series[0]!.id;
}

async function layers(workstation: Workstation): Promise<LayerView[]> {
  const seriesId = await openSeriesId(workstation);
  return (await (await workstation.get(`/api/layers?seriesId=${seriesId}`)).json()) as LayerView[];
}

async function allRuns(workstation: Workstation): Promise<RunView[]> {
  const seriesId = await openSeriesId(workstation);
  return (await (await workstation.get(`/api/runs?seriesId=${seriesId}`)).json()) as RunView[];
}

/** Presses a model's button and waits until the host has taken the run. */
async function startRun(page: Page, button: RegExp): Promise<void> {
  const taken = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.ok());
  await page.getByRole("button", { name: button }).click();
  await taken;
}

/** Each model's newest run. */
async function lastRuns(workstation: Workstation, modelIds: readonly string[]): Promise<RunView[]> {
  const runs = await allRuns(workstation);
  return modelIds.map((id) => runs.filter(({ modelId }) => modelId === id).at(-1)!);
}

/** The canvas of a viewport as pixels, without the texts over it. */
async function shownPixels(workstation: Workstation, place: number) {
  const style = "[data-testid^=corner-texts] { visibility: hidden !important }";
  return decode(await workstation.picture(place).screenshot({ style }));
}

test.describe("two models that ran at the start", () => {
  test.use({ opening: { inputs: [`${import.meta.dirname}/../resources/samples/cardiac-cine`], models } });

  test("their masks on the canvas are the label maps that the host keeps", async ({ workstation }) => {
    const { page } = workstation;
    await expect(page.getByRole("region", { name: /^Viewport 2, U-Net/ })).toBeVisible();
    await pictureShown(workstation, 2);
    await quiet(workstation);
    await expect(page.getByRole("table")).toContainText("0.928");
    const layer = (await layers(workstation)).find(({ name }) => name === "U-Net · left ventricle")!;
    const bytes = await (await workstation.get(`/api/layers/${layer.id}/frames/${openingFrame}`)).body();

    // It opens on what the layers mark; the whole picture is easier to place.
    await page.keyboard.press("0");
    await page.mouse.move(5, 5);
    const withMask = await shownPixels(workstation, 2);
    await page.keyboard.press("h");
    await expect
      .poll(async () =>
        Buffer.from((await shownPixels(workstation, 2)).data).equals(Buffer.from(withMask.data)),
      )
      .toBe(false);
    const without = await shownPixels(workstation, 2);

    const view = { width: withMask.width, height: withMask.height };
    const image = { rows: 256, columns: 256, spacingMm: [1.37, 1.37] as [number, number] };
    const toScreen = imageToScreen(resolveCamera(fittedCamera, image, view), image, view);
    let inside = 0;
    let insideChanged = 0;
    let farOutsideChanged = 0;
    for (let row = 1; row < 255; row++) {
      for (let column = 1; column < 255; column++) {
        const at = mapPoint(toScreen, { x: column + 0.5, y: row + 0.5 });
        const x = Math.floor(at.x);
        const y = Math.floor(at.y);
        if (x < 0 || y < 0 || x >= view.width || y >= view.height) continue;
        const start = (y * view.width + x) * withMask.channels;
        const isChanged = [0, 1, 2].some(
          (c) => Math.abs(withMask.data[start + c]! - without.data[start + c]!) > 3,
        );
        const near = [-3, -2, -1, 0, 1, 2, 3].some((dy) =>
          [-3, -2, -1, 0, 1, 2, 3].some((dx) => bytes[(row + dy) * 256 + column + dx] === 1),
        );
        if (bytes[row * 256 + column] === 1) {
          inside++;
          if (isChanged) insideChanged++;
        } else if (!near && isChanged) farOutsideChanged++;
      }
    }
    expect(inside).toBeGreaterThan(300);
    expect(insideChanged / inside).toBeGreaterThan(0.97);
    // The reference's dashed outline is hidden too: nothing else may change.
    expect(farOutsideChanged).toBeLessThan(20);
  });

  test("the curtain is drawn, dragged and taken away", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 2);
    await quiet(workstation);
    await workstation.picture(2).click();
    await page.keyboard.press("c");
    const handle = page.getByTestId("curtain-handle-2");
    await expect(handle).toBeVisible();
    const before = (await handle.boundingBox())!;
    await page.mouse.move(before.x + before.width / 2, before.y + before.height / 2);
    await page.mouse.down();
    await page.mouse.move(before.x - 60, before.y + before.height / 2, { steps: 4 });
    await page.mouse.up();
    const after = (await handle.boundingBox())!;
    expect(after.x).toBeLessThan(before.x - 30);
    await page.keyboard.press("c");
    await expect(handle).toBeHidden();
  });

  test("the engine is killed in the middle of a run, and the next run works", async ({
    workstation,
    door,
  }) => {
    test.skip(
      door === "desktop",
      "Electron has other processes beside the engine's: see src/main/engine.test.ts",
    );
    const { page } = workstation;
    await pictureShown(workstation, 2);
    await quiet(workstation);
    await page.getByRole("group", { name: "What is run" }).getByRole("button", { name: "Series" }).click();
    await quiet(workstation);
    await startRun(page, /^Run U-Net · left ventricle/);
    // The engine's processes are children of the server.
    const children = execFileSync("pgrep", ["-P", String(workstation.process.pid)], { encoding: "utf8" });
    const engines = children.trim().split("\n");
    for (const pid of engines) process.kill(Number(pid), "SIGKILL");
    await quiet(workstation);
    const [killed] = await lastRuns(workstation, ["cardiac-lv-unet"]);
    expect(killed).toMatchObject({ state: "done", framesDone: 40 - killed!.failures.length });
    expect(killed!.failures.every(({ code }) => code === "ENGINE_CRASHED")).toBe(true);
    // Each process takes at most the slice with it that it was given: the one at work, and the spare that took over.
    expect(killed!.failures.length).toBeLessThanOrEqual(engines.length);
    await expect(workstation.picture(1)).toHaveAttribute("data-state", "ready");
    await startRun(page, /^Run ResNet-18 U-Net · left ventricle/);
    await quiet(workstation);
    expect((await lastRuns(workstation, ["cardiac-lv-resnet18-unet"]))[0]).toMatchObject({
      state: "done",
      framesDone: 40,
      failures: [],
    });
  });
});

test("two models are run from the models panel, laid out beside each other, and cancelled", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  await page.getByRole("group", { name: "What is run" }).getByRole("button", { name: "Series" }).click();
  for (const name of ["U-Net · left ventricle", "ResNet-18 U-Net · left ventricle"]) {
    await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
  }
  await page.getByRole("region", { name: "Models" }).getByRole("button", { name: "Run 2" }).click();
  await expect(page.getByRole("region", { name: /^Viewport 3, ResNet-18 U-Net/ })).toBeVisible();
  await expect(page.getByRole("contentinfo").getByRole("button", { name: "Cancel" })).toBeVisible();
  await page.keyboard.press("Escape");
  await quiet(workstation);
  const runs = await allRuns(workstation);
  expect(runs.map(({ modelId }) => modelId).sort()).toEqual([...models].sort());
  // The second model had not begun: cancelled with the first, or after it where that was quicker than the key.
  expect(runs.at(-1)?.state).toBe("cancelled");
  expect(runs.at(-1)!.framesDone).toBeLessThan(40);
});

test.describe("a picture in colour", () => {
  test.use({ opening: { inputs: [`${samples}/retina/retina.jpg`], models: [] } });

  test("is not run by a model of grey slices before the reader has agreed", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    await page.getByRole("button", { name: /^Run U-Net · left ventricle on this slice/ }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("made for grey pictures, this series is in colour");
    expect(await allRuns(workstation)).toEqual([]);
    await dialog.getByRole("button", { name: /^Run/ }).click();
    await expect.poll(async () => (await allRuns(workstation)).length).toBe(1);
  });
});
