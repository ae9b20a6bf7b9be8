import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import type { EditView, LayerView, SegmentMeasure, SeriesSummary, StudySummary } from "../src/host/contract";
import { expect, samples, seriousFindings, test, type Workstation } from "./workstation";

/** The slice that a workstation opens the cine at. */
const opensAt = 16;

interface Annotating {
  picture: Locator;
  series: SeriesSummary;
  /** What the painted annotation has, by the host. */
  annotations: () => Promise<LayerView[]>;
  layer: () => Promise<LayerView>;
  /** Pixels of a segment on a slice. */
  pixels: (value: number, frame?: number) => Promise<number>;
  history: () => Promise<EditView[]>;
  /** Drags from one place of the picture to another, in shares of it. */
  drag: (from: [x: number, y: number], to: [x: number, y: number]) => Promise<void>;
}

/** Goes to Annotate and starts an annotation: from the reference, empty, or where there is nothing to start from. */
async function annotate(
  workstation: Workstation,
  from: "Reference" | "empty" | "nothing",
): Promise<Annotating> {
  const { page } = workstation;
  await expect(workstation.picture(1)).toHaveAttribute("data-state", "ready");
  await page.keyboard.press("F3");
  const picture = page.getByTestId("canvas-annotate");
  await expect(picture).toHaveAttribute("data-state", "ready");
  await page.keyboard.press("b");
  if (from !== "nothing")
    await page.getByRole("button", { name: from === "empty" ? "Start empty" : `Start from ${from}` }).click();
  await expect(page.getByRole("region", { name: "Measured as you draw" })).toBeVisible();

  const ask = async <Answer>(path: string) => (await (await workstation.get(path)).json()) as Answer;
  const series = (await ask<StudySummary[]>("/api/studies"))[0]!.series[0]!;
  const annotations = async () =>
    (await ask<LayerView[]>(`/api/layers?seriesId=${series.id}`)).filter(
      ({ origin }) => origin.kind === "annotation",
    );
  const layer = async () => (await annotations())[0]!;
  if (from === "Reference")
    await expect.poll(async () => (await layer()).frames.length).toBe(series.frameCount);
  return {
    picture,
    series,
    annotations,
    layer,
    pixels: async (value, frame = opensAt) => {
      const { id } = await layer();
      const measures = await ask<SegmentMeasure[]>(`/api/layers/${id}/measures?frame=${frame}`);
      return measures.find((measure) => measure.value === value)?.pixels ?? 0;
    },
    history: () => ask<EditView[]>(`/api/history?seriesId=${series.id}`),
    drag: async ([x, y], [toX, toY]) => {
      const box = (await picture.boundingBox())!;
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      await page.mouse.down();
      await page.mouse.move(box.x + toX * box.width, box.y + toY * box.height, { steps: 8 });
      await page.mouse.up();
    },
  };
}

/** Takes the last step back and waits until the host has. */
async function undo({ page }: Workstation, { history }: Annotating): Promise<void> {
  const done = async () => (await history()).filter(({ isUndone }) => !isUndone).length;
  const before = await done();
  await page.keyboard.press("Control+z");
  await expect.poll(done).toBe(before - 1);
}

/** Takes a removal back by the message that tells of it: the history has an Undo of its own, of another step. */
async function undoByMessage(page: Page, told: string): Promise<void> {
  await page.getByRole("alert").filter({ hasText: told }).getByRole("button", { name: "Undo" }).click();
}

const box: [[number, number], [number, number]] = [
  [0.3, 0.3],
  [0.4, 0.42],
];

