import type { Page } from "@playwright/test";
import type { EditView, LayerView, MeasurementView, SegmentValues, StudySummary } from "../src/host/contract";
import { Pointer } from "./pointer";
import { expect, pictureShown, seriousFindings, test, type Workstation } from "./workstation";

/** Measures with the mouse, and reads from the host what came of it. */
class Measurer extends Pointer {
  constructor(
    page: Page,
    private readonly get: Workstation["get"],
    canvas: string,
  ) {
    super(page, canvas);
  }

  async seriesId(): Promise<string> {
    const [study] = (await (await this.get("/api/studies")).json()) as StudySummary[];
    return study!.series[0]!.id;
  }

  async list(): Promise<MeasurementView[]> {
    const answer = await this.get(`/api/measurements?seriesId=${await this.seriesId()}`);
    return (await answer.json()) as MeasurementView[];
  }

  /** Waits until the host has so many; returns the one that was made last. */
  async kept(count: number): Promise<MeasurementView> {
    await expect.poll(async () => (await this.list()).length).toBe(count);
    return (await this.list()).sort((a, b) => a.madeAt - b.madeAt).at(-1)!;
  }

  async steps(): Promise<string[]> {
    const answer = await this.get(`/api/history?seriesId=${await this.seriesId()}`);
    return ((await answer.json()) as EditView[]).map(({ title, isUndone }) =>
      isUndone ? `(${title})` : title,
    );
  }
}

/** One decimal, as the list writes figures. */
const tenth = (value: number) => value.toFixed(1);

for (const workplace of ["Compare", "Annotate"] as const) {
  test(`in ${workplace} every tool measures what the mouse drew, and the list says what the host computed`, async ({
    workstation,
  }) => {
    const { page, get } = workstation;
    await pictureShown(workstation, 1);
    if (workplace === "Annotate") {
      await page.keyboard.press("F3");
      await expect(page.getByTestId("canvas-annotate")).toHaveAttribute("data-state", "ready");
    }
    const measurer = new Measurer(page, get, workplace === "Annotate" ? "canvas-annotate" : "canvas-1");
    const section = page.getByRole("region", { name: "Measurements" });
    const row = (name: string) => section.getByRole("button", { name: `Go to ${name}` });

    await page.keyboard.press("Shift+L");
    await measurer.drag([-60, -40], [-20, -10]);
    const length = await measurer.kept(1);
    if (length.figures.kind !== "length") throw new Error("no length");
    expect(length.figures.unit).toBe("mm");
    await expect(row("Length 1")).toContainText(`${tenth(length.figures.length)} mm`);

    await page.keyboard.press("Shift+V");
    await measurer.click([-80, 60], [-40, 60], [-40, 20]);
    const angle = await measurer.kept(2);
    if (angle.figures.kind !== "angle") throw new Error("no angle");
    // Square pixels, and legs along the axes of the screen.
    expect(angle.figures.degrees).toBeCloseTo(90, 3);
    await expect(row("Angle 1")).toContainText("90.0°");

    await page.keyboard.press("Shift+O");
    await measurer.drag([20, -60], [80, -20]);
    const ellipse = await measurer.kept(3);
    if (ellipse.figures.kind !== "region") throw new Error("no region");
    await expect(row("Ellipse 1")).toContainText(`${tenth(ellipse.figures.area)} mm²`);
    await expect(row("Ellipse 1")).toContainText(`mean ${tenth(ellipse.figures.intensity!.mean)}`);
    // The mouse drew 60 x 40 on the screen; the length, 50 long there, says what a pixel of it is.
    const mmPerPixel = length.figures.length / 50;
    const drawn = Math.PI * 30 * 20 * mmPerPixel ** 2;
    expect(Math.abs(ellipse.figures.area / drawn - 1)).toBeLessThan(0.1);

    await page.keyboard.press("Shift+P");
    await measurer.click([20, 30], [80, 30], [80, 80]);
    await page.keyboard.press("Backspace");
    await measurer.click([80, 90], [20, 90]);
    await page.keyboard.press("Enter");
    const polygon = await measurer.kept(4);
    expect(polygon.points).toHaveLength(4);
    if (polygon.figures.kind !== "region") throw new Error("no region");
    expect(Math.abs(polygon.figures.area / (60 * 60 * mmPerPixel ** 2) - 1)).toBeLessThan(0.1);

    expect(await measurer.steps()).toEqual(["Length 1", "Angle 1", "Ellipse 1", "Polygon 1"]);
  });
}

