import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";

const executables = { darwin: "Electron.app/Contents/MacOS/Electron", win32: "electron.exe" };

/** Whether a window can be shown: on Linux a machine may have no display. */
export function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * Electron's executable, or why there can be no window here. Asking the package itself would start a download, which
 * no start of ours does; like the package, it looks in ELECTRON_OVERRIDE_DIST_PATH first.
 * @returns {{ executable: string } | { missing: string }}
 */
export function findElectron() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, "node_modules", "electron", "dist");
  const executable = join(folder, executables[process.platform] ?? "electron");
  if (!existsSync(executable))
    return { missing: "Electron's runtime is not installed (`npx install-electron` fetches it)" };
  return hasDisplay() ? { executable } : { missing: "There is no display" };
}