test("segments are added, renamed, coloured, coded and reordered, and each can be taken back", async ({
  workstation,
}) => {
  const { page } = workstation;
  const annotating = await annotate(workstation, "Reference");
  const segments = page.getByRole("region", { name: "Segments" });
  const labels = async () => (await annotating.layer()).segments.map(({ label }) => label);
  const first = (await labels())[0]!;

  await segments.getByRole("button", { name: "Add a segment" }).click();
  const added = segments.getByRole("button", { name: "Paint Segment 2" });
  await expect(added).toHaveAttribute("aria-pressed", "true");
  await added.dblclick();
  await page.keyboard.type("LV wall");
  await page.keyboard.press("Enter");
  await expect.poll(labels).toEqual([first, "LV wall"]);

  await segments.getByRole("button", { name: "More for LV wall" }).click();
  await page.getByRole("button", { name: "Vermilion" }).click();
  await expect.poll(async () => (await annotating.layer()).segments[1]!.colour).toBe("#D55E00");
  await page.getByRole("menuitem", { name: "Move up" }).click();
  await expect.poll(labels).toEqual(["LV wall", first]);

  await segments.getByRole("combobox", { name: "Coded concept of LV wall" }).fill("myocard");
  await page.getByRole("option", { name: "Left Ventricle Myocardium" }).click();
  await expect
    .poll(async () => (await annotating.layer()).segments[0])
    .toMatchObject({
      concept: { scheme: "SCT", value: "49848007" },
      category: { scheme: "SCT", value: "85756007", meaning: "Tissue" },
    });
  expect(await seriousFindings(page)).toEqual([]);

  for (let at = 0; at < 5; at++) await undo(workstation, annotating);
  expect(await labels()).toEqual([first]);
  await expect(segments.getByRole("listitem")).toHaveCount(1);
});

test("a locked segment keeps its pixels, a hidden one is not drawn", async ({ workstation }) => {
  const { page } = workstation;
  const annotating = await annotate(workstation, "Reference");
  const { label } = (await annotating.layer()).segments[0]!;
  const before = await annotating.pixels(1);

  const drawn = await annotating.picture.screenshot();
  await page.getByRole("button", { name: `Hide ${label}` }).click();
  await expect.poll(async () => (await annotating.layer()).segments[0]!.hidden).toBe(true);
  await expect.poll(async () => (await annotating.picture.screenshot()).equals(drawn)).toBe(false);
  await page.getByRole("button", { name: `Show ${label}` }).click();

  await page.getByRole("button", { name: `More for ${label}` }).click();
  await page.getByRole("menuitem", { name: "Lock" }).click();
  await expect(page.getByRole("button", { name: `Unlock ${label}` })).toBeVisible();
  await page.getByRole("button", { name: "Add a segment" }).click();
  await expect(page.getByRole("button", { name: "Paint Segment 2" })).toBeVisible();
  await page.keyboard.press("u");
  await annotating.drag([0.1, 0.1], [0.9, 0.9]);
  await expect.poll(() => annotating.pixels(2)).toBeGreaterThan(1_000);
  expect(await annotating.pixels(1)).toBe(before);
});

