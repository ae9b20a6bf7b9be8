import type { ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { _electron, type APIResponse, type ElectronApplication, type Page } from "@playwright/test";
import { findElectron } from "../scripts/electron-runtime.mjs";
import { type Opening, startBuiltWorkstation, wordsOf } from "../test-support/built-workstation";

export const repository = resolve(import.meta.dirname, "..");

/** The workstation, reached through one of its doors. */
export interface OpenDoor {
  page: Page;
  /** What the page's console complained of. */
  complaints: string[];
  /** The program behind the page. */
  process: ChildProcess;
  /** Asks the host. */
  get: (path: string) => Promise<Pick<APIResponse, "json" | "body">>;
  /** Ends the program; its exit code. */
  close: () => Promise<number | null>;
}

function hearComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return complaints;
}

const temporaryFolder = () => mkdtempSync(join(tmpdir(), "slicebench-e2e-"));

const exitOf = (program: ChildProcess) =>
  new Promise<number | null>((done) => void program.once("exit", (code) => done(code)));

/** `slicebench serve`, and a tab on it. */
export async function openBrowserDoor(opening: Opening, page: Page): Promise<OpenDoor> {
  const { url, child } = await startBuiltWorkstation(opening);
  const complaints = hearComplaints(page);
  await page.goto(url);
  return {
    page,
    complaints,
    process: child,
    get: (path) => page.request.get(new URL(path, url).href),
    close() {
      child.kill("SIGTERM");
      return exitOf(child);
    },
  };
}

/** Starts the built desktop program. Two with the same folder are one program, as the second hands over and ends. */
export function launchDesktop(opening: Opening, folder = temporaryFolder()): Promise<ElectronApplication> {
  const electron = findElectron();
  if ("missing" in electron) throw new Error(electron.missing);
  return _electron.launch({
    executablePath: electron.executable,
    args: [
      repository,
      `--user-data-dir=${folder}`,
      // Root has no namespaces of its own to put the sandbox in.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ...wordsOf(opening),
    ],
    env: {
      ...(process.env as Record<string, string>),
      SLICEBENCH_WORKSPACE: join(folder, "workspace.sqlite"),
      SLICEBENCH_MODELS: join(folder, "models"),
    },
  });
}

/** The desktop program and its window. */
export async function openDesktopDoor(opening: Opening): Promise<OpenDoor & { app: ElectronApplication }> {
  const app = await launchDesktop(opening);
  const page = await app.firstWindow();
  return {
    app,
    page,
    complaints: hearComplaints(page),
    process: app.process(),
    async get(path) {
      // Only the page can reach the program's scheme.
      const bytes = Buffer.from(
        await page.evaluate(
          async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())],
          path,
        ),
      );
      return {
        body: () => Promise.resolve(bytes),
        json: () => Promise.resolve(JSON.parse(bytes.toString()) as unknown),
      };
    },
    async close() {
      const exited = exitOf(app.process());
      await app.close();
      return exited;
    },
  };
}
