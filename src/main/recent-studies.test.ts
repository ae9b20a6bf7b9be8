import { beforeEach, expect, test, vi } from "vitest";
import { app } from "../../test-support/stand-in-electron";
import { showRecentStudies } from "./recent-studies";

vi.mock("electron", () => import("../../test-support/stand-in-electron"));

const recent = [
  { path: "C:\\scans\\chest", title: "chest", openedAt: 2 },
  { path: "C:\\scans\\head", title: "head", openedAt: 1 },
];
beforeEach(() => {
  app.recentDocuments = ["/before"];
  app.jumpList = undefined;
  app.removedFromJumpList = [];
});

test("the Dock shows them, the newest first, and none of before", () => {
  showRecentStudies(recent, "darwin");
  expect(app.recentDocuments).toEqual(recent.map(({ path }) => path));
  showRecentStudies([], "darwin");
  expect(app.recentDocuments).toEqual([]);
  expect(app.jumpList).toBeUndefined();
});

test("the taskbar opens each with this program, but those that its reader removed", () => {
  app.removedFromJumpList = [{ args: '"C:\\scans\\head"' }];
  showRecentStudies(recent, "win32");
  const chest = { title: "chest", description: "C:\\scans\\chest", args: '"C:\\scans\\chest"' };
  expect(app.jumpList).toEqual([
    {
      type: "custom",
      name: "Recent studies",
      items: [{ type: "task", program: process.execPath, ...chest }],
    },
  ]);
  showRecentStudies([], "win32");
  expect(app.jumpList).toBeNull();
});

test("Linux has no such list", () => {
  showRecentStudies(recent, "linux");
  expect([app.recentDocuments, app.jumpList]).toEqual([["/before"], undefined]);
});
