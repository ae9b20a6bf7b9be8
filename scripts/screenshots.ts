import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import type { JobView } from "../src/host/contract";
import { chromiumOptions, startBuiltWorkstation } from "../test-support/built-workstation";
import { followTutorial, tutorialOpening } from "../test-support/tutorial";

/** `npm run screenshots`: takes the pictures of the documentation from the built workstation, on the samples. */
const repository = resolve(import.meta.dirname, "..");
const samples = join(repository, "resources", "samples");
const target = join(repository, "docs", "images");

const ventricle = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"];
const nuclei = ["nuclei-unet", "nuclei-resnet18-unet"];

interface Shot {
  name: string;
  inputs: string[];
  models: string[];
  theme?: "light";
  size?: { width: number; height: number };
  /** Text in the workspace's place, which is no workspace then. */
  workspace?: string;
  /** What is done before the picture is taken. */
  prepare?: (page: Page) => Promise<void>;
}

const shots: Shot[] = [
  {
    name: "workstation",
    inputs: ["cardiac-cine"],
    models: ventricle,
    prepare: (page) => shown(page, 4),
  },
  {
    name: "light",
    inputs: ["cardiac-cine"],
    models: ventricle,
    theme: "light",
    prepare: (page) => shown(page, 3),
  },
  {
    name: "start",
    inputs: [],
    models: [],
    size: { width: 1280, height: 800 },
    workspace: "Dear colleague,",
    prepare: (page) => page.getByRole("button", { name: "Try again" }).waitFor(),
  },
  {
    name: "difference",
    inputs: ["nuclei-fluorescence"],
    models: nuclei,
    prepare: async (page) => {
      await shown(page, 3);
      await page.keyboard.press("d");
    },
  },
  {
    name: "curtain",
    inputs: ["cardiac-cine"],
    models: ventricle,
    size: { width: 1280, height: 800 },
    prepare: async (page) => {
      await shown(page, 2);
      await page.getByTestId("canvas-2").click();
      await page.keyboard.press("c");
    },
  },
  {
    name: "probability",
    inputs: ["cardiac-cine"],
    models: ventricle,
    size: { width: 1280, height: 800 },
    prepare: async (page) => {
      await shown(page, 4);
      await quiet(page);
      for (const place of [2, 3]) {
        await page.getByTestId(`canvas-${place}`).click();
        await page.keyboard.press("Shift+T");
      }
      await page
        .getByRole("group", { name: "Probability" })
        .nth(1)
        .and(page.locator("[aria-busy=false]"))
        .waitFor();
      await page
        .getByRole("slider", { name: /^Threshold of/ })
        .first()
        .press("End");
      await page.keyboard.press("s");
      await page.mouse.move(5, 5);
    },
  },
  {
    name: "disagreement",
    inputs: ["cardiac-cine"],
    models: [...ventricle, "cardiac-lv-lenet-fcn"],
    size: { width: 1280, height: 800 },
    prepare: async (page) => {
      await shown(page, 1);
      await quiet(page);
      await page.getByTestId("canvas-1").click();
      await page.keyboard.press("Shift+H");
    },
  },
  ...(["dark", "light"] as const).map((theme): Shot => ({
    name: theme === "light" ? "import-light" : "import",
    inputs: ["cardiac-cine"],
    models: [],
    ...(theme === "light" && { theme, size: { width: 1280, height: 800 } }),
    prepare: importNetwork,
  })),
  {
    name: "laboratory",
    inputs: ["cardiac-cine"],
    models: [...ventricle, "cardiac-lv-vgg16-unet", "cardiac-lv-lenet-fcn"],
    prepare: async (page) => {
      await shown(page, 4);
      await quiet(page);
      await page.getByRole("button", { name: "Laboratory" }).click();
      await page.getByRole("table", { name: "Cases" }).waitFor({ timeout: 120_000 });
    },
  },
  {
    name: "robustness",
    inputs: ["cardiac-cine"],
    models: [...ventricle, "cardiac-lv-vgg16-unet", "cardiac-lv-lenet-fcn"],
    theme: "light",
    prepare: async (page) => {
      await shown(page, 4);
      await quiet(page);
      await page.getByRole("button", { name: "Laboratory" }).click();
      await page.getByRole("button", { name: "Robustness" }).click({ timeout: 120_000 });
      await page.getByRole("button", { name: /^Perturb and run/ }).click();
      await page
        .getByRole("img", { name: /Rotation 20/ })
        .last()
        .waitFor({ timeout: 120_000 });
    },
  },
  {
    name: "blind-reading",
    inputs: ["cardiac-cine"],
    models: ventricle,
    size: { width: 1280, height: 800 },
    prepare: async (page) => {
      await shown(page, 2);
      await quiet(page);
      await page.getByRole("button", { name: "Laboratory" }).click();
      await page.getByRole("button", { name: "Read blind" }).click({ timeout: 120_000 });
      await page.getByRole("button", { name: "Begin", exact: true }).click();
      await page.getByRole("img", { name: /^Left mask/ }).waitFor();
    },
  },
  {
    name: "architectures",
    inputs: ["cardiac-cine"],
    models: ["cardiac-lv-resnet18-unet"],
    prepare: async (page) => {
      await toArchitectures(page, "ResNet-18 U-Net · left ventricle");
      await page
        .getByRole("button", { name: /^layer2, / })
        .first()
        .click();
      await page.getByRole("region", { name: "Feature maps" }).getByRole("img").nth(11).waitFor();
    },
  },
  {
    name: "architectures-unfolded",
    inputs: ["cardiac-cine"],
    models: [],
    size: { width: 1280, height: 800 },
    theme: "light",
    prepare: async (page) => {
      await toArchitectures(page, "GoogLeNet (as published)");
      await page.getByRole("button", { name: "Hide the timeline" }).click();
      await page.getByRole("button", { name: "Unfold inception4a" }).click();
      await page.getByRole("button", { name: "Fold inception4a" }).waitFor();
    },
  },
  {
    name: "architectures-beside",
    inputs: ["cardiac-cine"],
    models: [],
    prepare: async (page) => {
      await toArchitectures(page, "U-Net · left ventricle");
      await page.getByRole("button", { name: "Set beside another" }).click();
      await choose(page, "ResNet-18 U-Net · left ventricle");
      await page
        .getByRole("button", { name: /^layer3, / })
        .first()
        .click();
      await page.getByRole("region", { name: "Feature maps" }).getByRole("img").nth(11).waitFor();
    },
  },
  {
    name: "planes",
    inputs: ["brain-mr"],
    models: [],
    prepare: async (page) => {
      await shown(page, 1);
      await page.getByTestId("canvas-1").click();
      await page.keyboard.press("Alt+5");
      await shown(page, 4);
    },
  },
  {
    name: "problems",
    inputs: [folderWithDamagedFiles()],
    models: [],
    prepare: async (page) => {
      await shown(page, 1);
      await page
        .getByRole("button", { name: /problem/i })
        .first()
        .click();
    },
  },
  { name: "annotate", inputs: ["cardiac-cine"], models: ["cardiac-lv-unet"], prepare: annotate },
  {
    name: "segments",
    inputs: ["cardiac-cine"],
    models: ["cardiac-lv-unet"],
    theme: "light",
    size: { width: 1280, height: 800 },
    prepare: async (page) => {
      await annotate(page);
      await page.keyboard.press("t");
    },
  },
  {
    name: "shortcuts",
    inputs: ["cardiac-cine"],
    models: [],
    prepare: async (page) => {
      await shown(page, 1);
      await page.keyboard.press("F1");
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "measure", inputs: ["cardiac-cine"], models: ["cardiac-lv-unet"], prepare: measure },
  { name: "empty", inputs: [], models: [] },
];

/** A slice as it should be, one that was cut off on its way here, and one that is no picture at all. */
function folderWithDamagedFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-damaged-"));
  const slice = readFileSync(join(samples, "brain-mr", "brain_015.dcm"));
  writeFileSync(join(folder, "brain_015.dcm"), slice);
  writeFileSync(join(folder, "brain_016.dcm"), slice.subarray(0, slice.length / 2));
  writeFileSync(join(folder, "brain_017.dcm"), "This was saved by a mail program.");
  return folder;
}

