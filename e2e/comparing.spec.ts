import { decode } from "fast-png";
import { fittedCamera, imageToScreen, mapPoint } from "../src/core/image/view";
import { maskAtThreshold } from "../src/core/mask/probability-map";
import type { LayerView, StudySummary } from "../src/host/contract";
import { cine, expect, pictureShown, quiet, test, type Workstation } from "./workstation";

/** Five places with eight phases each: the middle place's first phase. */
const openingFrame = 16;
const extent = 256;

test.use({ opening: { inputs: [cine], models: ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"] } });

/** The opening slice's label maps as the host keeps them: reference, U-Net, ResNet-18 U-Net. */
async function labelMapsOf(workstation: Workstation): Promise<Buffer[]> {
  const studies = (await (await workstation.get("/api/studies")).json()) as StudySummary[];
  const seriesId = studies[0]!.series[0]!.id;
  const layers = (await (await workstation.get(`/api/layers?seriesId=${seriesId}`)).json()) as LayerView[];
  const find = (name: RegExp) => layers.find((layer) => name.test(layer.name))!.id;
  const ids = [find(/^Reference/), find(/^U-Net/), find(/^ResNet-18/)];
  return Promise.all(
    ids.map(async (id) => (await workstation.get(`/api/layers/${id}/frames/${openingFrame}`)).body()),
  );
}

/** The colour at image pixels of a fitted picture, read off the screen without the texts over it. */
async function coloursOf(workstation: Workstation, place: number) {
  const style =
    "[data-testid^=corner-texts], [aria-label=Difference], [data-testid^=curtain-handle] { visibility: hidden !important }";
  const shown = decode(await workstation.picture(place).screenshot({ style }));
  const view = { width: shown.width, height: shown.height };
  const image = { rows: extent, columns: extent, spacingMm: [1.37, 1.37] as [number, number] };
  const toScreen = imageToScreen(fittedCamera, image, view);
  return (at: number): [number, number, number] => {
    const point = mapPoint(toScreen, { x: (at % extent) + 0.5, y: Math.floor(at / extent) + 0.5 });
    const start = (Math.floor(point.y) * view.width + Math.floor(point.x)) * shown.channels;
    return [shown.data[start]!, shown.data[start + 1]!, shown.data[start + 2]!];
  };
}

/** Pixels whose neighbours two pixels around answer alike: outlines and hatching's edges are left out. */
function deepInside(isInside: (at: number) => boolean): number[] {
  const steps = [-2, -1, 0, 1, 2];
  return [...Array(extent * extent).keys()].filter((at) =>
    steps.every((dy) => steps.every((dx) => isInside(at + dy * extent + dx))),
  );
}

const share = <Item>(items: readonly Item[], is: (item: Item) => boolean): number =>
  items.filter(is).length / items.length;

function overlap(a: Buffer, b: Buffer): { dice: number; iou: number } {
  let [both, sum] = [0, 0];
  a.forEach((value, at) => {
    both += Number(value === 1 && b[at] === 1);
    sum += Number(value === 1) + Number(b[at] === 1);
  });
  return { dice: (2 * both) / sum, iou: both / (sum - both) };
}

test("each layer has its viewport with Dice and IoU, and the fourth sets two behind a curtain", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 4);
  await quiet(workstation);
  const [reference, unet, resnet] = await labelMapsOf(workstation);
  const header = (place: number) => page.getByTestId(`viewport-header-${place}`);
  for (const [place, labelMap] of [
    [2, unet],
    [3, resnet],
  ] as const) {
    const { dice, iou } = overlap(labelMap!, reference!);
    await expect(header(place)).toContainText(`Dice ${dice.toFixed(3)}`);
    await expect(header(place)).toContainText(`IoU ${iou.toFixed(3)}`);
    await expect(header(place)).toContainText(/\d+ ms\s*\d+ MB/);
  }

  await page.keyboard.press("0");
  const handle = page.getByTestId("curtain-handle-4");
  await expect(handle).toHaveAttribute("aria-valuenow", "50");
  const inBoth = deepInside((at) => unet![at] === 1 && resnet![at] === 1);
  expect(inBoth.length).toBeGreaterThan(100);
  const isOrange = ([r, , b]: readonly number[]) => r! > b! + 8;
  const isSky = ([r, , b]: readonly number[]) => b! > r! + 8;
  const colours = async () => {
    const read = await coloursOf(workstation, 4);
    return inBoth.map(read);
  };
  // The handle is put where the whole mask lies right of the line, then left of it.
  for (const [key, isLayer] of [
    ["Home", isSky],
    ["End", isOrange],
  ] as const) {
    await handle.press(key);
    await expect.poll(async () => share(await colours(), isLayer)).toBeGreaterThan(0.97);
  }
  await header(4)
    .getByRole("button", { name: /^Curtain/ })
    .click();
  // The menu's first list is of the left side: the reference goes there, and B stays on the right.
  await page.getByRole("menuitem", { name: "Reference" }).first().click();
  await expect(handle).toHaveAttribute("aria-label", /Reference and ResNet-18 U-Net/);
});

test("the difference map shows what agrees, what is too much and what is missed", async ({ workstation }) => {
  const { page } = workstation;
  await pictureShown(workstation, 4);
  await quiet(workstation);
  const [reference, unet] = await labelMapsOf(workstation);
  await workstation.viewport(2).focus();
  await page.keyboard.press("0");
  await page.keyboard.press("d");
  await expect(workstation.picture(2).getByRole("list", { name: "Difference" })).toBeVisible();
  await page.mouse.move(5, 5);
  const agreed = deepInside((at) => reference![at] === 1 && unet![at] === 1);
  const nothing = deepInside((at) => reference![at] === 0 && unet![at] === 0);
  await expect
    .poll(async () => {
      const read = await coloursOf(workstation, 2);
      const isGreen = (at: number) => read(at)[1] > read(at)[0] + 20;
      const isGrey = (at: number) => Math.max(...read(at)) - Math.min(...read(at)) <= 3;
      return [share(agreed, isGreen) > 0.97, share(nothing, isGrey) > 0.99];
    })
    .toEqual([true, true]);
  const tooMuch = [...unet!.keys()].filter((at) => unet![at] === 1 && reference![at] === 0);
  const read = await coloursOf(workstation, 2);
  // Hatched: about every other pixel of it is vermilion.
  expect(share(tooMuch, (at) => read(at)[0] > read(at)[2] + 40)).toBeGreaterThan(0.2);
  expect(share(agreed, (at) => read(at)[0] > read(at)[2] + 40)).toBe(0);
});

test("the disagreement map heats what the layers are divided on, and nothing else", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 4);
  await quiet(workstation);
  const [reference, unet, resnet] = await labelMapsOf(workstation);
  await workstation.viewport(2).focus();
  await page.keyboard.press("0");
  await page.keyboard.press("Shift+H");
  const legend = workstation
    .picture(2)
    .getByRole("img", { name: "Disagreement: entropy of the votes, 0 to 1 bit" });
  await expect(legend).toBeVisible();
  await page.mouse.move(5, 5);
  // Two that vote differently are divided by one bit, which is inferno's pale yellow.
  const isHot = ([r, g, b]: readonly number[]) => r! > 190 && g! > 190 && r! > b! + 25;
  const isGrey = (colour: readonly number[]) => Math.max(...colour) - Math.min(...colour) <= 3;
  const divided = [...unet!.keys()].filter((at) => unet![at] !== resnet![at]);
  // Over the first rows lies the ring of the viewport in focus, over the last ones the scale.
  const isCovered = (at: number) => at < 8 * extent || at >= 220 * extent;
  const agreed = deepInside((at) => unet![at] === resnet![at]).filter((at) => !isCovered(at));
  expect(divided.length).toBeGreaterThan(0);
  await expect
    .poll(async () => {
      const read = await coloursOf(workstation, 2);
      return [
        share(divided, (at) => isHot(read(at))) > 0.97,
        share(agreed, (at) => isGrey(read(at))) > 0.999,
      ];
    })
    .toEqual([true, true]);

  // The reference votes too: now two against one, 0.92 of 1 bit, where it alone differs.
  await page
    .getByTestId("viewport-header-2")
    .getByRole("button", { name: /^Disagreement/ })
    .click();
  await page.getByRole("menuitem", { name: "Reference" }).click();
  await page.keyboard.press("Escape");
  const alone = [...unet!.keys()].filter((at) => unet![at] === resnet![at] && unet![at] !== reference![at]);
  expect(alone.length).toBeGreaterThan(0);
  const isWarm = ([r, , b]: readonly number[]) => r! > b! + 40;
  await expect
    .poll(async () => {
      const read = await coloursOf(workstation, 2);
      return share(alone, (at) => isWarm(read(at)));
    })
    .toBeGreaterThan(0.97);

  await workstation.viewport(2).focus();
  await page.keyboard.press("Shift+H");
  await expect(legend).toBeHidden();
});

