import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";
import { seriousFindings } from "./workstation";

const reports = ["report-cardiac-cine.html", "report-nuclei.html"].map((name) =>
  resolve(import.meta.dirname, "../docs/examples", name),
);

for (const report of reports) {
  test(`a report opens from a file without a word on the console, a request or a barrier: ${basename(report)}`, async ({
    browser,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), "slicebench-report-"));
    copyFileSync(report, join(folder, "report.html"));
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => asked.push(request.url().slice(0, 40)));
    await page.goto(pathToFileURL(join(folder, "report.html")).href);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/4 models over \d+ cases/);
    await expect(page.getByRole("heading", { name: "Methods" })).toBeAttached();
    for (const width of [480, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    }
    expect(await page.evaluate("document.scripts.length")).toBe(0);
    expect(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
    expect(said).toEqual([]);
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(50_000);
    // Axe itself is a script, which the page's policy refuses.
    const lenient = await browser.newContext({ bypassCSP: true });
    const judged = await lenient.newPage();
    await judged.goto(pathToFileURL(report).href);
    expect(await seriousFindings(judged)).toEqual([]);
    await Promise.all([context.close(), lenient.close()]);
  });
}
