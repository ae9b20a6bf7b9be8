import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** Debian's Chromium where it is there; else the one that Playwright installed. */
const debianChromium = "/usr/bin/chromium";
const executablePath =
  process.env.SLICEBENCH_CHROMIUM ?? (existsSync(debianChromium) ? debianChromium : undefined);

export default defineConfig({
  testDir: "e2e",
  // The engine under test uses all cores: two workstations at once would only wait for each other.
  workers: 1,
  timeout: 40_000,
  expect: { timeout: 10_000 },
  outputDir: "out/e2e",
  reporter: [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    actionTimeout: 5_000,
    screenshot: "only-on-failure",
    // Root has no namespaces of its own to put the sandbox in.
    launchOptions: { ...(executablePath && { executablePath }), args: ["--no-sandbox"] },
  },
});
