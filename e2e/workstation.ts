import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page, test as base } from "@playwright/test";
import type { JobView } from "../src/host/contract";
import type { Opening } from "../test-support/built-workstation";
import { type OpenDoor, openBrowserDoor, openDesktopDoor, repository } from "./doors";

export const samples = join(repository, "resources", "samples");
export const cine = join(samples, "cardiac-cine");

/** The workstation and the page that speaks to it. */
export interface Workstation extends OpenDoor {
  viewport(place: number): Locator;
  /** The area of the picture within a viewport. */
  picture(place: number): Locator;
}

export interface Fixtures {
  /** Which door the scenarios go through; playwright.config.mts has a project for each. */
  door: "browser" | "desktop";
  opening: Opening;
  workstation: Workstation;
}

/** Tests get a workstation of their own, opened as `opening` says, and its page. */
export const test = base.extend<Fixtures>({
  door: ["browser", { option: true }],
  opening: [{ inputs: [cine], models: [] }, { option: true }],
  workstation: async ({ door, opening, page: tab }, use) => {
    const opened = await (door === "desktop" ? openDesktopDoor(opening) : openBrowserDoor(opening, tab));
    const { page } = opened;
    await use({
      ...opened,
      viewport: (place) =>
        page
          .getByTestId("viewport-grid")
          .getByRole("region")
          .nth(place - 1),
      picture: (place) => page.getByTestId(`canvas-${place}`),
    });
    expect(await opened.close()).toBe(0);
  },
});

export { expect };

/** Waits until no job is under way: a run of a whole series takes as long as the machine's cores let it. */
export async function quiet(workstation: Workstation): Promise<void> {
  await expect
    .poll(
      async () => {
        const jobs = (await (await workstation.get("/api/jobs")).json()) as JobView[];
        return jobs.filter(({ state }) => state === "running" || state === "waiting");
      },
      { timeout: 120_000 },
    )
    .toEqual([]);
}

/** Waits until a viewport shows its picture. */
export async function pictureShown(workstation: Workstation, place: number): Promise<void> {
  await expect(workstation.picture(place)).toHaveAttribute("data-state", "ready");
}

/** Opens the page anew in the dark or light theme. */
export async function openInTheme(page: Page, theme: "dark" | "light"): Promise<void> {
  const { origin } = new URL(page.url());
  await page.request.patch(`${origin}/api/settings`, { data: { theme }, headers: { origin } });
  await page.reload();
}

/** What axe finds of serious or critical impact, each with the element's beginning. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // What fades in has too little contrast on its way: axe must see it as a reader does, once it is there. A dialog's
  // fade begins some frames after it is asked for.
  await page.evaluate(`(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const moving = () => document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
    for (let still = 0; still < 12; still++) {
      await frame();
      if (moving().some((each) => each.playState === "running")) still = 0;
    }
  })()`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}
