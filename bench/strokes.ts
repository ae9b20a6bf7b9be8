import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { chromiumOptions, startBuiltWorkstation } from "../test-support/built-workstation";
import type { Bench, Benchmark } from "./harness/benchmark";
import { type HeldMemory, heldMemory } from "./harness/browser-memory";
import { quantile } from "./harness/by-turns";
import type { Figure, Findings } from "./harness/figure";
import { callDriver, openMeasuredPage } from "./harness/measured-page";
import { writeSliceSeries } from "./harness/slice-series";

const windowSize = { width: 1440, height: 900 };
const sides = [512, 2048, 4096] as const;
const overlay = "[data-testid=annotate-overlay]";
const canvas = "[data-testid=canvas-annotate]";
const movesPerStroke = 60;
const measuredStrokes = 5;
const manyStrokes = { full: 10_000, short: 500 } as const;
const undoneOfHundred = 10;
const undoneSteps = "[aria-label=History] [data-undone]";
const savedSelector = "text=/^Saved to the workspace/";

/** Opens a workstation on a series of its own and takes the brush in the hand. */
async function openAnnotate(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: windowSize });
  const page = await openMeasuredPage(context);
  await page.goto(url);
  await page.locator("[data-testid=canvas-1][data-state=ready]").waitFor();
  await page.keyboard.press("F3");
  await page.locator(`${canvas}[data-state=ready]`).waitFor();
  // With nothing to start from, the annotation is made at once.
  await page.keyboard.press("b");
  await page.locator(`${overlay}[data-ready]`).waitFor();
  return page;
}

/** From the pointer's event to the painted frame: what the page works for that, without the wait for the screen. */
async function measureLatency(page: Page, subject: string): Promise<Figure[]> {
  const times: number[] = [];
  for (let stroke = 0; stroke < measuredStrokes; stroke++) {
    await page.locator(overlay).hover();
    await page.mouse.down();
    const measured = await callDriver<number[]>(page, "stroke", overlay, movesPerStroke);
    await page.mouse.up();
    // The first stroke makes canvases and compiles.
    if (stroke > 0) times.push(...measured);
  }
  const budget = { atMost: 16 };
  return [
    { subject, measured: { name: "stroke, median", value: quantile(times, 0.5) }, unit: "ms", budget },
    {
      subject,
      measured: { name: "stroke, 95th percentile", value: quantile(times, 0.95) },
      unit: "ms",
      budget,
    },
  ];
}

async function untilSaved(page: Page): Promise<void> {
  await page.locator(savedSelector).waitFor({ timeout: 600_000 });
}

const held: { name: string; unit: Figure["unit"]; of: (memory: HeldMemory) => number | undefined }[] = [
  { name: "page's process", unit: "MB", of: ({ process }) => process },
  { name: "JavaScript heap", unit: "MB", of: ({ heap }) => heap },
  { name: "DOM nodes", unit: "count", of: ({ nodes }) => nodes },
];

/** What the page holds after many strokes, a tenth of them undone and done again, beside that after the first hundred. */
async function measureMemory(browser: Browser, page: Page, count: number): Promise<Figure[]> {
  await callDriver(page, "strokes", overlay, 100);
  await untilSaved(page);
  const first = await heldMemory(browser, page);
  for (let done = 100; done < count; done += 100) {
    await callDriver(page, "strokes", overlay, 100);
    await untilSaved(page);
    for (let step = 0; step < undoneOfHundred; step++) await page.keyboard.press("Control+z");
    await page
      .locator(undoneSteps)
      .nth(undoneOfHundred - 1)
      .waitFor();
    for (let step = 0; step < undoneOfHundred; step++) await page.keyboard.press("Control+Shift+z");
    await page.locator(undoneSteps).first().waitFor({ state: "detached" });
  }
  await untilSaved(page);
  const last = await heldMemory(browser, page);
  return held.flatMap(({ name, unit, of }) => {
    const [before, after] = [of(first), of(last)];
    if (before === undefined || after === undefined) return [];
    return {
      subject: "512 x 512",
      measured: { name: `${name} after ${count.toLocaleString("en")} strokes with undo`, value: after },
      against: { name: "after the first 100", value: before },
      unit,
      ratio: { median: after / before },
    };
  });
}

async function measureSide(
  { folder, short, tell }: Bench,
  browser: Browser,
  side: number,
): Promise<Figure[]> {
  const subject = `${side} x ${side}`;
  tell(subject);
  const place = join(folder, String(side));
  writeSliceSeries(place, { side, count: 1 });
  const workstation = await startBuiltWorkstation({ inputs: [place], models: [] });
  try {
    const page = await openAnnotate(browser, workstation.url);
    const figures = await measureLatency(page, subject);
    if (side === 512) {
      const count = manyStrokes[short ? "short" : "full"];
      tell(`${count} strokes`);
      figures.push(...(await measureMemory(browser, page, count)));
    }
    await page.context().close();
    return figures;
  } finally {
    workstation.child.kill("SIGTERM");
    await once(workstation.child, "exit");
  }
}

export const strokes: Benchmark = {
  id: "strokes",
  title: "Strokes: from the pointer to the screen, in Chromium",
  async run(bench): Promise<Findings> {
    if (!existsSync(resolve(import.meta.dirname, "../out/main/cli.mjs"))) {
      return {
        figures: [],
        notes: ["The workstation is not built, so it was not measured: `npm run build` first."],
      };
    }
    const browser = await chromium.launch(chromiumOptions);
    try {
      const figures: Figure[] = [];
      for (const side of sides) figures.push(...(await measureSide(bench, browser, side)));
      return {
        figures,
        notes: ["The time of a stroke is the page's work for one move, its event and its frame together."],
      };
    } finally {
      await browser.close();
    }
  },
};
