import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CancelledError, SlicebenchError } from "../core/errors";
import { Database } from "./database";
import { EditStore } from "./edits";
import { LayerStore } from "./layers";
import { RecentStore } from "./recent";
import { RunStore } from "./runs";
import { SettingsStore } from "./settings";

let folder: string;
let file: string;
let database: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-workspace-"));
  file = join(folder, "workspace.sqlite");
  database = Database.open(file);
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const nucleus = [{ value: 1, label: "Nucleus", colour: "#E69F00" }];
const newLayer = {
  seriesId: "series",
  name: "U-Net",
  origin: { kind: "reference" as const },
  colour: "#E69F00",
  segments: nucleus,
};

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof SlicebenchError ? thrown.code : String(thrown);
  }
  return undefined;
}

test("label maps of any content come back as they were, also after the program ended", async () => {
  const layer = new LayerStore(database).create(newLayer);
  const maps = fc.sample(
    fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
      .chain(([rows, columns]) =>
        fc
          .uint8Array({ minLength: rows * columns, maxLength: rows * columns })
          .map((values) => ({ rows, columns, values })),
      ),
    20,
  );
  for (const [frame, map] of maps.entries()) await new LayerStore(database).putLabelMap(layer.id, frame, map);
  database.close();

  database = Database.open(file);
  const reopened = new LayerStore(database);
  for (const [frame, map] of maps.entries()) {
    expect(await reopened.labelMap(layer.id, frame)).toEqual({ ...map, revision: frame + 2 });
  }
  expect(reopened.list("series")).toEqual([
    { ...layer, frames: [...maps.keys()], revision: maps.length + 1 },
  ]);
});

test("every change of a layer gives it a new revision", async () => {
  const layers = new LayerStore(database);
  const { id } = layers.create(newLayer);
  const map = { rows: 1, columns: 2, values: Uint8Array.from([0, 1]) };
  await layers.putLabelMap(id, 3, map);
  expect(layers.change(id, { name: "Renamed", visible: false })).toMatchObject({
    name: "Renamed",
    visible: false,
    revision: 3,
    frames: [3],
  });
  layers.clear(id);
  expect(layers.get(id)).toMatchObject({ revision: 4, frames: [] });
});

test("a removed layer takes its label maps along, and a late result does not bring it back", async () => {
  const layers = new LayerStore(database);
  const { id } = layers.create(newLayer);
  const map = { rows: 1, columns: 1, values: Uint8Array.of(1) };
  await layers.putLabelMap(id, 0, map);
  expect(layers.remove(id)).toBe(true);
  await layers.putLabelMap(id, 1, map);
  expect([layers.get(id), await layers.labelMap(id, 0), layers.remove(id)]).toEqual([
    undefined,
    undefined,
    false,
  ]);
});

test("a run's means are over the frames that it did, its failures are kept beside them", () => {
  const runs = new RunStore(database);
  runs.create({ id: "run", jobId: "job", modelId: "m", seriesId: "s", layerId: "l", framesTotal: 3 });
  runs.putFrame("run", 0, { totalMs: 40, memoryBytes: 100, provider: "cpu" });
  runs.putFrame("run", 1, { totalMs: 60, memoryBytes: 300, provider: "cpu" });
  runs.putFailure("run", 2, { code: "ENGINE_CRASHED", message: "The engine stopped." });
  runs.setState("run", "done");
  expect(runs.list("s")).toEqual([
    {
      id: "run",
      jobId: "job",
      modelId: "m",
      seriesId: "s",
      layerId: "l",
      state: "done",
      framesTotal: 3,
      framesDone: 2,
      provider: "cpu",
      msPerFrame: 50,
      memoryBytes: 300,
      failures: [{ frame: 2, code: "ENGINE_CRASHED", message: "The engine stopped." }],
    },
  ]);
  expect(runs.measurement("m")).toEqual({ msPerFrame: 50, memoryBytes: 300, runs: 1, provider: "cpu" });
  expect(runs.measurement("other")).toBeUndefined();
});

