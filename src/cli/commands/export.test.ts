import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isBuilt, runProgram } from "../../../test-support/built-program";
import { readContent } from "../../formats/file-content";
import { readMeasurementReport } from "../../formats/dicom-objects/read-measurement-report";
import { openLocalWorkstation } from "../../services/local-workstation";

const cine = resolve(import.meta.dirname, "../../../resources/samples/cardiac-cine");
const folder = mkdtempSync(join(tmpdir(), "slicebench-export-"));
const workspace = join(folder, "workspace.db");
let layerId: string;

/** A workspace in which a length was drawn on a slice of the sample, and its reference was loaded. */
beforeAll(async () => {
  if (!isBuilt) return;
  const workstation = openLocalWorkstation({ workspaceFile: workspace });
  workstation.studies.open([cine]);
  await workstation.jobs.idle();
  const [series] = workstation.studies.list().flatMap((study) => study.series);
  layerId = workstation.layers.stored(series!.id)[0]!.id;
  const points = [
    { row: 10, column: 20 },
    { row: 40, column: 60 },
  ];
  await workstation.measurements.add({
    id: randomUUID(),
    seriesId: series!.id,
    frame: 3,
    kind: "length",
    points,
  });
  await workstation.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const groupsIn = async (file: string) => readMeasurementReport(await readContent(file));

describe.skipIf(!isBuilt)("slicebench export", () => {
  test("brings what was drawn with a layer's report, and writes it without a segment", async () => {
    const words = ["--workspace", workspace, "--source", cine, "--format", "sr,csv", "--json"];
    const beside = runProgram("export", layerId, ...words, "--out", join(folder, "layer"));
    expect({ ...beside, items: beside.items.length }).toMatchObject({ status: 0, items: 4 });
    const alone = runProgram("export", "measurements", ...words, "--out", join(folder, "alone"));
    expect({ ...alone, items: alone.items.length }).toMatchObject({ status: 0, items: 2 });
    expect(readdirSync(join(folder, "alone")).sort()).toEqual(["measurements.csv", "measurements.sr.dcm"]);

    const [drawn, ...others] = await groupsIn(join(folder, "alone", "measurements.sr.dcm"));
    expect(others).toEqual([]);
    expect(drawn).toMatchObject({ template: "1501", trackingIdentifier: "Length 1" });
    const groups = await groupsIn(join(folder, "layer", "reference.sr.dcm"));
    expect(groups.map(({ template }) => template)).toEqual(["1411", "1501"]);
    expect(groups[1]).toEqual(drawn);
  });

  test("says so where nothing was drawn, and which formats hold no measurement", () => {
    const out = ["--out", join(folder, "nothing"), "--json"];
    const empty = ["--workspace", join(folder, "empty.db"), "--source", cine];
    const nothing = runProgram("export", "measurements", ...empty, "--format", "sr", ...out);
    expect(nothing.status).toBe(1);
    expect(nothing.stderr).toContain("Nothing was measured on these images.");
    const full = ["--workspace", workspace, "--source", cine, "--format", "seg"];
    const { status, items } = runProgram("export", "measurements", ...full, ...out);
    expect(status).toBe(1);
    expect(items).toMatchObject([{ ok: false, format: "seg", error: { code: "EXPORT_NO_SEGMENTS" } }]);
  });
});
