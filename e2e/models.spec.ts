import { execFileSync } from "node:child_process";
import { decode } from "fast-png";
import { fittedCamera, imageToScreen, mapPoint, resolveCamera } from "../src/core/image/view";
import type { LayerView, RunView, StudySummary } from "../src/host/contract";
import { expect, pictureShown, quiet, test, type Workstation } from "./workstation";

const models = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"];

async function openSeriesId(workstation: Workstation): Promise<string> {
  const studies = (await (await workstation.get("/api/studies")).json()) as StudySummary[];
  return studies[0]!.series[0]!.id;
}

async function layers(workstation: Workstation): Promise<LayerView[]> {
  const seriesId = await openSeriesId(workstation);
  return (await (await workstation.get(`/api/layers?seriesId=${seriesId}`)).json()) as LayerView[];
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
    await expect(page.getByRole("table")).toContainText("0.873");
    const layer = (await layers(workstation)).find(({ name }) => name === "U-Net · left ventricle")!;
    const bytes = await (await workstation.get(`/api/layers/${layer.id}/frames/0`)).body();

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

  test("the curtain is dragged, the difference shown, and the layers flicker while a key is held", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 2);
    await workstation.picture(2).click();
    await page.keyboard.press("c");
    const handle = page.getByTestId(/^curtain-handle/).first();
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
    await page.keyboard.press("d");
    await expect(page.getByText(/agree/i).first()).toBeVisible();
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
    await page.getByRole("group", { name: "What is run" }).getByRole("button", { name: "Series" }).click();
    await quiet(workstation);
    await page.getByRole("button", { name: /^Run U-Net · left ventricle/ }).click();
    // The engine's processes are children of the server.
    const children = execFileSync("pgrep", ["-P", String(workstation.process.pid)], { encoding: "utf8" });
    for (const pid of children.trim().split("\n")) process.kill(Number(pid), "SIGKILL");
    const seriesId = await openSeriesId(workstation);
    await expect
      .poll(async () => {
        const runs = (await (await workstation.get(`/api/runs?seriesId=${seriesId}`)).json()) as RunView[];
        const last = runs.filter(({ modelId }) => modelId === "cardiac-lv-unet").at(-1)!;
        return last.state === "done" || last.state === "failed" ? last.framesDone + last.failures.length : 0;
      })
      .toBe(40);
    await expect(workstation.picture(1)).toHaveAttribute("data-state", "ready");
    await page.getByRole("button", { name: /^Run ResNet-18 U-Net · left ventricle/ }).click();
    await expect
      .poll(async () => {
        const runs = (await (await workstation.get(`/api/runs?seriesId=${seriesId}`)).json()) as RunView[];
        const last = runs.filter(({ modelId }) => modelId === "cardiac-lv-resnet18-unet").at(-1)!;
        return [last.state, last.framesDone];
      })
      .toEqual(["done", 40]);
  });
});

test("a run is started from the models panel, and can be cancelled", async ({ workstation }) => {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  const seriesId = await openSeriesId(workstation);
  await page.getByRole("group", { name: "What is run" }).getByRole("button", { name: "Series" }).click();
  for (const name of ["U-Net · left ventricle", "ResNet-18 U-Net · left ventricle"]) {
    await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
  }
  await page
    .getByRole("region", { name: "Models" })
    .getByRole("button", { name: /^Run( \d+)?$/ })
    .click();
  const states = async () => {
    const runs = (await (await workstation.get(`/api/runs?seriesId=${seriesId}`)).json()) as RunView[];
    return runs.map(({ state }) => state);
  };
  await expect.poll(states).toContain("running");
  // The key cancels what the page shows to be running.
  await expect(page.getByRole("contentinfo").getByRole("button", { name: /^Cancel/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect
    .poll(async () => (await states()).filter((state) => state === "cancelled").length)
    .toBeGreaterThan(0);
  expect(await states()).not.toContain("running");
});

test("a model of colour pictures over a grey series warns before it runs", async ({ workstation }) => {
  const { page } = workstation;
  await pictureShown(workstation, 1);
  const seriesId = await openSeriesId(workstation);
  await page.getByRole("button", { name: /^Run U-Net · left ventricle on this slice/ }).click();
  await expect
    .poll(
      async () =>
        ((await (await workstation.get(`/api/runs?seriesId=${seriesId}`)).json()) as RunView[]).length,
    )
    .toBe(1);
  await expect(page.getByRole("dialog")).toBeHidden();
});
