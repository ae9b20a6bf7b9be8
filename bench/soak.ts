import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { Command } from "commander";
import { chromiumOptions, startBuiltWorkstation } from "../test-support/built-workstation";
import { type Growth, growthOf, killEngine, residentMegabytes, soakEngine } from "../test-support/soak";
import { largestPageMegabytes } from "./harness/browser-memory";
import { writeSliceSeries } from "./harness/slice-series";

const seriesLength = 200;

/** Memory of the page and of the host over slice changes in the window, up and down a series. */
async function soakSlices(changes: number): Promise<{ page: Growth; host: Growth }> {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-soak-"));
  writeSliceSeries(folder, { side: 256, count: seriesLength });
  const workstation = await startBuiltWorkstation({ inputs: [folder], models: [] });
  const browser = await chromium.launch(chromiumOptions);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await page.goto(workstation.url);
    await page.locator("[data-testid=canvas-1][data-state=ready]").waitFor();
    const [inPage, inHost]: [number[], number[]] = [[], []];
    await page.keyboard.press("Home");
    for (let change = 0; change < changes; change++) {
      const isDown = Math.floor(change / (seriesLength - 1)) % 2 === 0;
      await page.keyboard.press(isDown ? "ArrowDown" : "ArrowUp");
      const at = (change % (seriesLength - 1)) + 1;
      const shown = isDown ? at + 1 : seriesLength - at;
      if (change % 10 === 9) {
        await page.locator("[data-testid=text-slice]", { hasText: `Slice ${shown} /` }).waitFor();
        await page.locator("[data-testid=canvas-1][data-state=ready]").waitFor();
      }
      if (change % 50 === 49) {
        inPage.push((await largestPageMegabytes(browser)) ?? NaN);
        inHost.push(residentMegabytes(workstation.child.pid!) ?? NaN);
      }
      if (change % 1_000 === 999) console.error(`${change + 1} slice changes`);
    }
    return { page: growthOf(inPage), host: growthOf(inHost) };
  } finally {
    await browser.close();
    workstation.child.kill("SIGTERM");
    await once(workstation.child, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

const describe = ({ warm, end }: Growth) =>
  `${warm.toFixed(0)} MB warm, ${end.toFixed(0)} MB at the end: ${((end / warm - 1) * 100).toFixed(1)} %`;

async function soak(words: { slices: number; runs: number; kills: number }): Promise<void> {
  console.log(`Load ${loadavg()[0]!.toFixed(1)}.`);
  if (words.runs > 0) {
    const { engine, caller } = await soakEngine(words.runs);
    console.log(`${words.runs} runs: engine ${describe(engine)}; caller ${describe(caller)}`);
  }
  if (words.kills > 0) console.log(JSON.stringify(await killEngine(words.kills)));
  if (words.slices > 0) {
    const { page, host } = await soakSlices(words.slices);
    console.log(`${words.slices} slice changes: page ${describe(page)}; host ${describe(host)}`);
  }
}

/** `npm run soak`: whether memory grows over slices and runs, and what kills of the engine cost. */
await new Command("soak")
  .option("--slices <number>", "slice changes in the window", Number, 10_000)
  .option("--runs <number>", "runs of the engine", Number, 1_000)
  .option("--kills <number>", "kills of the engine in mid-run", Number, 100)
  .action(soak)
  .parseAsync();