/** Where a mask's border runs down between two pixels of a row: the left one's place and a half. */
function cracksOf(mask: Uint8Array): number[] {
  return [...mask.keys()].filter((at) => mask[at] !== mask[at + 1]).map((at) => at + 0.5);
}

test("a probability map has the layer's own mask at a half; its slider moves outline and Dice", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 4);
  await quiet(workstation);
  const [reference, unet] = await labelMapsOf(workstation);
  const viewport = page.getByTestId("viewport-2");
  await viewport.focus();
  await page.keyboard.press("0");
  await page.keyboard.press("Shift+T");
  const bar = viewport.getByRole("group", { name: "Probability" });
  await expect(bar).toHaveAttribute("aria-busy", "false");
  await expect(bar).toContainText(`0.50Dice ${overlap(unet!, reference!).dice.toFixed(3)}`);

  const studies = (await (await workstation.get("/api/studies")).json()) as StudySummary[];
  const asked = `seriesId=${studies[0]!.series[0]!.id}&frame=${openingFrame}&segment=1`;
  const answer = await workstation.get(`/api/models/cardiac-lv-unet/probabilities?${asked}`);
  const map = { rows: extent, columns: extent, values: new Uint8Array(await answer.body()) };
  const maskAt = (threshold: number) => maskAtThreshold(map, { segment: 1, threshold }).values;
  expect(Buffer.from(maskAt(0.5))).toEqual(unet);

  // The reference's dashes lie over parts of the outline; it is measured against all the same.
  await page.getByRole("button", { name: "Hide R, Reference" }).click();
  await page.mouse.move(5, 5);
  // Large enough to tell one pixel's line from the next one's.
  await viewport.focus();
  await page.keyboard.press("Enter");
  const outlined = async (mask: Uint8Array) => {
    const read = await coloursOf(workstation, 2);
    // No tint is as orange as the line.
    return share(cracksOf(mask), (at) => read(at)[0] - read(at)[2] > 165);
  };
  await expect.poll(() => outlined(unet!)).toBeGreaterThan(0.9);

  const slider = bar.getByRole("slider", { name: /^Threshold of the probability of/ });
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  for (const [key, threshold] of [
    ["End", 0.99],
    ["Home", 0.01],
  ] as const) {
    await slider.press(key);
    const mask = Buffer.from(maskAt(threshold));
    expect(mask).not.toEqual(unet);
    const dice = overlap(mask, reference!).dice.toFixed(3);
    await expect(bar).toContainText(`${threshold.toFixed(2)}Dice ${dice}`);
    await expect.poll(() => outlined(mask)).toBeGreaterThan(0.9);
    expect(await outlined(unet!)).toBeLessThan(0.5);
  }
  // The slider asks nobody.
  expect(requests.filter((url) => url.includes("/probabilities"))).toEqual([]);
  await viewport.focus();
  await page.keyboard.press("Shift+T");
  await expect(bar).toBeHidden();
});

