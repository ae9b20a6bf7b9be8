import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import ts from "typescript";

/** A stretch of frames: milliseconds between them, and of each task over 50 ms. */
export interface Motion {
  intervals: number[];
  longTasks: number[];
}

export const framesPerSecond = ({ intervals }: Motion): number =>
  (1000 * intervals.length) / intervals.reduce((sum, each) => sum + each, 0);

const driverFile = join(import.meta.dirname, "..", "page", "driver.ts");

/** The driver as the browser takes it: a script, its types left out. */
function compileDriver(): string {
  const { outputText } = ts.transpileModule(readFileSync(driverFile, "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  return outputText;
}

/** A new page with bench/page/driver.ts in it. */
export async function openMeasuredPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript({ content: `{ const exports = {}; ${compileDriver()} }` });
  return page;
}

/** Calls a function of the driver, `bare.show` for instance. */
export function callDriver<Result>(page: Page, name: string, ...words: unknown[]): Promise<Result> {
  return page.evaluate<Result>(`bench.${name}(${words.map((word) => JSON.stringify(word)).join(", ")})`);
}
