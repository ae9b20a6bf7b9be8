import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDesktop } from "../src/main/desktop";
import type { Launch } from "../src/main/launch";
import { writePage } from "./open-host";
import { app, BrowserWindow, ipcMain, isRefused, session } from "./stand-in-electron";

/** The desktop program on the stand-in for Electron, with the real workstation behind it. */
export interface TestDesktop {
  /** A folder that goes when the test ends; the page lies in `page`, window.json beside it. */
  folder: string;
  /** The window that is open now. */
  window(): BrowserWindow;
  /** Asks the program's own scheme, as its page does. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a message as the page does. */
  say(channel: string, ...words: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts the program: once a test file, as the stand-in has one app. `vi.mock("electron")` must be in the file. */
export async function openDesktop(
  launch: Launch = { paths: [], models: [] },
  workspaceFile = ":memory:",
): Promise<TestDesktop> {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-desktop-"));
  app.userData = folder;
  startDesktop({
    launch,
    pageFolder: writePage(folder),
    preload: join(folder, "preload.cjs"),
    workspaceFile,
  });
  app.emit("ready");
  await app.whenReady();
  await Promise.resolve();
  const window = () => BrowserWindow.all.at(-1)!;
  return {
    folder,
    window,
    ask: async (path, init) =>
      session.defaultSession.protocols.get("slicebench")!(new Request(`slicebench://app${path}`, init)),
    say: (channel, ...words) => {
      const { webContents } = window();
      return ipcMain.ask({ sender: webContents, senderFrame: webContents.mainFrame }, channel, ...words);
    },
    async close() {
      const quit = once(app, "quit");
      // Refused while the program lets go of its engine and its workspace, after which it quits itself.
      if (isRefused(app, "will-quit")) await quit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
