import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { findElectron } from "./electron-runtime.mjs";

const folder = mkdtempSync(join(tmpdir(), "slicebench-runtime-"));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("a runtime that was fetched is used where there is a display, and what is missing is said", () => {
  vi.stubEnv("ELECTRON_OVERRIDE_DIST_PATH", folder);
  vi.stubEnv("DISPLAY", ":0");
  expect(findElectron()).toEqual({ missing: expect.stringContaining("install-electron") as string });
  const name = { darwin: "Electron.app/Contents/MacOS/Electron", win32: "electron.exe" }[
    process.platform as string
  ];
  const executable = join(folder, name ?? "electron");
  mkdirSync(dirname(executable), { recursive: true });
  writeFileSync(executable, "");
  expect(findElectron()).toEqual({ executable });
  if (process.platform !== "linux") return;
  vi.stubEnv("DISPLAY", "");
  vi.stubEnv("WAYLAND_DISPLAY", "");
  expect(findElectron()).toEqual({ missing: "There is no display" });
});
