import { once } from "node:events";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { RunView, StudySummary } from "../src/host/contract";
import { startBuiltWorkstation } from "../test-support/built-workstation";
import { folderWith, radiograph, smallPicture } from "./files";
import { cine, expect, pictureShown, quiet, seriousFindings, test } from "./workstation";

const nothing = { inputs: [], models: [] };

/** Picks files, or a folder, as the reader does in the system's dialog. */
async function pick(page: Page, button: "Open files" | "Open folder", paths: string | string[]) {
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("main").getByRole("button", { name: button }).click(),
  ]);
  await chooser.setFiles(paths);
}

const problems = (page: Page) => page.getByRole("complementary", { name: /Problems|Inspector/ });
const banner = (page: Page) => page.getByRole("alert");

test.describe("files that are no images", () => {
  test.use({ opening: nothing });

  test("are named one by one, and the image beside them is shown", async ({ workstation }) => {
    const { page } = workstation;
    const compressed = readFileSync(join(cine, "slice-1-phase-01.dcm"));
    const folder = folderWith({
      "letter.txt": "Dear colleague,\n",
      "report.pdf": "%PDF-1.4\n",
      "notes.rtf": "{\\rtf1 }",
      "cut.dcm": radiograph(64).subarray(0, 2_000),
      "empty.dcm": "",
      "a/good.png": smallPicture(),
      // Its header is whole: only its picture tells that it is not.
      "b/torn.dcm": compressed.subarray(0, 2_000),
    });
    await pick(page, "Open folder", folder);
    await pictureShown(workstation, 1);
    await expect(page.getByText("2 of 7 files opened")).toBeVisible();
    await page
      .getByRole("contentinfo")
      .getByRole("button", { name: /problem/ })
      .click();
    const rows = problems(page).getByRole("listitem");
    for (const name of ["letter.txt", "report.pdf", "notes.rtf", "cut.dcm", "empty.dcm"]) {
      await expect(rows.filter({ hasText: name }).first()).toBeVisible();
    }
    await expect(problems(page)).toContainText("3 files are no images");
    await expect(problems(page)).not.toContainText("good.png");
    expect(await seriousFindings(page)).toEqual([]);
    for (const dismiss of await problems(page).getByRole("button", { name: "Dismiss" }).all()) {
      await dismiss
        .or(problems(page).getByRole("button", { name: "Dismiss" }).first())
        .first()
        .click();
    }
    await expect(problems(page).getByRole("heading", { name: "Layers" })).toBeVisible();

    const studies = page.getByRole("complementary", { name: "Studies" });
    await expect(studies.getByRole("img", { name: "cannot be shown" })).toBeVisible();
    await studies.getByRole("button", { name: /Short axis cine/ }).click();
    await expect(workstation.picture(1)).toContainText("Slice 1 cannot be shown");
    await expect(workstation.picture(1).getByRole("button", { name: "Try again" })).toBeVisible();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("a file that is dropped and is no image says what can be read", async ({ workstation }) => {
    const { page } = workstation;
    await pick(page, "Open files", join(folderWith({ "letter.docx": "PK\x03\x04" }), "letter.docx"));
    await expect(page.getByText("letter.docx could not be opened")).toBeVisible();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(problems(page)).toContainText("letter.docx");
    // Nothing is open: the drop target stays.
    await expect(page.getByRole("heading", { name: "Drop images or a folder here" })).toBeVisible();
  });

  test("a folder of a thousand files shows its progress, can be cancelled, and then opens", async ({
    workstation,
  }) => {
    test.slow();
    const { page } = workstation;
    const files = Array.from({ length: 1_000 }, (_, at) => [
      `picture-${String(at).padStart(4, "0")}.png`,
      smallPicture(at),
    ]);
    const folder = folderWith(Object.fromEntries(files) as Record<string, Uint8Array>);
    const status = page.getByRole("contentinfo");
    await pick(page, "Open folder", folder);
    await expect(status).toContainText(/\d+ of 1000/);
    await status.getByRole("button", { name: /^Cancel/ }).click();
    await expect(status).not.toContainText("of 1000");
    expect((await (await workstation.get("/api/studies")).json()) as StudySummary[]).toEqual([]);
    await pick(page, "Open folder", folder);
    await expect(workstation.picture(1)).toContainText("Slice 1 / 1000", { timeout: 60_000 });
    await page.keyboard.press("End");
    await expect(workstation.picture(1)).toContainText("Slice 1000 / 1000");
    await pictureShown(workstation, 1);
  });
});

test.describe("many studies", () => {
  const names = Array.from({ length: 150 }, (_, at) => `study-${String(at).padStart(3, "0")}/picture.png`);
  test.use({
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures out of the pattern
    opening: async ({}, use) => {
      const folder = folderWith(Object.fromEntries(names.map((name) => [name, smallPicture()])));
      await use({ inputs: [folder], models: [] });
    },
  });

  test("only those in view are in the page, wherever the list is scrolled to", async ({ workstation }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const panel = page.getByRole("complementary", { name: "Studies" });
    const rows = panel.locator("[data-series]");
    await expect(panel).toContainText("150");
    await expect(panel.getByText("study-000")).toBeVisible();
    expect(await rows.count()).toBeLessThan(40);
    await rows.first().hover();
    await page.mouse.wheel(0, 100_000);
    await expect(panel.getByText("study-149")).toBeVisible();
    await expect(panel.getByText("study-000")).toBeHidden();
    expect(await rows.count()).toBeLessThan(40);
  });
});

test.describe("a radiograph of 4096 x 4096", () => {
  test.use({
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures out of the pattern
    opening: async ({}, use) => {
      const folder = folderWith({ "chest.dcm": radiograph(4_096) });
      await use({ inputs: [join(folder, "chest.dcm")], models: [] });
    },
  });

  test("is shown in 16 bits, and a model that does not suit it asks before it runs", async ({
    workstation,
  }) => {
    const { page } = workstation;
    await pictureShown(workstation, 1);
    const picture = workstation.picture(1);
    await expect(picture).toContainText("4096 × 4096");
    await picture.hover();
    // The middle of the ramp, which eight bits could not say.
    await expect(page.getByTestId("text-probe").first()).toContainText(/Value (59|60)\d{3}/);
    // One picture has nothing to scroll to.
    await expect(page.getByRole("region", { name: "Slices" })).toBeHidden();
    // Long names end before the orientation letters would stand.
    const texts = (await page.getByTestId("text-patient").boundingBox())!;
    const canvas = (await picture.boundingBox())!;
    expect(texts.x + texts.width).toBeLessThan(canvas.x + canvas.width / 2);

    await page.getByRole("button", { name: /^Run U-Net · left ventricle/ }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("was made for MR, this series is DX");
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Do not run" }).click();
    await expect(dialog).toBeHidden();
    const jobs = (await (await workstation.get("/api/jobs")).json()) as { kind: string }[];
    expect(jobs.filter(({ kind }) => kind === "run")).toEqual([]);
  });
});

test.describe("an engine that is killed", () => {
  test.use({ opening: { inputs: [cine], models: ["cardiac-lv-unet"] } });

  test("is a problem that offers to run the rest, which then is there", async ({ workstation }) => {
    test.slow();
    const { page } = workstation;
    const seriesId = ((await (await workstation.get("/api/studies")).json()) as StudySummary[])[0]?.series[0]
      ?.id;
    const runs = async () =>
      (await (await workstation.get(`/api/runs?seriesId=${seriesId}`)).json()) as RunView[];
    // A machine at rest has done the series in a second: it is looked at often.
    await expect
      .poll(async () => (await runs())[0]?.framesDone ?? 0, { timeout: 30_000, intervals: [20] })
      .toBeGreaterThan(0);
    // The engine's processes are children of the server: the first works, the other is its warm spare.
    const children = execFileSync("pgrep", ["-P", String(workstation.process.pid)], { encoding: "utf8" });
    process.kill(Number(children.split("\n")[0]), "SIGKILL");
    await quiet(workstation);
    const failed = (await runs())[0]!;
    expect(failed.failures.map(({ code }) => code)).toEqual(["ENGINE_CRASHED"]);
    expect(failed.framesDone).toBe(39);

    await page
      .getByRole("contentinfo")
      .getByRole("button", { name: /1 problem The engine stopped/ })
      .click();
    await expect(problems(page)).toContainText(`at slice ${failed.failures[0]!.frame + 1}.`);
    await expect(problems(page)).toContainText("39 of 40 slices are kept, and a new engine is ready");
    expect(await seriousFindings(page)).toEqual([]);
    await problems(page).getByRole("button", { name: "Run the rest" }).click();
    await expect
      .poll(async () => (await runs()).map(({ framesDone, framesTotal }) => `${framesDone}/${framesTotal}`))
      .toEqual(["39/40", "1/1"]);
    await expect(problems(page).getByText("The engine stopped")).toBeHidden();
  });
});

test("the host goes: a banner says so, and the page comes back with it", async ({ page }) => {
  test.slow();
  const folder = folderWith({});
  const words = ["--token-file", join(folder, "token"), "--workspace", join(folder, "workspace.sqlite")];
  const opening = { inputs: [cine], models: [] };
  const first = await startBuiltWorkstation(opening, words);
  await page.goto(first.url);
  const picture = page.getByTestId("canvas-1");
  await expect(picture).toHaveAttribute("data-state", "ready");
  const ended = once(first.child, "exit");
  first.child.kill("SIGKILL");
  await ended;
  await expect(banner(page)).toContainText("Slicebench stopped answering.");
  expect(await seriousFindings(page)).toEqual([]);

  const port = ["--port", new URL(first.url).port];
  const second = await startBuiltWorkstation(opening, [...words, ...port]);
  await expect(banner(page)).toBeHidden();
  await page.keyboard.press("End");
  await expect(picture).toContainText("Slice 40 / 40");
  await expect(picture).toHaveAttribute("data-state", "ready");

  // Another workstation at the same place knows another token.
  const gone = once(second.child, "exit");
  second.child.kill("SIGKILL");
  await gone;
  const third = await startBuiltWorkstation(opening, [
    "--workspace",
    join(folder, "workspace.sqlite"),
    ...port,
  ]);
  await expect(banner(page)).toContainText("Slicebench was started anew.");
  const closed = once(third.child, "exit");
  third.child.kill("SIGTERM");
  await closed;
});

test("settings hold at once, and after a restart", async ({ page }) => {
  test.slow();
  const folder = folderWith({});
  const words = ["--workspace", join(folder, "workspace.sqlite")];
  const opening = { inputs: [cine], models: [] };
  const root = page.locator("html");
  const first = await startBuiltWorkstation(opening, words);
  await page.goto(first.url);
  await expect(page.getByTestId("canvas-1")).toHaveAttribute("data-state", "ready");
  await page.getByRole("button", { name: "Settings" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Light", exact: true }).click();
  await expect(root).toHaveAttribute("data-mantine-color-scheme", "light");
  await dialog.getByRole("button", { name: "Roomy", exact: true }).click();
  await expect(root).toHaveAttribute("data-density", "roomy");
  await dialog.getByLabel("Engine threads").fill("1");
  await dialog.getByRole("button", { name: /^Key of Invert grey values/ }).click();
  await page.keyboard.press("r");
  await expect(dialog.getByText("also the key of Rotate by 90°").first()).toBeVisible();
  await dialog.getByRole("button", { name: /^Key of Invert grey values/ }).click();
  await page.keyboard.press("F8");
  await expect(dialog.getByText(/also the key of/)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("contentinfo")).toContainText("CPU, 1 thread");
  const ended = once(first.child, "exit");
  first.child.kill("SIGTERM");
  await ended;

  const second = await startBuiltWorkstation(opening, words);
  await page.goto(second.url);
  await expect(page.getByTestId("canvas-1")).toHaveAttribute("data-state", "ready");
  await expect(root).toHaveAttribute("data-mantine-color-scheme", "light");
  await expect(root).toHaveAttribute("data-density", "roomy");
  await expect(page.getByRole("contentinfo")).toContainText("CPU, 1 thread");
  await page.keyboard.press("F8");
  await expect(page.getByTestId("canvas-1")).toContainText("inverted");
  const closed = once(second.child, "exit");
  second.child.kill("SIGTERM");
  await closed;
});