test("merging and removing segments take their pixels along, and bring them back", async ({
  workstation,
}) => {
  const { page } = workstation;
  const annotating = await annotate(workstation, "Reference");
  const { label } = (await annotating.layer()).segments[0]!;
  const first = await annotating.pixels(1);
  await page.getByRole("button", { name: "Add a segment" }).click();
  await expect(page.getByRole("button", { name: "Paint Segment 2" })).toBeVisible();
  await page.keyboard.press("u");
  await annotating.drag(...box);
  await expect.poll(() => annotating.pixels(2)).toBeGreaterThan(50);
  const second = await annotating.pixels(2);

  await page.getByRole("button", { name: "More for Segment 2" }).click();
  await page.getByRole("menuitem", { name: label }).click();
  await expect.poll(() => annotating.pixels(1)).toBe(first + second);
  await undo(workstation, annotating);
  expect([await annotating.pixels(1), await annotating.pixels(2)]).toEqual([first, second]);

  await page.getByRole("button", { name: "More for Segment 2" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await expect.poll(async () => (await annotating.layer()).segments.length).toBe(1);
  await undoByMessage(page, "removed");
  await expect.poll(() => annotating.pixels(2)).toBe(second);
});

test("operations reshape the painted segment by their options, and undo is exact", async ({
  workstation,
}) => {
  const { page } = workstation;
  const annotating = await annotate(workstation, "empty");
  await page.keyboard.press("u");
  await annotating.drag(...box);
  await expect.poll(() => annotating.pixels(1)).toBeGreaterThan(50);
  const drawn = await annotating.pixels(1);
  const options = page.getByRole("toolbar", { name: "Tool options" });
  const apply = () => options.getByRole("button", { name: "Apply" }).click();

  await page.keyboard.press("y");
  await options.getByRole("textbox", { name: "By, in mm" }).fill("3");
  await apply();
  await expect.poll(() => annotating.pixels(1)).toBeGreaterThan(drawn);
  await options.getByRole("button", { name: "Shrink" }).click();
  await apply();
  await expect.poll(async () => (await annotating.history()).length).toBe(3);
  expect(await annotating.pixels(1)).toBe(drawn);

  await page.getByRole("button", { name: "Smooth", exact: true }).click();
  await options.getByRole("button", { name: "Opening" }).click();
  await apply();
  await expect.poll(() => annotating.pixels(1)).toBeLessThan(drawn);
  await undo(workstation, annotating);
  expect(await annotating.pixels(1)).toBe(drawn);

  await page.keyboard.press("j");
  await options.getByRole("button", { name: "Keep largest" }).click();
  await apply();
  await expect(page.getByText("Nothing changed.")).toBeVisible();
  expect((await annotating.history()).filter(({ isUndone }) => !isUndone)).toHaveLength(3);
});

test("a segment is copied to the next slice, and the slices between two are filled", async ({
  workstation,
}) => {
  const { page } = workstation;
  const annotating = await annotate(workstation, "empty");
  await page.keyboard.press("u");
  await annotating.drag(...box);
  await expect.poll(() => annotating.pixels(1)).toBeGreaterThan(50);
  const drawn = await annotating.pixels(1);
  await page.keyboard.press("Control+ArrowDown");
  await expect(annotating.picture).toContainText("Slice 18 / 40");
  expect(await annotating.pixels(1, opensAt + 1)).toBe(drawn);

  for (let at = 0; at < 3; at++) await page.keyboard.press("ArrowDown");
  await expect(annotating.picture).toContainText("Slice 21 / 40");
  await annotating.drag([0.34, 0.3], [0.44, 0.42]);
  await expect.poll(() => annotating.pixels(1, 20)).toBeGreaterThan(50);
  await page.keyboard.press("q");
  await page.getByRole("button", { name: "All gaps" }).click();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect.poll(async () => (await annotating.history()).at(-1)!.frames).toEqual([18, 19]);
  expect(await annotating.pixels(1, 18)).toBeGreaterThan(50);
  await undo(workstation, annotating);
  expect(await annotating.pixels(1, 18)).toBe(0);
});

test("another layer's mask is accepted: its part under the pointer, its slice, all of it", async ({
  workstation,
}) => {
  const { page } = workstation;
  const annotating = await annotate(workstation, "empty");
  const layers = (await (
    await workstation.get(`/api/layers?seriesId=${annotating.series.id}`)
  ).json()) as LayerView[];
  const reference = layers.find(({ origin }) => origin.kind === "reference")!;
  const measured = (await (
    await workstation.get(`/api/layers/${reference.id}/measures?frame=${opensAt}`)
  ).json()) as SegmentMeasure[];

  await page.getByRole("button", { name: "Accept a model's mask" }).click();
  // The ventricle lies about the picture's middle.
  const picture = (await annotating.picture.boundingBox())!;
  await page.mouse.click(picture.x + picture.width * 0.52, picture.y + picture.height * 0.49);
  await expect.poll(() => annotating.pixels(1)).toBe(measured[0]!.pixels);
  await undo(workstation, annotating);

  await page.getByRole("button", { name: "This slice" }).click();
  await expect.poll(() => annotating.pixels(1)).toBe(measured[0]!.pixels);
  await expect(page.getByRole("region", { name: "Measured as you draw" })).toContainText("1.000");
  await undo(workstation, annotating);
  expect(await annotating.pixels(1)).toBe(0);

  await page.getByRole("button", { name: "Whole series" }).click();
  await expect.poll(async () => (await annotating.layer()).frames).toEqual(reference.frames);
  expect((await annotating.layer()).segments.map(({ label }) => label)).toEqual(
    reference.segments.map(({ label }) => label),
  );
});

test("segments combine with those of another annotation that they overlap, and a removed annotation comes back", async ({
  workstation,
}) => {
  const { page } = workstation;
  const annotating = await annotate(workstation, "Reference");
  const ventricle = await annotating.pixels(1);
  const chooseLayer = () => page.getByRole("button", { name: /^Annotation: / }).click();
  await chooseLayer();
  await page.getByRole("menuitem", { name: "New annotation" }).click();
  await expect.poll(async () => (await annotating.annotations()).length).toBe(2);
  // A menu that is still closing takes the keys.
  await expect(page.getByRole("menu")).toHaveCount(0);
  await page.keyboard.press("u");
  await annotating.drag([0.1, 0.1], [0.9, 0.9]);
  const overlapping = (await annotating.annotations())[1]!;
  const pixels = async () =>
    (
      (await (
        await workstation.get(`/api/layers/${overlapping.id}/measures?frame=${opensAt}`)
      ).json()) as SegmentMeasure[]
    )[0]!.pixels;
  await expect.poll(pixels).toBeGreaterThan(ventricle);

  await page.keyboard.press("Shift+Q");
  await page.getByRole("button", { name: "Intersect" }).click();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect.poll(pixels).toBe(ventricle);

  await chooseLayer();
  await page.getByRole("menuitem", { name: /^Remove / }).click();
  await expect.poll(async () => (await annotating.annotations()).length).toBe(1);
  await undoByMessage(page, "removed");
  await expect.poll(async () => (await annotating.annotations()).length).toBe(2);
  expect(await pixels()).toBe(ventricle);
  expect((await annotating.history()).at(-1)!.layerId).toBe(overlapping.id);
});

test.describe("on a volume", () => {
  test.use({ opening: { inputs: [join(samples, "brain-mr")], models: [] } });

  test("a hollow that no slice beside it opens is filled in 3D", async ({ workstation }) => {
    const { page } = workstation;
    const { drag, pixels, history } = await annotate(workstation, "nothing");
    await page.keyboard.press("u");
    await drag([0.4, 0.4], [0.6, 0.6]);
    await expect.poll(async () => (await history()).length).toBe(1);
    const hollow = (await history())[0]!.frames[0]! + 1;
    const strip = page.getByRole("region", { name: "Slices" });
    /** The page follows the host a moment later: a key before that would leave from the wrong slice. */
    const shows = (slice: number) =>
      expect(strip.getByRole("button", { name: new RegExp(`^Slice ${slice + 1}(,|$)`) })).toHaveAttribute(
        "aria-current",
        "true",
      );
    for (const slice of [hollow, hollow + 1]) {
      await page.keyboard.press("Control+ArrowDown");
      await shows(slice);
    }
    expect(await history()).toHaveLength(3);
    const drawn = await pixels(1, hollow);
    await page.keyboard.press("ArrowUp");
    await shows(hollow);
    await page.keyboard.press("e");
    await drag([0.5, 0.5], [0.51, 0.5]);
    await expect.poll(() => pixels(1, hollow)).toBeLessThan(drawn);

    const options = page.getByRole("toolbar", { name: "Tool options" });
    await page.keyboard.press("j");
    await options.getByRole("button", { name: "Fill holes" }).click();
    await options.getByRole("button", { name: "3D" }).click();
    await options.getByRole("button", { name: "Apply" }).click();
    await expect.poll(() => pixels(1, hollow)).toBe(drawn);
  });
});