test("a handle is moved, a shape is moved and removed, and undo brings each back", async ({
  workstation,
}) => {
  const { page, get } = workstation;
  await pictureShown(workstation, 1);
  const measurer = new Measurer(page, get, "canvas-1");
  await page.keyboard.press("Shift+L");
  await measurer.drag([-60, 0], [0, 0]);
  const made = await measurer.kept(1);
  const pointsOf = async () => (await measurer.list())[0]?.points;

  // With any viewing tool: the window stays as it is.
  await page.keyboard.press("w");
  await measurer.drag([0, 0], [0, 60]);
  await expect.poll(pointsOf).not.toEqual(made.points);
  const [start, end] = (await pointsOf())!;
  expect(start).toEqual(made.points[0]);
  expect(end!.row).toBeGreaterThan(made.points[1]!.row);

  await measurer.drag([-30, 30], [10, 30]);
  await expect.poll(async () => (await pointsOf())![0]).not.toEqual(start);
  const [movedStart, movedEnd] = (await pointsOf())!;
  expect(movedEnd!.column - movedStart!.column).toBeCloseTo(end!.column - start!.column, 6);

  await page.keyboard.press("Delete");
  await expect.poll(async () => (await measurer.list()).length).toBe(0);
  await page.keyboard.press("Control+z");
  await expect.poll(pointsOf).toEqual([movedStart, movedEnd]);
  await page.keyboard.press("Control+z");
  await expect.poll(pointsOf).toEqual([start, end]);
  await page.keyboard.press("Control+z");
  await expect.poll(pointsOf).toEqual(made.points);
  await page.keyboard.press("Control+Shift+Z");
  await expect.poll(pointsOf).toEqual([start, end]);
});

test("Escape gives up what is begun, and another slice too", async ({ workstation }) => {
  const { page, get } = workstation;
  await pictureShown(workstation, 1);
  const measurer = new Measurer(page, get, "canvas-1");
  await page.keyboard.press("Shift+P");
  await measurer.click([-60, 0], [0, 0], [0, 60]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await measurer.click([-60, 0], [0, 0], [0, 60]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+L");
  await measurer.drag([-60, 0], [0, 0]);
  expect((await measurer.kept(1)).name).toBe("Length 1");
});

test("the list renames, jumps to the slice, and is in a second window too", async ({
  workstation,
  context,
  door,
}) => {
  const { page, get } = workstation;
  await pictureShown(workstation, 1);
  const measurer = new Measurer(page, get, "canvas-1");
  await page.keyboard.press("Shift+O");
  await measurer.drag([20, -60], [80, -20]);
  const { frame } = await measurer.kept(1);
  const section = page.getByRole("region", { name: "Measurements" });
  await section.getByRole("button", { name: "Rename Ellipse 1" }).click();
  await page.getByRole("textbox", { name: "Name of Ellipse 1" }).fill("Cavity");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await measurer.list())[0]?.name).toBe("Cavity");

  await page.getByTestId("canvas-1").hover();
  await page.keyboard.press("End");
  await expect(section.getByRole("button", { name: "Go to Cavity" })).toContainText(`slice ${frame + 1}`);
  await section.getByRole("button", { name: "Go to Cavity" }).click();
  await expect(section.getByRole("button", { name: "Go to Cavity" })).toHaveAttribute("aria-current", "true");
  expect(await seriousFindings(page)).toEqual([]);

  const table = (
    await (await get(`/api/measurements/table?seriesId=${await measurer.seriesId()}`)).body()
  ).toString();
  expect(table).toContain(`Cavity,Ellipse,${frame + 1},`);

  if (door === "desktop") return;
  const second = await context.newPage();
  await second.goto(page.url());
  const inSecond = second
    .getByRole("region", { name: "Measurements" })
    .getByRole("button", { name: "Go to Cavity" });
  await expect(inSecond).toBeVisible();
  await section.getByRole("button", { name: "Remove Cavity" }).click();
  await expect(inSecond).toBeHidden();
  await second.close();
});

test("the values in a segment of a layer are those that the host reads", async ({ workstation }) => {
  const { page, get } = workstation;
  await pictureShown(workstation, 1);
  const seriesId = await new Measurer(page, get, "canvas-1").seriesId();
  await page.getByText("Values in a segment").click();
  const layer = ((await (await get(`/api/layers?seriesId=${seriesId}`)).json()) as LayerView[])[0]!;
  const { value, label } = layer.segments[0]!;
  const answer = await get(`/api/layers/${layer.id}/segments/${value}/values`);
  const { intensity } = (await answer.json()) as SegmentValues;
  const figures = page.getByLabel(`Values in ${label}`);
  await expect(figures).toContainText(`${tenth(intensity!.mean)}, ${tenth(intensity!.standardDeviation)}`);
  await expect(page.getByRole("img", { name: /^Histogram from/ })).toBeVisible();
});
