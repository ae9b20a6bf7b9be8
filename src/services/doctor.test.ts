import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProcessEngine } from "../engine/process-engine";
import { writeMrSeries } from "../../test-support/mr-series";
import { Database } from "../workspace/database";
import { openWorkspace } from "../workspace/open-workspace";
import { examineInstallation } from "./doctor";
import { FileImageReader } from "./file-image-reader";
import { ModelStore } from "./models";
import { Workstation } from "./workstation";

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

test("while a patient's study is open and annotated, the report has nothing of the patient", async () => {
  const study = writeMrSeries(join(folder, "Müller-Jörg"), [
    {
      rows: 16,
      columns: 16,
      geometry: {
        spacingMm: [1, 1],
        position: [0, 0, 0],
        orientation: [1, 0, 0, 0, 1, 0],
        sliceThicknessMm: 1,
      },
    },
  ]);
  const workspaceFile = join(folder, "TEST-1.sqlite");
  const workstation = new Workstation({
    engine: new ProcessEngine({ spare: false }),
    reader: new FileImageReader(),
    workspace: openWorkspace(workspaceFile),
  });
  try {
    workstation.studies.open([study]);
    await workstation.jobs.idle();
    const [opened] = workstation.studies.list();
    expect(opened).toMatchObject({ title: "Müller, Jörg (山田 太郎)" });
    const seriesId = opened!.series[0]!.id;
    workstation.layers.create({
      seriesId,
      name: "Müller^Jörg TEST-1",
      origin: { kind: "annotation" },
      segments: [{ value: 1, label: "Müller", colour: "#ff0000" }],
    });
    const report = await examine(workspaceFile);
    expect(report.workspace).toMatchObject({ state: "readable", rows: { layers: 1, recent_paths: 1 } });
    const text = JSON.stringify(report).normalize("NFC");
    const named = [
      "Müller",
      "Jörg",
      "山田",
      "TEST-1",
      "19700131",
      "20260102",
      seriesId,
      study,
      folder,
      "001.dcm",
    ];
    expect(named.filter((name) => text.includes(name))).toEqual([]);
  } finally {
    await workstation.close();
  }
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
