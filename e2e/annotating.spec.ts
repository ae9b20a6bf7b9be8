import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { EditView, LayerView, SeriesDetail, StudySummary } from "../src/host/contract";
import { startBuiltWorkstation } from "../test-support/built-workstation";
import { ctColumns, writeOblongCt } from "./ct-series";
import { Pointer } from "./pointer";
import { cine, expect, seriousFindings, test, type Workstation } from "./workstation";

/** Annotate with the mouse, and read from the host what came of it. */
class Annotator extends Pointer {
  constructor(
    page: Page,
    private readonly get: Workstation["get"],
  ) {
    super(page, "annotate-overlay");
  }

  /** Goes to Annotate and makes an empty annotation; where nothing could be started from, it is made unasked. */
  async begin({ isAsked = true }: { isAsked?: boolean } = {}): Promise<void> {
    await expect(this.page.getByTestId("canvas-1")).toHaveAttribute("data-state", "ready");
    await this.page.keyboard.press("F3");
    await expect(this.page.getByTestId("canvas-annotate")).toHaveAttribute("data-state", "ready");
    await this.page.keyboard.press("b");
    if (isAsked) await this.page.getByRole("button", { name: "Start empty" }).click();
    else await expect(this.page.getByTestId("annotate-overlay")).toHaveAttribute("data-ready");
    await expect(this.page.getByRole("group", { name: "Start an annotation" })).toBeHidden();
  }

  async seriesId(): Promise<string> {
    const [study] = (await (await this.get("/api/studies")).json()) as StudySummary[];
    return study!.series[0]!.id;
  }

  async series(): Promise<SeriesDetail> {
    return (await (await this.get(`/api/series/${await this.seriesId()}`)).json()) as SeriesDetail;
  }

  async layer(): Promise<LayerView> {
    const answer = await this.get(`/api/layers?seriesId=${await this.seriesId()}`);
    const layers = (await answer.json()) as LayerView[];
    return layers.find(({ origin }) => origin.kind === "annotation")!;
  }

  /** The titles of what was done, the first first; what was undone in brackets. */
  async steps(): Promise<string[]> {
    const answer = await this.get(`/api/history?seriesId=${await this.seriesId()}`);
    return ((await answer.json()) as EditView[]).map(({ title, isUndone }) =>
      isUndone ? `(${title})` : title,
    );
  }

  async values(frame?: number): Promise<Uint8Array> {
    const { id, frames, revision } = await this.layer();
    const shown = frame ?? frames[0];
    if (shown === undefined || !frames.includes(shown)) return new Uint8Array(65_536);
    return new Uint8Array(
      await (await this.get(`/api/layers/${id}/frames/${shown}?revision=${revision}`)).body(),
    );
  }

  /** How many pixels have a label, on the frame that is given or the first that has any. */
  async painted(frame?: number): Promise<number> {
    return (await this.values(frame)).filter((value) => value !== 0).length;
  }

  /** Waits for the steps to be those. */
  async expectSteps(...titles: string[]): Promise<void> {
    await expect.poll(() => this.steps()).toEqual(titles);
  }
}

const annotatorOn = (workstation: Workstation) => new Annotator(workstation.page, workstation.get);

