import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openDesktop } from "../../test-support/open-desktop";
import { cineFolder } from "../../test-support/open-host";
import { app, Menu } from "../../test-support/stand-in-electron";
import type { StartView, StudySummary } from "../host/contract";

vi.mock("electron", () => import("../../test-support/stand-in-electron"));

test("a start that its workspace hinders opens the window, says why, and opens what was asked for once it can", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slicebench-hindered-"));
  const workspaceFile = join(folder, "workspace.sqlite");
  const letter = "Dear colleague, ".repeat(500);
  writeFileSync(workspaceFile, letter);
  const slice = (number: number) => join(cineFolder, `slice-${number}-phase-01.dcm`);
  const desktop = await openDesktop({ paths: [slice(1)], models: [] }, workspaceFile);
  try {
    expect(desktop.window()).toBeDefined();
    expect(Menu.shown.length).toBeGreaterThan(0);
    expect(await (await desktop.ask("/")).text()).toContain("start.html");
    const { failure } = (await (await desktop.ask("/api/start")).json()) as StartView;
    expect(failure).toMatchObject({ code: "WORKSPACE_UNREADABLE", file: workspaceFile });
    app.emit("second-instance", {}, [], "/", { paths: [slice(2)], models: [] });

    const answer = await desktop.ask("/api/start", {
      method: "POST",
      headers: { "content-type": "application/json", origin: "slicebench://app" },
      body: JSON.stringify({ kind: "set-aside" }),
    });
    expect(answer.status).toBe(204);
    expect(await (await desktop.ask("/")).text()).toContain("index.html");
    await vi.waitFor(async () => {
      const studies = (await (await desktop.ask("/api/studies")).json()) as StudySummary[];
      expect(studies.flatMap(({ series }) => series).reduce((sum, each) => sum + each.frameCount, 0)).toBe(2);
    }, 20_000);
    expect(readFileSync(workspaceFile).toString()).not.toBe(letter);
  } finally {
    await desktop.close();
    rmSync(folder, { recursive: true });
  }
});
