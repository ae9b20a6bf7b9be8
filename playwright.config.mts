import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import type { Fixtures } from "./e2e/workstation";
import { findElectron } from "./scripts/electron-runtime.mjs";

/** Debian's Chromium where it is there; else the one that Playwright installed. */
const debianChromium = "/usr/bin/chromium";
const executablePath =
  process.env.SLICEBENCH_CHROMIUM ?? (existsSync(debianChromium) ? debianChromium : undefined);

/** The desktop's own scenarios, and the browser's with them where there is an Electron to run them in. */
const desktopSuites = "missing" in findElectron() ? /desktop\.spec/ : /(desktop|viewing|models)\.spec/;

export default defineConfig<Fixtures>({
  testDir: "e2e",
  // The engine under test uses all cores: two workstations at once would only wait for each other.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 10_000 },
  outputDir: "out/e2e",
  reporter: [["list"]],
  projects: [
    { name: "browser", testIgnore: /desktop\.spec/ },
    { name: "desktop", testMatch: desktopSuites, use: { door: "desktop" } },
  ],
  use: {
    viewport: { width: 1440, height: 900 },
    actionTimeout: 5_000,
    screenshot: "only-on-failure",
    // Root has no namespaces of its own to put the sandbox in.
    launchOptions: { ...(executablePath && { executablePath }), args: ["--no-sandbox"] },
  },
});
