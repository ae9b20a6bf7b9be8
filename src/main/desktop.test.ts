import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDesktop, openDesktop } from "../../test-support/open-desktop";
import { cineFolder } from "../../test-support/open-host";
import {
  app,
  BrowserWindow,
  dialog,
  isRefused,
  Menu,
  type MenuItem,
  StandInEvent,
} from "../../test-support/stand-in-electron";
import type { JobView, StudySummary } from "../host/contract";
import { channels } from "../preload/bridge";

vi.mock("electron", () => import("../../test-support/stand-in-electron"));

const slice = (number: number, phase = 1) => join(cineFolder, `slice-${number}-phase-0${phase}.dcm`);

let desktop: TestDesktop;
beforeAll(async () => void (desktop = await openDesktop({ paths: [slice(1)], models: ["cardiac-lv-unet"] })));
afterAll(() => desktop.close());

/** Every job that there is now, once all of them are over. */
function jobsOver(): Promise<JobView[]> {
  return vi.waitFor(
    async () => {
      const jobs = (await (await desktop.ask("/api/jobs")).json()) as JobView[];
      if (jobs.some(({ state }) => state === "waiting" || state === "running")) throw new Error("not yet");
      return jobs;
    },
    { timeout: 50_000 },
  );
}

const opened = async (): Promise<string[]> =>
  (await jobsOver()).filter(({ kind }) => kind === "open").map(({ title }) => title);

function menuItem(id: string, items: readonly MenuItem[] = Menu.shown): MenuItem | undefined {
  for (const item of items) {
    const found = item.id === id ? item : menuItem(id, item.submenu ?? []);
    if (found !== undefined) return found;
  }
  return undefined;
}

test("what the program was started with is opened, and the models that were named run on it", async () => {
  const jobs = await jobsOver();
  expect(jobs.map(({ kind, state }) => [kind, state])).toEqual([
    ["open", "done"],
    ["run", "done"],
  ]);
  const [study] = (await (await desktop.ask("/api/studies")).json()) as StudySummary[];
  // The model's layer, and the reference that lies beside the samples.
  expect(study!.series[0]).toMatchObject({ frameCount: 1, layerCount: 2, hasReference: true });
});

test("a second start hands over what it was asked to open, and the window comes to the front", async () => {
  expect(app.lockData).toEqual({ paths: [slice(1)], models: ["cardiac-lv-unet"] });
  const window = desktop.window();
  window.minimized = true;
  const focused = window.focused;
  app.emit("second-instance", {}, ["slicebench", "ignored"], "/", { paths: [slice(2)], models: [] });
  expect(await opened()).toContain("Open slice-2-phase-01.dcm");
  expect([window.minimized, window.focused]).toEqual([false, focused + 1]);
  expect(desktop.window()).toBe(window);
});

test("a second start whose words are not ours opens nothing", async () => {
  const before = await opened();
  for (const data of [undefined, "paths", { paths: slice(3) }, { paths: [1], models: [] }])
    app.emit("second-instance", {}, [], "/", data);
  expect(await opened()).toEqual(before);
});

test("a file that the Finder hands over is opened, and the system need not do it", async () => {
  const event = new StandInEvent();
  app.emit("open-file", event, slice(3));
  expect(event.isRefused).toBe(true);
  expect(await opened()).toContain("Open slice-3-phase-01.dcm");
});

test("recent studies are in the menu, newest first, open again from there, and can be cleared", async () => {
  await jobsOver();
  const labels = () => (menuItem("recent-studies")!.submenu ?? []).map(({ label }) => label);
  expect(labels()).toEqual([slice(3), slice(2), slice(1), undefined, "Clear recent studies"]);
  const before = (await opened()).length;
  menuItem("recent-studies")!.submenu![1]!.click!();
  expect((await opened()).slice(before)).toEqual(["Open slice-2-phase-01.dcm"]);
  expect(labels()[0]).toBe(slice(2));
  menuItem("recent-studies")!.submenu!.at(-1)!.click!();
  expect(menuItem("recent-studies")).toMatchObject({ enabled: false });
  expect(await (await desktop.ask("/api/recent")).json()).toEqual([]);
});

test("the dialogs for files and for a folder answer with what was picked, or with nothing", async () => {
  dialog.picked = [slice(1), slice(2)];
  expect(await desktop.say(channels.openFiles)).toEqual([slice(1), slice(2)]);
  expect(await desktop.say(channels.openFolder)).toEqual([slice(1), slice(2)]);
  expect(dialog.asked.map(({ properties }) => properties)).toEqual([
    ["openFile", "multiSelections"],
    ["openDirectory"],
  ]);
  dialog.picked = [];
  expect(await desktop.say(channels.openFolder)).toEqual([]);
});

