import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers";
import { root } from "./install.mjs";

/**
 * Electron's executable, or undefined where its runtime was never fetched. Asking the package itself would start
 * a download, which no start of ours does.
 */
function electronExecutable() {
  const folder = join(root, "node_modules", "electron");
  const pathFile = join(folder, "path.txt");
  if (!existsSync(pathFile)) return undefined;
  const executable = join(folder, "dist", readFileSync(pathFile, "utf8"));
  return existsSync(executable) ? executable : undefined;
}

/** Whether a window can be shown: on Linux a machine may have no display. */
function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * Opens the workstation and stays until it is closed: in its own window where that is possible, else in the
 * browser, with a sentence that says why.
 * @param paths  files and folders to open
 * @param models run on what is opened, side by side
 */
export function openWorkstation(paths, models) {
  const words = [...paths, ...(models.length > 0 ? ["--models", models.join(",")] : [])];
  const executable = electronExecutable();
  if (executable !== undefined && hasDisplay()) return stay(executable, [root, ...words]);
  const why =
    executable === undefined
      ? "Electron's runtime is not installed (`npx install-electron` fetches it)"
      : "There is no display";
  console.log(`${why}; the workstation opens in the browser.`);
  const open = hasDisplay() ? ["--open"] : [];
  stay(process.execPath, [join(root, "bin", "slicebench.mjs"), "serve", ...words, ...open]);
}

/**
 * Runs a program to its end, and ends as it did. A signal is passed on once: a terminal sends Ctrl-C to every
 * program of a group, npm sends it again, and asked twice the workstation ends without tidying up.
 */
function stay(program, words) {
  const isPosix = process.platform !== "win32";
  const child = spawn(program, words, { cwd: root, stdio: "inherit", detached: isPosix });
  let passingOn;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      passingOn ??= setTimeout(() => {
        passingOn = undefined;
        // Windows sends Ctrl-C to the program as well, and cannot pass it on.
        if (isPosix) child.kill(signal);
      }, 100);
    });
  }
  child.once("error", (error) => {
    console.error(`The workstation could not be started: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (code) => process.exit(code ?? 1));
}
