import { type ChildProcess, fork, type ForkOptions } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { tmpdir } from "node:os";

/**
 * A stand-in for Electron, whose runtime tests do not have: `vi.mock("electron", () => import(this file))`. It shows
 * nothing and decides nothing. It keeps what our wiring gives to Electron, lets a test cause what Electron would,
 * and starts utility processes as children of Node, so that the engine in them is the real one.
 */

/** An event that its listeners may refuse. */
export class StandInEvent {
  isRefused = false;
  constructor(details: object = {}) {
    Object.assign(this, details);
  }
  preventDefault(): void {
    this.isRefused = true;
  }
}

/** Causes an event and tells whether it was refused. */
export function isRefused(emitter: EventEmitter, name: string, details: object = {}): boolean {
  const event = new StandInEvent(details);
  emitter.emit(name, event);
  return event.isRefused;
}

class StandInApp extends EventEmitter {
  isPackaged = false;
  /** Whether this process is the first: what `requestSingleInstanceLock` answers. */
  isFirst = true;
  userData = tmpdir();
  readonly calls: string[] = [];
  lockData: unknown;
  recentDocuments: string[] = [];
  jumpList: unknown;
  removedFromJumpList: { args: string }[] = [];
  readonly #ready = once(this, "ready");

  requestSingleInstanceLock(data: unknown): boolean {
    this.lockData = data;
    return this.isFirst;
  }
  whenReady = () => this.#ready;
  enableSandbox = () => void this.calls.push("enableSandbox");
  quit(): void {
    this.calls.push("quit");
    this.emit("quit");
  }
  exit = (code: number) => void this.calls.push(`exit ${code}`);
  getPath = () => this.userData;
  setAboutPanelOptions = () => undefined;
  addRecentDocument = (path: string) => void this.recentDocuments.unshift(path);
  clearRecentDocuments = () => void (this.recentDocuments = []);
  getJumpListSettings = () => ({ minItems: 10, removedItems: this.removedFromJumpList });
  setJumpList = (list: unknown) => void (this.jumpList = list);
}
export const app = new StandInApp();

export class StandInWebContents extends EventEmitter {
  /** What the main process sent to this page. */
  readonly sent: unknown[][] = [];
  readonly mainFrame = { url: "" };
  openWindow: (details: { url: string }) => { action: string } = () => ({ action: "allow" });
  reloads = 0;

  setWindowOpenHandler(handler: typeof this.openWindow): void {
    this.openWindow = handler;
  }
  send = (...words: unknown[]) => void this.sent.push(words);
  readonly printed: object[] = [];
  /** A PDF's first bytes, and the address that was printed. */
  printToPDF(options: object): Promise<Buffer> {
    this.printed.push(options);
    return Promise.resolve(Buffer.from(`%PDF-1.4 ${this.mainFrame.url}`));
  }
  reload(): void {
    this.reloads++;
  }
}

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  static fromWebContents = (contents: StandInWebContents) =>
    BrowserWindow.all.find((window) => window.webContents === contents) ?? null;

  readonly webContents = new StandInWebContents();
  normalBounds: Bounds = { x: 0, y: 0, width: 1_440, height: 900 };
  isShown = false;
  maximized = false;
  minimized = false;
  focused = 0;
  #isDestroyed = false;

  constructor(readonly options: { webPreferences: Record<string, unknown> } & Record<string, unknown>) {
    super();
    BrowserWindow.all.push(this);
    app.emit("web-contents-created", new StandInEvent(), this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    return Promise.resolve();
  }
  show(): void {
    this.isShown = true;
  }
  maximize = () => void (this.maximized = true);
  isMaximized = () => this.maximized;
  isMinimized = () => this.minimized;
  restore = () => void (this.minimized = false);
  focus(): void {
    this.focused++;
  }
  getNormalBounds = () => this.normalBounds;
  isDestroyed = () => this.#isDestroyed;
  close(): void {
    this.emit("close", new StandInEvent());
    this.destroy();
  }
  destroy(): void {
    this.#isDestroyed = true;
    this.emit("closed");
  }
}

type PermissionRequest = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;

class StandInSession {
  readonly protocols = new Map<string, (request: Request) => Response | Promise<Response>>();
  permissionRequest: PermissionRequest = (_contents, _permission, answer) => answer(true);
  permissionCheck: (...words: unknown[]) => boolean = () => true;
  devicePermission: (...words: unknown[]) => boolean = () => true;
  beforeRequest: (details: { url: string }, answer: (decision: { cancel: boolean }) => void) => void = (
    _details,
    answer,
  ) => answer({ cancel: false });