test("the report is printed on a page that nobody sees, into the file that the reader names", async () => {
  const windows = BrowserWindow.all.length;
  dialog.saveAs = "";
  expect(await desktop.say(channels.savePdf, "seriesId=1")).toBe("");
  expect(BrowserWindow.all).toHaveLength(windows);
  dialog.saveAs = join(desktop.folder, "report.pdf");
  expect(await desktop.say(channels.savePdf, "seriesId=1&scope=series")).toBe(dialog.saveAs);
  const paper = BrowserWindow.all.pop()!;
  expect(readFileSync(dialog.saveAs, "utf8")).toBe(
    "%PDF-1.4 slicebench://app/api/comparisons/page?seriesId=1&scope=series",
  );
  expect([paper.isShown, paper.isDestroyed()]).toEqual([false, true]);
  expect(paper.options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true });
  expect(paper.options.webPreferences).not.toHaveProperty("preload");
  expect(paper.webContents.printed).toEqual([{ preferCSSPageSize: true, printBackground: true }]);
});

test("a command of the menu waits for the page, then reaches it; what cannot run now is grey", async () => {
  const { sent } = desktop.window().webContents;
  menuItem("view.invert")!.click!();
  expect(sent).toEqual([]);
  await desktop.say(channels.showAvailable, ["view.invert", "file.open-folder"]);
  expect(sent).toEqual([[channels.command, "view.invert"]]);
  expect(menuItem("view.invert")).toMatchObject({ enabled: true });
  expect(menuItem("compare.curtain")).toMatchObject({ enabled: false });
  menuItem("file.open-folder")!.click!();
  expect(sent.at(-1)).toEqual([channels.command, "file.open-folder"]);
});

test("keys that the reader changes are in the menu at once", async () => {
  expect(menuItem("view.invert")).toMatchObject({ accelerator: "I", registerAccelerator: false });
  await desktop.ask("/api/settings", {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ keys: { "view.invert": "Mod+J" } }),
  });
  expect(menuItem("view.invert")).toMatchObject({ accelerator: "CmdOrCtrl+J" });
});

test("the window is shown when it is drawn, and where it was is remembered when it closes", () => {
  const window = desktop.window();
  expect(window.isShown).toBe(false);
  window.emit("ready-to-show");
  expect(window.isShown).toBe(true);
  window.normalBounds = { x: 30, y: 60, width: 1_000, height: 700 };
  window.maximized = true;
  window.close();
  expect(JSON.parse(readFileSync(join(desktop.folder, "window.json"), "utf8"))).toEqual({
    bounds: { x: 30, y: 60, width: 1_000, height: 700 },
    isMaximized: true,
  });
});

test("a menu without a window, as macOS has it, opens one for the command, where the last one was", async () => {
  const closed = desktop.window();
  menuItem("app.settings")!.click!();
  const window = desktop.window();
  expect(window).not.toBe(closed);
  expect(window.options).toMatchObject({ x: 30, y: 60, width: 1_000, height: 700 });
  expect(window.maximized).toBe(true);
  await desktop.say(channels.showAvailable, ["app.settings"]);
  expect(window.webContents.sent).toEqual([[channels.command, "app.settings"]]);
});

test("a page that stopped is offered again, and what was computed is still there", async () => {
  const { webContents } = desktop.window();
  webContents.emit("render-process-gone", {}, { reason: "clean-exit" });
  webContents.emit("render-process-gone", {}, { reason: "crashed" });
  await vi.waitFor(() => expect(webContents.reloads).toBe(1));
  expect(await (await desktop.ask("/api/studies")).json()).not.toEqual([]);
});

test("a page with edits that are not saved yet stays open, unless the reader says otherwise", () => {
  const { webContents } = desktop.window();
  // Refusing this event is what lets the page go.
  const goes = (answer: number) => {
    dialog.messageAnswer = answer;
    return isRefused(webContents, "will-prevent-unload");
  };
  expect([goes(0), goes(1), goes(0)]).toEqual([false, true, false]);
});

test("the program quits when its engine and its workspace are let go of, and not before", async () => {
  const calls = app.calls.filter((call) => call === "quit").length;
  expect(isRefused(app, "will-quit")).toBe(true);
  expect(app.calls.filter((call) => call === "quit")).toHaveLength(calls);
  await vi.waitFor(() => expect(app.calls.filter((call) => call === "quit")).toHaveLength(calls + 1));
  expect(isRefused(app, "will-quit")).toBe(false);
});
