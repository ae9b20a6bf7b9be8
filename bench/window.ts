import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Browser, chromium, type Page } from "@playwright/test";
import type { JobView, StudySummary } from "../src/host/contract";
import {
  type BuiltWorkstation,
  chromiumOptions,
  startBuiltWorkstation,
} from "../test-support/built-workstation";
import type { Bench, Benchmark } from "./harness/benchmark";
import { largestPageMegabytes } from "./harness/browser-memory";
import { byTurns, quantile, type Rounds, timed } from "./harness/by-turns";
import { compared, type Figure, type Findings } from "./harness/figure";
import { callDriver, framesPerSecond, type Motion, openMeasuredPage } from "./harness/measured-page";
import { writeSliceSeries } from "./harness/slice-series";

const windowSize = { width: 1440, height: 900 };
const series = [
  { side: 512, count: 300 },
  { side: 2048, count: 24 },
] as const;
const modelIds = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"];
const canvas = "[data-testid=canvas-1]";
const sliceText = "[data-testid=text-slice]";
const dragMs = 1500;
const dragRounds: Rounds = { warmUp: 1, most: 4, seconds: 20, least: 3 };
const sliceRounds: Rounds = { warmUp: 1, most: 3, seconds: 20, least: 2 };
const fewRounds: Rounds = { warmUp: 1, most: 5, seconds: 30, least: 3 };
/** As fast as an empty page makes frames, within what two measurements differ by. */
const asSmooth = { atLeast: 0.95 };

/** The workstation in one tab, and in another a page that does nothing but show pixels. */
interface Tabs {
  browser: Browser;
  page: Page;
  bare: Page;
}

async function ask<Answer>(page: Page, path: string, data?: unknown): Promise<Answer> {
  const { origin } = new URL(page.url());
  const answer =
    data === undefined
      ? await page.request.get(origin + path)
      : await page.request.post(origin + path, { data, headers: { origin } });
  return (await answer.json()) as Answer;
}

/** Keeps models running over what is open until it is told to stop. */
function keepModelsRunning(page: Page): () => Promise<void> {
  const stopping = new AbortController();
  const isUnderWay = ({ state }: JobView) => state === "running" || state === "waiting";
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const jobs = await ask<JobView[]>(page, "/api/jobs");
      if (!jobs.some(isUnderWay)) {
        const [study] = await ask<StudySummary[]>(page, "/api/studies");
        await ask(page, "/api/runs", { seriesId: study!.series[0]!.id, modelIds, acceptWarnings: true });
      }
      await setTimeout(250);
    }
    const { origin } = new URL(page.url());
    for (const { id } of (await ask<JobView[]>(page, "/api/jobs")).filter(isUnderWay)) {
      await page.request.delete(`${origin}/api/jobs/${id}`, { headers: { origin } });
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}

async function startAtFirstSlice(page: Page): Promise<void> {
  await page.bringToFront();
  await page.keyboard.press("Home");
  await page.locator(sliceText, { hasText: "Slice 1 /" }).waitFor();
  await page.locator(`${canvas}[data-state=ready]`).waitFor();
}

/** A drag over the picture, beside a canvas that does the same and nothing else. */
async function measureDrag(
  { page, bare }: Tabs,
  subject: string,
  drag: { name: string; button: "left" | "middle"; peer: "repaint" | "move" },
): Promise<Figure[]> {
  const longTasks: number[] = [];
  const samples = await byTurns(
    {
      page: async () => {
        await page.bringToFront();
        await page.locator(canvas).hover();
        await page.mouse.down({ button: drag.button });
        const buttons = drag.button === "left" ? 1 : 4;
        const motion = await callDriver<Motion>(page, "drag", canvas, { ms: dragMs, buttons });
        await page.mouse.up({ button: drag.button });
        longTasks.push(...motion.longTasks);
        return framesPerSecond(motion);
      },
      bare: async () => {
        await bare.bringToFront();
        return framesPerSecond(await callDriver<Motion>(bare, `bare.${drag.peer}`, dragMs));
      },
    },
    dragRounds,
  );
  const pair = [
    { name: drag.name, samples: samples.page },
    { name: `bare canvas, ${drag.peer === "move" ? "moved" : "painted anew"}`, samples: samples.bare },
  ] as const;
  return [
    compared(subject, [...pair], { unit: "fps", budget: asSmooth }),
    longTaskFigure(subject, `${drag.name}: tasks over 50 ms`, longTasks),
  ];
}

