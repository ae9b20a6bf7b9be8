import { join } from "node:path";
import { expect, test } from "@playwright/test";
import type { StudySummary } from "../src/host/contract";
import { findElectron } from "../scripts/electron-runtime.mjs";
import { launchDesktop, openDesktopDoor } from "./doors";
import { cine } from "./workstation";

/** What only the real Electron can show; the wiring is held without it by src/main/*.test.ts. */
const electron = findElectron();
const why = "missing" in electron ? electron.missing : undefined;

test.describe(why === undefined ? "the desktop program" : `the desktop program (skipped: ${why})`, () => {
  test.skip(why !== undefined, why);
  const slice = (number: number) => join(cine, `slice-${number}-phase-01.dcm`);

  test("its page knows no Node, leaves its address by no way, and reaches nothing outside", async () => {
    const { app, page, close } = await openDesktopDoor({ inputs: [slice(1)], models: [] });
    expect(page.url()).toBe("slicebench://app/");
    // As text: these are a page's own words, which the types of this file do not know.
    const known = `["require", "process", "module", "Buffer"].filter((name) => name in globalThis)`;
    expect(await page.evaluate(known)).toEqual([]);
    const reached = await page.evaluate(`(async () => {
      const script = document.createElement("script");
      script.textContent = "globalThis.inlineScriptRan = true";
      document.body.append(script);
      const opened = window.open("https://example.org/");
      const answer = await fetch("https://example.org/").catch(() => undefined);
      location.href = "https://example.org/";
      return { opened: opened !== null, answered: answer !== undefined, inline: "inlineScriptRan" in globalThis };
    })()`);
    expect(reached).toEqual({ opened: false, answered: false, inline: false });
    expect(page.url()).toBe("slicebench://app/");
    expect(app.windows()).toHaveLength(1);
    expect(await close()).toBe(0);
  });

  test("a command of the native menu reaches the picture", async () => {
    const { app, page, close } = await openDesktopDoor({ inputs: [slice(1)], models: [] });
    const picture = page.getByTestId("canvas-1");
    await expect(picture).toHaveAttribute("data-state", "ready");
    const before = await picture.screenshot();
    await app.evaluate(({ Menu }) => {
      Menu.getApplicationMenu()?.getMenuItemById("view.invert")?.click();
    });
    await expect.poll(async () => (await picture.screenshot()).equals(before)).toBe(false);
    expect(await close()).toBe(0);
  });

  test("a second start hands its file to the first and ends", async () => {
    const first = await openDesktopDoor({ inputs: [slice(1)], models: [] });
    const folder = await first.app.evaluate(({ app }) => app.getPath("userData"));
    // It ends before Playwright could speak with it.
    await launchDesktop({ inputs: [slice(2)], models: [] }, folder).catch(() => undefined);
    await expect
      .poll(async () => {
        const studies = (await (await first.get("/api/studies")).json()) as StudySummary[];
        return studies.flatMap(({ series }) => series.map(({ frameCount }) => frameCount));
      })
      .toEqual([1, 1]);
    expect(await first.close()).toBe(0);
  });
});