async function toArchitectures(page: Page, network: string): Promise<void> {
  await shown(page, 1);
  await page.getByRole("button", { name: "Architectures" }).click();
  await choose(page, network);
}

async function choose(page: Page, network: string): Promise<void> {
  await page.getByRole("combobox", { name: "Network" }).last().click();
  await page.getByRole("option", { name: network, exact: true }).click();
  await page.locator(`[aria-label="Graph of ${network}"][data-drawn=true]`).waitFor();
}

async function shown(page: Page, place: number): Promise<void> {
  await page.locator(`[data-testid=canvas-${place}][data-state=ready]`).waitFor();
}

/** Brings in a network as a reader would: a bundled one under another name, so that it does what it was made for. */
async function importNetwork(page: Page): Promise<void> {
  await shown(page, 1);
  const file = join(mkdtempSync(join(tmpdir(), "slicebench-network-")), "ventricle_unet.onnx");
  copyFileSync(join(repository, "resources", "models", "cardiac-lv-unet", "model.onnx"), file);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Add model…" }).click();
  await (await chooser).setFiles(file);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of segment 1").fill("Left ventricle");
  for (const preview of await dialog.locator("canvas").all()) {
    await preview.and(page.locator("[data-state=done]")).waitFor({ timeout: 120_000 });
  }
}