function longTaskFigure(subject: string, name: string, longTasks: readonly number[]): Figure {
  return { subject, measured: { name, value: longTasks.length }, unit: "count", budget: { atMost: 0 } };
}

/** From the key to the next slice on the screen, there and back again over slices that have been fetched. */
async function measureSliceChanges({ page, bare }: Tabs, subject: string): Promise<Figure[]> {
  const times = 20;
  const walk = { times, canvas, text: sliceText };
  const longTasks: number[] = [];
  const slices: number[] = [];
  await startAtFirstSlice(page);
  await callDriver(page, "changeSlices", "ArrowDown", { ...walk, pauseMs: 150 });
  const samples = await byTurns(
    {
      page: async () => {
        await page.bringToFront();
        const latencies: number[] = [];
        for (const key of ["ArrowUp", "ArrowDown"]) {
          const walked = await callDriver<Motion & { latencies: number[] }>(page, "changeSlices", key, {
            ...walk,
            pauseMs: 30,
          });
          latencies.push(...walked.latencies);
          longTasks.push(...walked.longTasks);
        }
        slices.push(...latencies);
        return quantile(latencies, 0.5);
      },
      bare: async () => {
        await bare.bringToFront();
        return quantile(await callDriver<number[]>(bare, "bare.show", 2 * times), 0.5);
      },
    },
    sliceRounds,
  );
  return [
    compared(subject, [
      { name: "slice change, median", samples: samples.page },
      { name: "bare canvas, shown", samples: samples.bare },
    ]),
    {
      subject,
      measured: { name: "slice change, 95th percentile", value: quantile(slices, 0.95) },
      unit: "ms",
      budget: { atMost: 50 },
    },
    longTaskFigure(subject, "slice change: tasks over 50 ms", longTasks),
  ];
}

async function measureGestures(tabs: Tabs, subject: string, side: number): Promise<Figure[]> {
  await callDriver(tabs.bare, "bare.make", side, await tabs.page.locator(canvas).boundingBox());
  return [
    ...(await measureSliceChanges(tabs, subject)),
    ...(await measureDrag(tabs, subject, { name: "window drag", button: "left", peer: "repaint" })),
    ...(await measureDrag(tabs, subject, { name: "pan", button: "middle", peer: "move" })),
  ];
}

/** First contentful paint of a page in a browser profile of its own, in milliseconds after its navigation began. */
async function firstPaint(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: windowSize });
  const page = await context.newPage();
  await page.goto(url);
  const entry = "performance.getEntriesByName('first-contentful-paint')[0]";
  await page.waitForFunction(`${entry} !== undefined`);
  const ms = await page.evaluate<number>(`${entry}.startTime`);
  await context.close();
  return ms;
}

async function measureFirstPaint({ browser }: Tabs, url: string): Promise<Figure> {
  const samples = await byTurns(
    { page: () => firstPaint(browser, url), bare: () => firstPaint(browser, "data:text/html,<p>Slicebench") },
    fewRounds,
  );
  return compared("start", [
    { name: "first paint", samples: samples.page },
    { name: "page of one word", samples: samples.bare },
  ]);
}

/** Opens a folder; milliseconds until its first image is on the screen. */
async function openSeries(page: Page, folder: string): Promise<number> {
  return timed(async () => {
    await ask(page, "/api/studies", { paths: [folder] });
    await page.locator(`${canvas}[data-state=ready]`).waitFor();
  });
}

async function closeStudies(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  for (const { id } of await ask<StudySummary[]>(page, "/api/studies")) {
    await page.request.delete(`${origin}/api/studies/${id}`, { headers: { origin } });
  }
  await page.locator(`${canvas}[data-state=ready]`).waitFor({ state: "detached" });
}

