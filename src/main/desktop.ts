import { app, type BrowserWindow, Menu, session } from "electron";
import type { CommandId } from "../core/commands";
import { createStartingHost } from "../host/starting-host";
import { programVersion } from "../services/installation";
import { openLocalWorkstation } from "../services/local-workstation";
import type { Workstation } from "../services/workstation";
import { WorkstationStart } from "../services/workstation-start";
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
    desktop = new Desktop(options, waiting);
  });
}

/** The program once it runs: the workstation, where nothing hinders its start, its window and its menu. */
class Desktop {
  readonly #start: WorkstationStart;
  #window: BrowserWindow | undefined;
  /** The commands that may run now, from the page's own mouth; undefined until it listens. */
  #available: ReadonlySet<string> | undefined;
  /** What was chosen in the menu before there was a page to do it. */
  readonly #waiting: CommandId[] = [];

  /** @param launches what was asked for so far; kept until the workstation has started */
  constructor(
    private readonly options: DesktopOptions,
    private readonly launches: Launch[],
  ) {
    const { workspaceFile, pageFolder } = options;
    this.#start = new WorkstationStart({
      workspaceFile,
      open: (how) => openLocalWorkstation({ ...how, startEngine: forkUtilityProcess }),
      onStarted: (workstation) => this.#started(workstation),
    });
    const { defaultSession } = session;
    refusePermissions(defaultSession);
    refuseNetwork(defaultSession);
    serveScheme(
      defaultSession,
      createStartingHost(this.#start, { door: { kind: "desktop", origin: appOrigin }, pageFolder }),
    );
    answerBridge((ids) => this.#pageListens(ids));
    app.setAboutPanelOptions({
      applicationName: "Slicebench",
      applicationVersion: programVersion,
      copyright: "Apache-2.0. The bundled models are demonstrations, not for clinical use.",
    });
    app.on("activate", () => this.show());
    this.#closeBeforeQuit();
    this.#start.begin();
    if (this.#start.workstation !== undefined) return;
    this.#showMenu();
    this.show();
  }

  #started({ settings, events, recent, opening }: Workstation): void {
    this.#showMenu();
    settings.onChange(() => this.#showMenu());
    events.subscribe(({ event }) => {
      // What was opened is now the newest of the recent studies.
      if (event.type !== "job" || event.job.kind !== "open" || event.job.state !== "done") return;
      this.#showMenu();
      showRecentStudies(recent.list());
    });
    opening.resume({ withInputs: this.launches.some(({ paths }) => paths.length > 0) });
    for (const launch of this.launches.splice(0)) this.open(launch);
  }

  /** Opens studies and shows them, as soon as nothing hinders the start. */
  open(launch: Launch): void {
    const { workstation } = this.#start;
    if (workstation === undefined) this.launches.push(launch);
    else if (launch.paths.length > 0) workstation.opening.openAtStart(launch.paths, launch.models);
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
    const { workstation } = this.#start;
    const template = menuTemplate({
      isMac: process.platform === "darwin",
      keys: workstation?.settings.read().keys ?? {},
      recent: workstation?.recent.list() ?? [],
      available: this.#available,
      run: (id) => this.#run(id),
      open: (path) => this.open({ paths: [path], models: [] }),
      clearRecent: () => {
        workstation?.recent.clear();
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
      void Promise.resolve(this.#start.workstation?.close()).finally(() => {
        closed = "yes";
        app.quit();
      });
    });
  }
}
