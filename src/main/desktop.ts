import { app, type BrowserWindow, dialog, Menu, session } from "electron";
import type { CommandId } from "../core/commands";
import { toWireError } from "../core/errors";
import { createHost } from "../host/app";
import { openLocalWorkstation } from "../services/local-workstation";
import type { Workstation } from "../services/workstation";
import { channels } from "../preload/bridge";
import { answerBridge } from "./bridge-answers";
import { forkUtilityProcess } from "./engine";
import { confinePages, refusePermissions } from "./hardening";
import { type Launch, launchSchema } from "./launch";
import { menuTemplate } from "./menu";
import { appOrigin, refuseNetwork, registerScheme, serveScheme } from "./scheme";
import { openWindow } from "./window";

export interface DesktopOptions {
  /** What this start was asked to open. */
  launch: Launch;
  /** The built page, and the built preload. */
  pageFolder: string;
  preload: string;
  workspaceFile?: string;
}

/**
 * The desktop program. Call it before the app is ready: the scheme's rights and the lock are asked for at once.
 * A second start hands what it was asked to open to the first, and ends.
 */
export function startDesktop(options: DesktopOptions): void {
  if (!app.requestSingleInstanceLock(options.launch)) {
    app.quit();
    return;
  }
  app.enableSandbox();
  registerScheme();
  confinePages(app);
  const waiting: Launch[] = [options.launch];
  let desktop: Desktop | undefined;
  const open = (launch: Launch) => {
    if (desktop === undefined) waiting.push(launch);
    else desktop.open(launch);
  };
  app.on("second-instance", (_event, _words, _folder, additional) => {
    const launch = launchSchema.safeParse(additional);
    open(launch.success ? launch.data : { paths: [], models: [] });
    desktop?.show();
  });
  // macOS, from the Finder; possibly before the app is ready.
  app.on("open-file", (event, path) => {
    event.preventDefault();
    open({ paths: [path], models: [] });
  });
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  void app.whenReady().then(() => {
    try {
      desktop = new Desktop(options);
    } catch (thrown) {
      const { message, hint = "" } = toWireError(thrown);
      dialog.showErrorBox("Slicebench cannot start", `${message} ${hint}`);
      app.exit(1);
      return;
    }
    desktop.show();
    for (const launch of waiting) desktop.open(launch);
  });
}

/** The program once it runs: the workstation, its window and its menu. */
class Desktop {
  readonly #workstation: Workstation;
  #window: BrowserWindow | undefined;
  #available: ReadonlySet<string> | undefined;

  constructor(private readonly options: DesktopOptions) {
    const { workspaceFile, pageFolder } = options;
    this.#workstation = openLocalWorkstation({ workspaceFile, startEngine: forkUtilityProcess });
    const { defaultSession } = session;
    refusePermissions(defaultSession);
    refuseNetwork(defaultSession);
    serveScheme(
      defaultSession,
      createHost(this.#workstation, { door: { kind: "desktop", origin: appOrigin }, pageFolder }),
    );
    answerBridge((ids) => {
      this.#available = new Set(ids);
      this.#showMenu();
    });
    this.#showMenu();
    this.#workstation.settings.onChange(() => this.#showMenu());
    this.#workstation.events.subscribe(({ event }) => {
      // What was opened is now the newest of the recent studies.
      if (event.type === "job" && event.job.kind === "open" && event.job.state === "done") this.#showMenu();
    });
    app.on("activate", () => this.show());
    this.#closeBeforeQuit();
  }

  open({ paths, models }: Launch): void {
    if (paths.length === 0) return;
    for (const path of paths) app.addRecentDocument(path);
    this.#workstation.openAtStart(paths, models);
  }

  /** Brings the window to the front, or opens it. */
  show(): void {
    if (this.#window === undefined || this.#window.isDestroyed()) {
      this.#window = openWindow(this.options.preload);
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.focus();
  }

  #run(id: CommandId): void {
    this.show();
    this.#window?.webContents.send(channels.command, id);
  }

  #showMenu(): void {
    const { settings, recent } = this.#workstation;
    const template = menuTemplate({
      isMac: process.platform === "darwin",
      keys: settings.read().keys,
      recent: recent.list(),
      available: this.#available,
      run: (id) => this.#run(id),
      open: (path) => this.open({ paths: [path], models: [] }),
      clearRecent: () => {
        recent.clear();
        app.clearRecentDocuments();
        this.#showMenu();
      },
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  /** Ends engine processes and lets go of the workspace before the program goes. */
  #closeBeforeQuit(): void {
    let closed: "no" | "closing" | "yes" = "no";
    app.on("will-quit", (event) => {
      if (closed === "yes") return;
      event.preventDefault();
      if (closed === "closing") return;
      closed = "closing";
      void this.#workstation.close().finally(() => {
        closed = "yes";
        app.quit();
      });
    });
  }
}