async function measureOpening({ page }: Tabs, folder: string, files: readonly string[]): Promise<Figure> {
  await page.bringToFront();
  let isOpen = false;
  const samples = await byTurns(
    {
      page: async () => {
        if (isOpen) await closeStudies(page);
        isOpen = true;
        return openSeries(page, folder);
      },
      bare: () => timed(() => Promise.all(files.map((file) => readFile(file)))),
    },
    fewRounds,
  );
  return compared(`${files.length} slices of 512`, [
    { name: "open, to the first image", samples: samples.page },
    { name: "reading the files' bytes", samples: samples.bare },
  ]);
}

/** Memory of the page after 1,000 slice changes, beside that after one way through the whole series. */
async function measureMemory({ browser, page }: Tabs, count: number): Promise<Figure[]> {
  const walk = { canvas, text: sliceText, pauseMs: 0 };
  await startAtFirstSlice(page);
  const there = { times: count - 1, ...walk };
  await callDriver(page, "changeSlices", "ArrowDown", there);
  const once = await largestPageMegabytes(browser);
  let left = 1000 - there.times;
  for (let back = true; left > 0; back = !back) {
    const times = Math.min(left, there.times);
    await callDriver(page, "changeSlices", back ? "ArrowUp" : "ArrowDown", { ...walk, times });
    left -= times;
  }
  const thousand = await largestPageMegabytes(browser);
  if (once === undefined || thousand === undefined) return [];
  return [
    {
      subject: `${count} slices of 512`,
      measured: { name: "memory after 1,000 slice changes", value: thousand },
      against: { name: `after the first ${there.times}`, value: once },
      unit: "MB",
      ratio: { median: thousand / once },
    },
  ];
}

async function measureWindow(
  { tell, folder }: Bench,
  { url }: BuiltWorkstation,
  browser: Browser,
): Promise<Findings> {
  const context = await browser.newContext({ viewport: windowSize });
  const tabs: Tabs = {
    browser,
    page: await openMeasuredPage(context),
    bare: await openMeasuredPage(context),
  };
  const findings: Findings = { figures: [], notes: [] };
  tell("first paint");
  findings.figures.push(await measureFirstPaint(tabs, url));
  await tabs.page.goto(url);
  await tabs.bare.goto("data:text/html,<body>");
  const rest = framesPerSecond(await callDriver<Motion>(tabs.bare, "bare.rest", dragMs));
  findings.notes.push(`An empty page makes ${rest.toFixed(1)} frames a second here.`);

  for (const { side, count } of series) {
    tell(`${count} slices of ${side} x ${side}`);
    const place = join(folder, String(side));
    const files = writeSliceSeries(place, { side, count });
    if (side === 512) findings.figures.push(await measureOpening(tabs, place, files));
    else {
      await closeStudies(tabs.page);
      await openSeries(tabs.page, place);
    }
    findings.figures.push(...(await measureGestures(tabs, `${side} x ${side}`, side)));
    if (side === 512) findings.figures.push(...(await measureMemory(tabs, count)));
    tell(`${side} x ${side}, while models run`);
    const stop = keepModelsRunning(tabs.page);
    try {
      findings.figures.push(...(await measureGestures(tabs, `${side} x ${side}, models run`, side)));
    } finally {
      await stop();
    }
  }
  return findings;
}

export const window: Benchmark = {
  id: "window",
  title: "Window: what the reader feels, in Chromium",
  async run(bench) {
    if (!existsSync(resolve(import.meta.dirname, "../out/main/cli.mjs"))) {
      return {
        figures: [],
        notes: ["The workstation is not built, so it was not measured: `npm run build` first."],
      };
    }
    const browser = await chromium.launch(chromiumOptions);
    const workstation = await startBuiltWorkstation({ inputs: [], models: [] });
    try {
      return await measureWindow(bench, workstation, browser);
    } finally {
      await browser.close();
      workstation.child.kill("SIGTERM");
      await once(workstation.child, "exit");
    }
  },
};