test("every tool paints what the mouse drew, and each is one step that undo takes back", async ({
  workstation,
}) => {
  const { page } = workstation;
  const annotator = annotatorOn(workstation);
  await annotator.begin();
  const counts = [0];
  const done: string[] = [];
  /** Uses a tool; afterwards the map has more pixels, or fewer, than before. */
  const use = async (title: string, grows: boolean, draw: () => Promise<void>): Promise<number> => {
    await draw();
    done.push(title);
    await annotator.expectSteps(...done);
    const now = await annotator.painted();
    if (grows) expect(now, title).toBeGreaterThan(counts.at(-1)!);
    else expect(now, title).toBeLessThan(counts.at(-1)!);
    counts.push(now);
    return now;
  };

  await use("Brush stroke", true, () => annotator.drag([-200, -200], [-100, -200], [-100, -150]));
  await use("Erase", false, async () => {
    await page.keyboard.press("e");
    await annotator.drag([-210, -200], [-160, -200]);
  });
  await use("Rectangle", true, async () => {
    await page.keyboard.press("u");
    await annotator.drag([100, -250], [200, -150]);
  });
  await use("Ellipse", true, async () => {
    await page.keyboard.press("o");
    await annotator.drag([100, 100], [200, 180]);
  });
  await use("Lasso", true, async () => {
    await page.keyboard.press("l");
    await annotator.drag([-250, 100], [-150, 100], [-150, 200], [-250, 200]);
  });
  await use("Lasso", false, async () => {
    await page.keyboard.down("Alt");
    await annotator.drag([-250, 100], [-200, 100], [-200, 200], [-250, 200]);
    await page.keyboard.up("Alt");
  });
  await use("Polygon", true, async () => {
    await page.keyboard.press("p");
    await annotator.click([-60, 150], [40, 150], [40, 250]);
    await page.keyboard.press("Enter");
  });
  await use("Scissors", true, async () => {
    await page.keyboard.press("a");
    await annotator.click([-60, -60], [60, -60], [60, 60]);
    await page.keyboard.press("Enter");
  });
  await use("Region growing", true, async () => {
    await page.keyboard.press("g");
    await annotator.click([250, 300]);
  });
  await use("Flood fill", true, async () => {
    await page.keyboard.press("Shift+G");
    await annotator.click([0, 300]);
  });

  for (let undone = 1; undone <= done.length; undone++) {
    await page.keyboard.press("Control+z");
    const left = done.length - undone;
    await annotator.expectSteps(...done.map((title, at) => (at < left ? title : `(${title})`)));
    expect(await annotator.painted()).toBe(counts[left]);
  }
  for (let redone = 1; redone <= done.length; redone++) {
    await page.keyboard.press("Control+Shift+z");
    await annotator.expectSteps(...done.map((title, at) => (at < redone ? title : `(${title})`)));
  }
  expect(await annotator.painted()).toBe(counts.at(-1));
  expect(await seriousFindings(page)).toEqual([]);
  expect(workstation.complaints).toEqual([]);
});

test("a disc of 10 mm covers the pixels whose centres lie within 5 mm of the pointer", async ({
  workstation,
}) => {
  const annotator = annotatorOn(workstation);
  await annotator.begin();
  await annotator.click([3, 3]);
  await annotator.expectSteps("Brush stroke");
  const { frames } = await annotator.series();
  const [rowMm, columnMm] = frames[0]!.spacingMm!;
  const area = (await annotator.painted()) * rowMm * columnMm;
  // A pixel's area each way at the border: exact counts are checked beside the function.
  expect(Math.abs(area - Math.PI * 25)).toBeLessThan(2 * Math.PI * 5 * Math.max(rowMm, columnMm));
  expect(new Set(await annotator.values())).toEqual(new Set([0, 1]));
});

test("only values in the range are painted, and Escape gives a stroke up", async ({ workstation }) => {
  const { page } = workstation;
  const annotator = annotatorOn(workstation);
  await annotator.begin();
  await annotator.move([-100, 0]);
  await page.mouse.down();
  await annotator.move([100, 0]);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  // Shift and a press take the range from the pixels under the brush, and paint nothing.
  await page.keyboard.down("Shift");
  await annotator.click([0, 0]);
  await page.keyboard.up("Shift");
  await expect(page.getByRole("checkbox", { name: "Only values" })).toBeChecked();
  await annotator.drag([-100, 0], [100, 0]);
  await annotator.expectSteps("Brush stroke");
  const within = await annotator.painted();
  await page.keyboard.press("Control+z");
  await annotator.expectSteps("(Brush stroke)");
  await page.getByRole("checkbox", { name: "Only values" }).click();
  await annotator.drag([-100, 0], [100, 0]);
  await annotator.expectSteps("Brush stroke");
  expect(within).toBeGreaterThan(0);
  expect(within).toBeLessThan(await annotator.painted());
});

test("the brush grows by keys and by Shift and the wheel", async ({ workstation }) => {
  const { page } = workstation;
  const annotator = annotatorOn(workstation);
  await annotator.begin();
  const diameter = page.getByRole("textbox", { name: "Diameter in mm" });
  await expect(diameter).toHaveValue("10.0 mm");
  await annotator.move([0, 0]);
  await page.keyboard.press("]");
  await expect(diameter).toHaveValue("11.2 mm");
  await page.keyboard.press("[");
  await expect(diameter).toHaveValue("10.0 mm");
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, -120);
  await page.keyboard.up("Shift");
  await expect(diameter).toHaveValue("11.2 mm");
});

