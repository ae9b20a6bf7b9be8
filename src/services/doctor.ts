import { existsSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { arch, cpus, freemem, platform, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { toWireError, type WireError } from "../core/errors";
import type { Engine, EngineDescription } from "../engine/engine";
import { Database } from "../workspace/database";
import { programVersion, resourceFolder } from "./installation";
import type { ModelStore } from "./models";

/** A check of the installation, in words for the person who will read the report. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
}

/**
 * What somebody who helps needs to know of an installation. It names no file, no folder and no study: those hold
 * patients' and users' names.
 */
export interface DiagnosticReport {
  version: string;
  node: string;
  system: { platform: string; release: string; arch: string };
  processor: { model: string; cores: number };
  memoryBytes: { total: number; free: number };
  engines: EngineDescription[];
  models: { id: string; version: string; bundled: boolean }[];
  /** Faults of model folders, by code. */
  modelProblems: string[];
  workspace: WorkspaceReport;
  checks: Check[];
}

/** Sizes and counts of a workspace, or why it cannot be read. */
export type WorkspaceReport =
  | { state: "none" }
  | { state: "unreadable"; code: string }
  | {
      state: "readable";
      bytes: number;
      freeDiskBytes: number;
      schemaVersion: number;
      rows: Record<string, number>;
    };

/** Looks the installation over: what runs here, what is stored, and whether a bundled model segments a bundled sample. */
export async function examineInstallation(parts: {
  engine: Engine;
  models: ModelStore;
  workspaceFile: string;
}): Promise<DiagnosticReport> {
  const { engine, models, workspaceFile } = parts;
  const { models: found, problems } = await models.list();
  const workspace = await examineWorkspace(workspaceFile);
  return {
    version: programVersion,
    node: process.versions.node,
    system: { platform: platform(), release: release(), arch: arch() },
    processor: { model: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length },
    memoryBytes: { total: totalmem(), free: freemem() },
    engines: await engine.describe(),
    // A model that somebody brought has the name that they gave it.
    models: found
      .filter(({ bundled }) => bundled)
      .map(({ card: { id, version }, bundled }) => ({ id, version, bundled })),
    modelProblems: problems.map(({ code }) => code),
    workspace: workspace.report,
    checks: [await segmentSample(engine, models), workspace.check],
  };
}

async function segmentSample(engine: Engine, models: ModelStore): Promise<Check> {
  const name = "A bundled model segments a bundled sample";
  try {
    const [model] = await models.find(["cardiac-lv-unet"]);
    const file = join(resourceFolder("samples"), "cardiac-cine", "slice-3-phase-01.dcm");
    const { labelMap, timings } = await engine.segment({
      model: { folder: model!.folder },
      frame: { file, frame: 0 },
    });
    const pixels = labelMap.reduce((sum, label) => sum + (label === 0 ? 0 : 1), 0);
    const detail = `${pixels} pixels found in ${Math.round(timings.total)} ms`;
    return { name, ok: pixels > 0, detail };
  } catch (thrown) {
    return { name, ok: false, detail: describe(toWireError(thrown)) };
  }
}

async function examineWorkspace(file: string): Promise<{ report: WorkspaceReport; check: Check }> {
  const name = "The workspace is whole";
  if (!existsSync(file))
    return { report: { state: "none" }, check: { name, ok: true, detail: "there is none yet" } };
  try {
    const database = Database.connect(file);
    try {
      const schemaVersion = database.schemaVersion();
      const integrity = database.get<{ integrity_check: string }>("PRAGMA integrity_check")?.integrity_check;
      const { bavail, bsize } = await statfs(dirname(file));
      const report: WorkspaceReport = {
        state: "readable",
        bytes: (await stat(file)).size,
        freeDiskBytes: bavail * bsize,
        schemaVersion,
        rows: countRows(database),
      };
      const ok = integrity === "ok";
      return {
        report,
        check: { name, ok, detail: ok ? "its check finds nothing" : "its check finds damage" },
      };
    } finally {
      database.close();
    }
  } catch (thrown) {
    const error = toWireError(thrown);
    return {
      report: { state: "unreadable", code: error.code },
      check: { name, ok: false, detail: describe(error) },
    };
  }
}

function countRows(database: Database): Record<string, number> {
  const tables = database.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  return Object.fromEntries(
    tables.map(({ name }) => [
      name,
      database.get<{ count: number }>(`SELECT count(*) AS count FROM "${name}"`)!.count,
    ]),
  );
}

/** A failure without the file that it is about. Words that are not ours may name one: they are left out. */
function describe({ code, message }: WireError): string {
  return code === "INTERNAL" ? code : `${code}: ${message}`;
}
