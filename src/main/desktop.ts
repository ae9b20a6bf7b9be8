import { app, type BrowserWindow, dialog, Menu, session } from "electron";
import type { CommandId } from "../core/commands";
import { toWireError } from "../core/errors";
import { createHost } from "../host/app";
import { programVersion } from "../services/installation";
import { openLocalWorkstation } from "../services/local-workstation";
import type { Workstation } from "../services/workstation";
import { channels } from "../preload/bridge";
import { answerBridge } from "./bridge-answers";
import { forkUtilityProcess } from "./engine";
import { confinePages, refusePermissions } from "./hardening";
import { type Launch, launchSchema } from "./launch";
import { menuTemplate } from "./menu";
import { showRecentStudies } from "./recent-studies";
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
    desktop.resume({ withInputs: waiting.some(({ paths }) => paths.length > 0) });
    for (const launch of waiting) desktop.open(launch);
  });
}

/** The program once it runs: the workstation, its window and its menu. */
class Desktop {
  readonly #workstation: Workstation;
  #window: BrowserWindow | undefined;
  /** The commands that may run now, from the page's own mouth; undefined until it listens. */
  #available: ReadonlySet<string> | undefined;
  /** What was chosen in the menu before there was a page to do it. */
  readonly #waiting: CommandId[] = [];

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
    answerBridge((ids) => this.#pageListens(ids));
    app.setAboutPanelOptions({
      applicationName: "Slicebench",
      applicationVersion: programVersion,
      copyright: "Apache-2.0. The bundled models are demonstrations, not for clinical use.",
    });
    this.#showMenu();
    this.#workstation.settings.onChange(() => this.#showMenu());
    this.#workstation.events.subscribe(({ event }) => {
      // What was opened is now the newest of the recent studies.
      if (event.type !== "job" || event.job.kind !== "open" || event.job.state !== "done") return;
      this.#showMenu();
      showRecentStudies(this.#workstation.recent.list());
    });
    app.on("activate", () => this.show());
    this.#closeBeforeQuit();
  }

  /** Opens again what was open when the program last ended. */
  resume(start: { withInputs: boolean }): void {
    this.#workstation.opening.resume(start);
  }

  /** Opens studies and shows them. */
  open({ paths, models }: Launch): void {
    if (paths.length > 0) this.#workstation.opening.openAtStart(paths, models);
    this.show();
  }

  /** Brings the window to the front, or opens it. */
  show(): void {
    if (this.#window === undefined) {
      const window = openWindow(this.options.preload);
      this.#window = window;
      window.once("closed", () => {
        this.#window = this.#available = undefined;
        this.#showMenu();
      });
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.focus();
  }

  /** Runs a command of the menu. On macOS there may be no window: then its page runs it once it is there. */
  #run(id: CommandId): void {
    this.show();
    if (this.#available === undefined) this.#waiting.push(id);
    else this.#window?.webContents.send(channels.command, id);
  }

  #pageListens(available: readonly string[]): void {
    this.#available = new Set(available);
    this.#showMenu();
    for (const id of this.#waiting.splice(0)) this.#run(id);
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
        showRecentStudies([]);
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