test("the history draws the steps in view, however many there are", async ({ workstation }) => {
  const { page } = workstation;
  const annotator = annotatorOn(workstation);
  await annotator.begin();
  const strokes = 40;
  for (let stroke = 0; stroke < strokes; stroke++)
    await annotator.drag([stroke * 4 - 80, -80], [stroke * 4 - 78, -60]);
  await expect(page.getByText(`${strokes} steps, kept after closing`)).toBeVisible();
  expect(await page.getByRole("region", { name: "History" }).getByRole("listitem").count()).toBeLessThan(30);
});

test("strokes and their history are there after the program was killed and started again", async ({
  page,
}) => {
  const workspace = join(mkdtempSync(join(tmpdir(), "slicebench-e2e-")), "workspace.sqlite");
  const open = async () => {
    const opened = await startBuiltWorkstation({ inputs: [cine], models: [] }, ["--workspace", workspace]);
    await page.goto(opened.url);
    const ended = new Promise((done) => opened.child.once("exit", done));
    const end = async () => {
      opened.child.kill("SIGKILL");
      await ended;
    };
    const annotator = new Annotator(page, (path) => page.request.get(new URL(path, opened.url).href));
    return { annotator, end };
  };
  const first = await open();
  await first.annotator.begin();
  await first.annotator.drag([-100, 0], [100, 0]);
  await first.annotator.drag([0, -100], [0, 100]);
  await first.annotator.expectSteps("Brush stroke", "Brush stroke");
  await expect(page.getByText(/^Saved to the workspace/)).toBeVisible();
  const before = await first.annotator.values();
  await first.end();

  const second = await open();
  try {
    await second.annotator.expectSteps("Brush stroke", "Brush stroke");
    expect(await second.annotator.values()).toEqual(before);
    await expect(page.getByTestId("canvas-annotate")).toHaveAttribute("data-state", "ready");
    const steps = page.getByRole("region", { name: "History" }).getByRole("button", { name: /Brush stroke/ });
    await expect(steps).toHaveCount(2);
    // A press on the first step takes the second one back.
    await steps.last().click();
    await second.annotator.expectSteps("Brush stroke", "(Brush stroke)");
    expect(await second.annotator.painted()).toBeLessThan(before.filter((value) => value !== 0).length);
  } finally {
    await second.end();
  }
});

for (const pixels of ["spaced", "unspaced"] as const) {
  test.describe(`pixels twice as high as wide, ${pixels}`, () => {
    test.use({ opening: { inputs: [writeOblongCt(pixels)], models: [] } });

    test("the brush is round, and paints the pixels that are seen under it, turned or not", async ({
      workstation,
    }) => {
      const { page } = workstation;
      const annotator = annotatorOn(workstation);
      await annotator.begin({ isAsked: false });
      const box = (await page.getByTestId("annotate-overlay").boundingBox())!;
      const side = Math.min(box.width, box.height);
      const painted = async () => {
        const values = await annotator.values(0);
        const inside = [...values.keys()].filter((pixel) => values[pixel] !== 0);
        const span = (places: number[]) => [Math.min(...places), Math.max(...places) + 1];
        const columns = inside.map((pixel) => pixel % ctColumns);
        return { columns: span(columns), rows: span(inside.map((pixel) => Math.floor(pixel / ctColumns))) };
      };
      const disc = page.getByTestId("annotate-overlay").locator("ellipse");
      const expectRound = async () => {
        const radius = Number(await disc.getAttribute("rx"));
        expect(radius).toBeCloseTo((side * 10) / ctColumns, 0);
        expect(Number(await disc.getAttribute("ry"))).toBeCloseTo(radius, 1);
      };

      // An eighth of the picture right of its middle, a quarter above it.
      await annotator.click([side / 8, -side / 4]);
      await expectRound();
      await annotator.expectSteps("Brush stroke");
      expect(await painted()).toEqual({ columns: [30, 50], rows: [3, 13] });

      await page.keyboard.press("Control+z");
      await annotator.expectSteps("(Brush stroke)");
      await page.keyboard.press("r");
      await annotator.click([side / 8, side / 4]);
      await expectRound();
      await annotator.expectSteps("Brush stroke");
      expect(await painted()).toEqual({ columns: [38, 58], rows: [7, 17] });
      expect(workstation.complaints).toEqual([]);
    });
  });
}
