import { expect, test, vi } from "vitest";
import { BrowserWindow, contextBridge, ipcMain, ipcRenderer } from "../../test-support/stand-in-electron";
import { type DesktopBridge, channels } from "./bridge";

vi.mock("electron", () => import("../../test-support/stand-in-electron"));

await import("./index");
const bridge = contextBridge.exposed.get("slicebench") as DesktopBridge;

test("the page gets these functions under one name, and neither a channel nor the messenger", () => {
  expect([...contextBridge.exposed.keys()]).toEqual(["slicebench"]);
  expect(Object.keys(bridge).sort()).toEqual([
    "onCommand",
    "openFiles",
    "openFolder",
    "pathForFile",
    "revealInFolder",
    "savePdf",
    "showAvailable",
  ]);
  expect(Object.values(bridge).every((member) => typeof member === "function")).toBe(true);
});

test("each function asks on its one channel", async () => {
  new BrowserWindow({ webPreferences: {} });
  for (const channel of Object.values(channels))
    ipcMain.handle(channel, (_event, ...words) => [channel, ...words]);
  expect(await bridge.openFiles()).toEqual([channels.openFiles]);
  expect(await bridge.openFolder()).toEqual([channels.openFolder]);
  await expect(bridge.revealInFolder("/scans")).resolves.toEqual([channels.revealInFolder, "/scans"]);
  await expect(bridge.savePdf("seriesId=1")).resolves.toEqual([channels.savePdf, "seriesId=1"]);
  await expect(bridge.showAvailable(["view.fit"])).resolves.toEqual([channels.showAvailable, ["view.fit"]]);
  expect(bridge.pathForFile(new File([], "a.dcm"))).toBe("/dropped/a.dcm");
});

test("a command of the menu arrives as its id alone, until the page stops listening", () => {
  const heard: unknown[][] = [];
  const end = bridge.onCommand((...words) => heard.push(words));
  ipcRenderer.emit(channels.command, { sender: "the messenger" }, "view.fit");
  end();
  ipcRenderer.emit(channels.command, {}, "view.invert");
  expect(heard).toEqual([["view.fit"]]);
});
