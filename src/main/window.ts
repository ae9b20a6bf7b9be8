import { join } from "node:path";
import { app, BrowserWindow, dialog } from "electron";
import { pageAddress } from "./scheme";
import { rememberedPlace, rememberPlace, smallestSize } from "./window-bounds";

/** As `--bg-1` of the dark theme: no white flash before the page is drawn. */
const backgroundColor = "#0d0e0f";
const defaultSize = { width: 1440, height: 900 };

/** What a page may not do: it has no Node, no world in common with a preload, and a sandbox. */
export const confinedPage = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** Opens the window on the page. */
export function openWindow(preload: string): BrowserWindow {
  const placeFile = join(app.getPath("userData"), "window.json");
  const place = rememberedPlace(placeFile);
  const window = new BrowserWindow({
    ...defaultSize,
    ...place?.bounds,
    minWidth: smallestSize.width,
    minHeight: smallestSize.height,
    show: false,
    title: "Slicebench",
    backgroundColor,
    webPreferences: { preload, ...confinedPage },
  });
  if (place?.isMaximized === true) window.maximize();
  rememberPlace(window, placeFile);
  window.once("ready-to-show", () => window.show());
  window.webContents.on("will-prevent-unload", (event) => {
    if (wantsToCloseUnsaved(window)) event.preventDefault();
  });
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason !== "clean-exit") void offerReload(window);
  });
  void window.loadURL(pageAddress);
  return window;
}

/** Electron asks nobody by itself: a page with edits that are not in the workspace yet would stay open in silence. */
function wantsToCloseUnsaved(window: BrowserWindow): boolean {
  const closeAnyway = 1;
  const response = dialog.showMessageBoxSync(window, {
    type: "warning",
    message: "The last edits are not in the workspace yet.",
    detail:
      "They are being saved, and tried again if that fails. What is not saved when the window closes is lost.",
    buttons: ["Keep the window open", "Close without them"],
    defaultId: 0,
    cancelId: 0,
  });
  return response === closeAnyway;
}

/** The page is gone, the host is not: layers, runs and studies are where they were. */
async function offerReload(window: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: "error",
    message: "The window's page stopped.",
    detail: "Nothing that was computed is lost. Runs go on meanwhile.",
    buttons: ["Show it again", "Close"],
    defaultId: 0,
    cancelId: 1,
  });
  if (window.isDestroyed()) return;
  if (response === 0) window.webContents.reload();
  else window.destroy();
}
