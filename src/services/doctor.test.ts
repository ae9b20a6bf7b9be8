import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProcessEngine } from "../engine/process-engine";
import { Database } from "../workspace/database";
import { examineInstallation } from "./doctor";
import { ModelStore } from "./models";

let folder: string;
let engine: ProcessEngine;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-Mustermann-"));
  engine = new ProcessEngine({ spare: false });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const examine = (workspaceFile: string) =>
  examineInstallation({ engine, models: new ModelStore(), workspaceFile });

test("the report says what runs here and what is stored, and names nobody", async () => {
  const file = join(folder, "workspace.sqlite");
  const database = Database.open(file);
  database.run("INSERT INTO recent_paths VALUES (?, ?, ?)", "/scans/Mustermann^Erika", "Mustermann^Erika", 0);
  database.close();
  const report = await examine(file);
  expect(report.checks.map(({ ok }) => ok)).toEqual([true, true]);
  expect(report.workspace).toMatchObject({ state: "readable", rows: { recent_paths: 1, layers: 0 } });
  expect(report.models.map(({ id }) => id)).toContain("nuclei-unet");
  const text = JSON.stringify(report);
  for (const name of ["Mustermann", "Erika", folder, userInfo().homedir]) expect(text).not.toContain(name);
});

test("no workspace is no fault; a damaged one is, and is told by its code", async () => {
  expect((await examine(join(folder, "none.sqlite"))).workspace).toEqual({ state: "none" });
  const file = join(folder, "damaged.sqlite");
  writeFileSync(file, "Mustermann ".repeat(1_000));
  const report = await examine(file);
  expect(report.workspace.state).toBe("unreadable");
  expect(report.checks.map(({ ok }) => ok)).toEqual([true, false]);
  expect(JSON.stringify(report)).not.toContain("Mustermann");
});