/** Goes to Annotate; gives what the mouse does there, in pixels from the picture's centre. */
async function openAnnotate(page: Page) {
  await shown(page, 1);
  await page.keyboard.press("F3");
  await page.getByTestId("canvas-annotate").and(page.locator("[data-state=ready]")).waitFor();
  const box = (await page.getByTestId("canvas-annotate").boundingBox())!;
  const go = (x: number, y: number) =>
    page.mouse.move(box.x + box.width / 2 + x, box.y + box.height / 2 + y, { steps: 4 });
  const press = async (x: number, y: number) => {
    await go(x, y);
    await page.mouse.down();
  };
  const click = async (x: number, y: number) => {
    await press(x, y);
    await page.mouse.up();
  };
  return { go, press, click };
}

/** A model's masks as the start, and two strokes beside them. */
async function annotate(page: Page): Promise<void> {
  await quiet(page);
  const { press, go, click } = await openAnnotate(page);
  await page.keyboard.press("b");
  await click(0, -40);
  await page.getByRole("button", { name: /Start from U-Net/ }).click();
  await page.getByText(/slices 1 to 40/).waitFor();
  for (const x of [-40, 40]) {
    await press(x, -70);
    await go(x, 20);
    await page.mouse.up();
  }
  await page.getByText("Brush stroke").nth(1).waitFor();
}

/** A length, an angle and two regions in Annotate. */
async function measure(page: Page): Promise<void> {
  const { press, go, click } = await openAnnotate(page);
  await page.keyboard.press("Shift+L");
  await press(-220, -150);
  await go(-90, -190);
  await page.mouse.up();
  await page.keyboard.press("Shift+V");
  for (const [x, y] of [
    [-250, 160],
    [-150, 60],
    [-110, 190],
  ] as const)
    await click(x, y);
  await page.keyboard.press("Shift+P");
  for (const [x, y] of [
    [90, 110],
    [180, 90],
    [190, 180],
    [110, 200],
  ] as const)
    await click(x, y);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+O");
  await press(-20, -50);
  await go(50, 30);
  await page.mouse.up();
  await page.getByText("Values in a segment").click();
  await page.getByRole("img", { name: /^Histogram from/ }).waitFor();
}

/** Waits until no job is under way, all pictures are there, and what the last events said is drawn. */
async function quiet(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  for (;;) {
    const answer = await page.request.get(`${origin}/api/jobs`);
    // Before the start there are none.
    const jobs = answer.ok() ? ((await answer.json()) as JobView[]) : [];
    if (jobs.every(({ state }) => state !== "running" && state !== "waiting")) break;
    await page.waitForTimeout(200);
  }
  // Those below the edge of a list are read when they come into view.
  const seen =
    "[...document.images].filter((each) => each.getBoundingClientRect().top < innerHeight && each.checkVisibility())";
  while (!(await page.evaluate(`${seen}.every((each) => each.complete && each.naturalWidth > 0)`)))
    await page.waitForTimeout(200);
  await page.waitForTimeout(2_000);
}

function wordsFor({ workspace }: Shot): string[] | undefined {
  if (workspace === undefined) return undefined;
  const file = join(mkdtempSync(join(tmpdir(), "slicebench-")), "workspace.sqlite");
  writeFileSync(file, workspace);
  return ["--workspace", file];
}

async function take(browser: Browser, shot: Shot): Promise<void> {
  // A folder of the samples by its name, any other by its whole path.
  const inputs = shot.inputs.map((input) => resolve(samples, input));
  const { url, child } = await startBuiltWorkstation({ inputs, models: shot.models }, wordsFor(shot));
  const page = await browser.newPage({ viewport: shot.size ?? { width: 1440, height: 900 } });
  try {
    await page.goto(url);
    if (shot.theme !== undefined) {
      const { origin } = new URL(url);
      await page.request.patch(`${origin}/api/settings`, {
        data: { theme: shot.theme },
        headers: { origin },
      });
      await page.reload();
    }
    await shot.prepare?.(page);
    await page.mouse.move(5, 5);
    await keep(page, shot.name);
  } finally {
    await page.close();
    child.kill("SIGTERM");
  }
}

/** As it looks once nothing moves any more. */
async function keep(page: Page, name: string): Promise<void> {
  await quiet(page);
  await page.screenshot({ path: join(target, `${name}.png`) });
  console.log(`docs/images/${name}.png`);
}

/** The pictures of docs/tutorial.md, each at its step. */
async function takeTutorial(browser: Browser): Promise<void> {
  const inputs = tutorialOpening.inputs.map((input) => join(samples, input));
  const { url, child } = await startBuiltWorkstation({ ...tutorialOpening, inputs });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.goto(url);
    await followTutorial(page, (picture) => keep(page, picture));
  } finally {
    await page.close();
    child.kill("SIGTERM");
  }
}

mkdirSync(target, { recursive: true });
const browser = await chromium.launch(chromiumOptions);
// `npm run screenshots -- NAME...` takes only these.
const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
for (const shot of shots) if (isWanted(shot.name)) await take(browser, shot);
if (isWanted("tutorial")) await takeTutorial(browser);
await browser.close();