  protocol = {
    handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) =>
      void this.protocols.set(scheme, handler),
  };
  webRequest = {
    onBeforeRequest: (listener: typeof this.beforeRequest) => void (this.beforeRequest = listener),
  };
  setPermissionRequestHandler = (handler: PermissionRequest) => void (this.permissionRequest = handler);
  setPermissionCheckHandler = (handler: typeof this.permissionCheck) => void (this.permissionCheck = handler);
  setDevicePermissionHandler = (handler: typeof this.devicePermission) =>
    void (this.devicePermission = handler);
}
export const session = { defaultSession: new StandInSession() };

export interface Privileges {
  scheme: string;
  privileges: Record<string, boolean>;
}
export const protocol = {
  schemes: [] as Privileges[],
  registerSchemesAsPrivileged: (schemes: Privileges[]) => void protocol.schemes.push(...schemes),
};

/** Which page, and which frame of it, a message comes from. */
export interface Sender {
  sender: StandInWebContents;
  senderFrame: { url: string } | null;
}
type Answer = (event: Sender, ...words: unknown[]) => unknown;

class StandInIpcMain extends EventEmitter {
  readonly handlers = new Map<string, Answer>();
  handle = (channel: string, answer: Answer) => void this.handlers.set(channel, answer);
  /** Asks as a page would: what crosses is copied, and a failure rejects. */
  async ask(from: Sender, channel: string, ...words: unknown[]): Promise<unknown> {
    const answer = this.handlers.get(channel);
    if (answer === undefined) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await answer(from, ...structuredClone(words)));
  }
}
export const ipcMain = new StandInIpcMain();

/** The page's side of the messages: it speaks as the main frame of the newest window. */
class StandInIpcRenderer extends EventEmitter {
  invoke(channel: string, ...words: unknown[]): Promise<unknown> {
    const sender = BrowserWindow.all.at(-1)!.webContents;
    return ipcMain.ask({ sender, senderFrame: sender.mainFrame }, channel, ...words);
  }
}
export const ipcRenderer = new StandInIpcRenderer();

export const contextBridge = {
  exposed: new Map<string, unknown>(),
  exposeInMainWorld: (name: string, api: unknown) => void contextBridge.exposed.set(name, api),
};
export const webUtils = { getPathForFile: (file: File) => `/dropped/${file.name}` };

/** An item of a menu, as our program describes it. */
export interface MenuItem {
  id?: string;
  label?: string;
  role?: string;
  enabled?: boolean;
  accelerator?: string;
  registerAccelerator?: boolean;
  submenu?: MenuItem[];
  click?: () => void;
}
export const Menu = {
  shown: [] as MenuItem[],
  buildFromTemplate: (template: MenuItem[]) => template,
  setApplicationMenu: (template: MenuItem[]) => void (Menu.shown = template),
};

export const dialog = {
  asked: [] as { properties?: string[] }[],
  picked: [] as string[],
  errors: [] as string[],
  messageAnswer: 0,
  /** What the reader names to save; "" is a cancel. */
  saveAs: "",
  showSaveDialog: (_window: BrowserWindow, _options: object) =>
    Promise.resolve({ canceled: dialog.saveAs === "", filePath: dialog.saveAs }),
  showOpenDialog: (_window: BrowserWindow, options: { properties?: string[] }) => {
    dialog.asked.push(options);
    return Promise.resolve({ canceled: dialog.picked.length === 0, filePaths: dialog.picked });
  },
  showMessageBox: () => Promise.resolve({ response: dialog.messageAnswer }),
  showMessageBoxSync: () => dialog.messageAnswer,
  showErrorBox: (title: string, text: string) => void dialog.errors.push(`${title}: ${text}`),
};

export const shell = {
  revealed: [] as string[],
  showItemInFolder: (path: string) => void shell.revealed.push(path),
};

/** One screen, with a bar of 40 pixels at its top. */
export const screen = {
  workArea: { x: 0, y: 40, width: 1_920, height: 1_040 },
  getDisplayMatching: (_bounds: Bounds) => ({ workArea: screen.workArea }),
};

/** A utility process is a child of Node here: the same program on another channel. */
class StandInUtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  constructor(file: string, words: string[], options: ForkOptions) {
    super();
    const { execArgv = [] } = options;
    this.#child = fork(file, words, {
      execArgv,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => this.emit("message", message));
    this.#child.on("exit", (code) => this.emit("exit", code ?? 1));
  }
  get pid(): number | undefined {
    return this.#child.pid;
  }
  postMessage = (message: object) => void this.#child.send(message, () => undefined);
  kill = () => this.#child.kill();
}
export const utilityProcess = {
  fork: (file: string, words: string[], options: ForkOptions) =>
    new StandInUtilityProcess(file, words, options),
};
