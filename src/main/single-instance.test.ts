import { rmSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { openDesktop } from "../../test-support/open-desktop";
import { app, BrowserWindow, protocol } from "../../test-support/stand-in-electron";

vi.mock("electron", () => import("../../test-support/stand-in-electron"));

test("a second start hands its paths to the first and ends: no window, no scheme, no workspace", async () => {
  app.isFirst = false;
  const { folder } = await openDesktop({ paths: ["/scans/chest"], models: [] });
  expect(app.lockData).toEqual({ paths: ["/scans/chest"], models: [] });
  expect(app.calls).toEqual(["quit"]);
  expect(BrowserWindow.all).toEqual([]);
  expect(protocol.schemes).toEqual([]);
  rmSync(folder, { recursive: true });
});
