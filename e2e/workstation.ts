import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import AxeBuilder from "@axe-core/playwright";
import { type APIResponse, expect, type Locator, type Page, test as base } from "@playwright/test";
import type { JobView } from "../src/host/contract";

export const repository = resolve(import.meta.dirname, "..");
export const samples = join(repository, "resources", "samples");
export const cine = join(samples, "cardiac-cine");

/** What a test opens the workstation with. */
export interface Opening {
  inputs: string[];
  models: string[];
}

/** `slicebench serve` of the build, and the page that speaks to it. */
export interface Workstation {
  page: Page;
  process: ChildProcess;
  /** What the browser's console complained of. */
  complaints: string[];
  get(path: string): Promise<APIResponse>;
  viewport(place: number): Locator;
  /** The area of the picture within a viewport. */
  picture(place: number): Locator;
}

async function start({ inputs, models }: Opening): Promise<{ url: string; child: ChildProcess }> {
  const workspace = join(mkdtempSync(join(tmpdir(), "slicebench-e2e-")), "workspace.sqlite");
  const words = ["serve", "--json", "--workspace", workspace, ...inputs];
  if (models.length > 0) words.push("--models", models.join(","));
  const child = spawn(process.execPath, [join(repository, "bin", "slicebench.mjs"), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    const { url } = JSON.parse(line) as { url: string };
    return { url, child };
  }
  throw new Error("slicebench serve ended without an address.");
}

/** Tests get a workstation of their own, opened as `opening` says, and its page. */
export const test = base.extend<{ opening: Opening; workstation: Workstation }>({
  opening: [{ inputs: [cine], models: [] }, { option: true }],
  workstation: async ({ page, opening }, use) => {
    const { url, child } = await start(opening);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(url);
    await use({
      page,
      process: child,
      complaints,
      get: (path) => page.request.get(new URL(path, url).href),
      viewport: (place) =>
        page
          .getByTestId("viewport-grid")
          .getByRole("region")
          .nth(place - 1),
      picture: (place) => page.getByTestId(`canvas-${place}`),
    });
    child.kill("SIGTERM");
    const code = await new Promise((done) => child.once("exit", done));
    expect(code).toBe(0);
  },
});

export { expect };

/** Waits until no job is under way. */
export async function quiet(workstation: Workstation): Promise<void> {
  await expect
    .poll(
      async () => {
        const jobs = (await (await workstation.get("/api/jobs")).json()) as JobView[];
        return jobs.filter(({ state }) => state === "running" || state === "waiting");
      },
      { timeout: 30_000 },
    )
    .toEqual([]);
}

/** Waits until a viewport shows its picture. */
export async function pictureShown(workstation: Workstation, place: number): Promise<void> {
  await expect(workstation.picture(place)).toHaveAttribute("data-state", "ready");
}

/** What axe finds of serious or critical impact, each with the element's beginning. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}