test("flicker shows the reference alone and the layer alone in turns, while its key is down", async ({
  workstation,
}) => {
  const { page } = workstation;
  await pictureShown(workstation, 4);
  await quiet(workstation);
  const [, unet] = await labelMapsOf(workstation);
  const inside = deepInside((at) => unet![at] === 1);
  await page.keyboard.press("0");
  await page.mouse.move(5, 5);
  const isFilled = async () => {
    const read = await coloursOf(workstation, 2);
    return share(inside, (at) => read(at)[0] > read(at)[2] + 8) > 0.9;
  };
  await expect.poll(isFilled).toBe(true);
  await page.keyboard.down("v");
  await expect.poll(isFilled, { intervals: [0] }).toBe(false);
  await expect.poll(isFilled, { intervals: [0] }).toBe(true);
  await page.keyboard.up("v");
  await expect.poll(isFilled).toBe(true);
});

test("any layer may be the one that the others are measured against", async ({ workstation }) => {
  const { page } = workstation;
  await pictureShown(workstation, 4);
  await quiet(workstation);
  const [, unet, resnet] = await labelMapsOf(workstation);
  await page.getByRole("button", { name: "More for U-Net · left ventricle" }).click();
  await page.getByRole("menuitem", { name: "Measure the others against it" }).click();
  const { dice } = overlap(resnet!, unet!);
  await expect(page.getByTestId("viewport-header-3")).toContainText(`Dice ${dice.toFixed(3)}`);
});