test("a run that was under way when the program ended is cancelled, not running forever", () => {
  const run = { id: "run", jobId: "job", modelId: "m", seriesId: "s", layerId: "l", framesTotal: 1 };
  new RunStore(database).create(run);
  database.close();
  database = Database.open(file);
  expect(new RunStore(database).get("run")).toMatchObject({ state: "cancelled" });
});

test("settings keep what was written last", () => {
  const settings = new SettingsStore(database);
  settings.write({ theme: "dark", keys: { "view.fit": "0" } });
  settings.write({ theme: "light" });
  expect(settings.read()).toEqual({ theme: "light", keys: { "view.fit": "0" } });
});

test("recent paths are the twenty newest, each once", () => {
  const recent = new RecentStore(database);
  for (let index = 0; index < 25; index++) recent.add({ path: `/${index}`, title: "t", openedAt: index });
  recent.add({ path: "/10", title: "again", openedAt: 99 });
  const expected = [10, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 9, 8, 7, 6, 5];
  expect(recent.list().map(({ path }) => path)).toEqual(expected.map((index) => `/${index}`));
});

test("with the clock set back, what was opened last is first and is kept, what was removed last is offered first", () => {
  const recent = new RecentStore(database);
  for (let index = 0; index < 20; index++)
    recent.add({ path: `/${index}`, title: "t", openedAt: 1_000 + index });
  recent.add({ path: "/a", title: "t", openedAt: 5 });
  recent.add({ path: "/b", title: "t", openedAt: 4 });
  expect(
    recent
      .list()
      .slice(0, 3)
      .map(({ path }) => path),
  ).toEqual(["/b", "/a", "/19"]);

  const layers = new LayerStore(database);
  const [first, second] = [layers.create(newLayer), layers.create(newLayer)];
  vi.useFakeTimers({ now: new Date("2026-11-25"), toFake: ["Date"] });
  try {
    layers.setAside(first.id);
    vi.setSystemTime(new Date("2025-01-01"));
    layers.setAside(second.id);
  } finally {
    vi.useRealTimers();
  }
  expect(layers.listSetAside(newLayer.seriesId).map(({ id }) => id)).toEqual([second.id, first.id]);
});

test("steps are in the order in which they were made, whatever the clock said", () => {
  const { id: layerId } = new LayerStore(database).create(newLayer);
  const { seriesId } = newLayer;
  const edits = new EditStore(database);
  vi.useFakeTimers({ now: new Date("2026-11-25"), toFake: ["Date"] });
  try {
    edits.add({ id: "first", seriesId, layerId, title: "Brush stroke" }, [], { labelMaps: [] });
    vi.setSystemTime(new Date("2025-01-01"));
    edits.add({ id: "second", seriesId, layerId, title: "Brush stroke" }, [], { labelMaps: [] });
  } finally {
    vi.useRealTimers();
  }
  expect(edits.list(seriesId).map(({ id }) => id)).toEqual(["first", "second"]);
  expect(edits.lastDone(seriesId)?.id).toBe("second");
});

test("a file that is no workspace is named, and left as it is", () => {
  const other = join(folder, "letter.txt");
  const text = "Dear colleague, ".repeat(500);
  writeFileSync(other, text);
  expect(codeOf(() => Database.open(other))).toBe("WORKSPACE_UNREADABLE");
  expect(readFileSync(other, "utf8")).toBe(text);
});

test("a workspace of a later version is not touched", () => {
  database.run("PRAGMA user_version = 999");
  database.close();
  expect(codeOf(() => Database.open(file))).toBe("WORKSPACE_NEWER");
  database = Database.open(":memory:");
});

test("what still asks when the workspace is closed is cancelled, which is no defect", () => {
  const layers = new LayerStore(database);
  layers.create(newLayer);
  database.close();
  expect(() => layers.list("series")).toThrow(CancelledError);
});
