import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout } from "node:timers";
import { findElectron, hasDisplay } from "./electron-runtime.mjs";
import { root } from "./install.mjs";

/**
 * Opens the workstation and stays until it is closed: in its own window where that is possible, else in the
 * browser, with a sentence that says why.
 * @param paths  files and folders to open
 * @param models run on what is opened, side by side
 */
export function openWorkstation(paths, models) {
  const words = [...paths, ...(models.length > 0 ? ["--models", models.join(",")] : [])];
  const electron = findElectron();
  if ("executable" in electron) return stay(electron.executable, [root, ...words]);
  console.log(`${electron.missing}; the workstation opens in the browser.`);
  const open = hasDisplay() ? ["--open"] : [];
  // What a stranger sees first are finished masks, not a progress bar.
  const wait = models.length > 0 ? ["--after-runs"] : [];
  stay(process.execPath, [join(root, "bin", "slicebench.mjs"), "serve", ...words, ...wait, ...open]);
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
