import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mountSmallDisk, type SmallDisk } from "../../test-support/small-disk";
import { SlicebenchError } from "../core/errors";
import type { LabelMap } from "../core/mask/label-map";
import { applyPatch, patchBetween } from "../core/mask/patch";
import type { FramePatch } from "../core/mask/patch-wire";
import { listBackups } from "./backups";
import { Database } from "./database";
import { EditStore } from "./edits";
import { deflateLabelMap, LayerStore } from "./layers";
import { migrations } from "./migrations/index";
import { type OpenedWorkspace, openWorkspace } from "./open-workspace";
import { SettingsStore } from "./settings";

let folder: string;
let file: string;
let opened: OpenedWorkspace | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-open-"));
  file = join(folder, "workspace.sqlite");
});
afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

const day = (number: number) => new Date(Date.UTC(2026, 10, number, 9));

function open(moment = day(1), at = file): OpenedWorkspace {
  opened = openWorkspace(at, { moment });
  return opened;
}

function close(): void {
  opened?.close();
  opened = undefined;
}

function failureOf(work: () => unknown): SlicebenchError | undefined {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof SlicebenchError) return thrown;
    throw thrown;
  }
  return undefined;
}

const size = { rows: 64, columns: 64 };
const emptyMap = (): LabelMap => ({ ...size, values: new Uint8Array(size.rows * size.columns) });

/** Label maps that cannot be deflated to nothing, so that a workspace has many pages. */
function scribble(map: LabelMap, seed: number): FramePatch["patch"] {
  const before = { ...map, values: map.values.slice() };
  for (let at = seed % 7; at < map.values.length; at += 3 + (seed % 5))
    map.values[at] = (at * seed * 2654435761) % 251;
  return patchBetween(before, map)!;
}

const annotation = {
  seriesId: "series",
  name: "Annotation",
  origin: { kind: "annotation" as const },
  colour: "#E69F00",
  segments: [{ value: 1, label: "Segment 1", colour: "#E69F00" }],
};

/** Draws on frames of a new annotation; what its label maps then are. */
async function draw(database: Database, edits: number): Promise<{ layerId: string; maps: LabelMap[] }> {
  const { id } = new LayerStore(database).create(annotation);
  const maps: LabelMap[] = [];
  for (let index = 0; index < edits; index++) await drawOn(database, { layerId: id, maps }, index);
  return { layerId: id, maps };
}

async function drawOn(
  database: Database,
  { layerId, maps }: { layerId: string; maps: LabelMap[] },
  index: number,
): Promise<void> {
  const frame = index % 12;
  const map = (maps[frame] ??= emptyMap());
  const patch = scribble(map, index + 1);
  const edit = { id: `edit ${index} of ${layerId}`, seriesId: "series", layerId, title: "Brush stroke" };
  new EditStore(database).add(edit, [{ frame, patch }], {
    labelMaps: [await deflateLabelMap(frame, map)],
  });
}

async function readMaps(database: Database, layerId: string): Promise<LabelMap[]> {
  const layers = new LayerStore(database);
  const { frames = [] } = layers.get(layerId) ?? {};
  return Promise.all(
    frames.map(async (frame) => {
      const { revision: _revision, ...map } = (await layers.labelMap(layerId, frame))!;
      return map;
    }),
  );
}

/** Overwrites a share of a closed database's pages; the first, which says what the file is, only where asked. */
function damage(pages: (page: number, count: number) => boolean): Buffer {
  const bytes = readFileSync(file);
  const count = bytes.length / 4096;
  for (let page = 0; page < count; page++)
    if (pages(page, count)) bytes.fill(0x5a, page * 4096, (page + 1) * 4096);
  writeFileSync(file, bytes);
  return bytes;
}

test("a workspace is one program's at a time, and the next one's when that has gone", () => {
  open();
  const failure = failureOf(() => openWorkspace(file));
  expect([failure?.code, failure?.message]).toEqual([
    "WORKSPACE_IN_USE",
    `Another Slicebench (process ${process.pid}) has this workspace open, and two would undo each other's edits.`,
  ]);
  close();
  open();
  expect(opened!.notices).toEqual([]);
});

test("a workspace of a later version and a file that is none of ours stay as they are, byte for byte", () => {
  open().database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  close();
  const later = readFileSync(file);
  expect(failureOf(() => open())?.code).toBe("WORKSPACE_NEWER");
  expect(readFileSync(file)).toEqual(later);

  const letter = join(folder, "letter.txt");
  writeFileSync(letter, "Dear colleague, ".repeat(500));
  expect(failureOf(() => open(day(1), letter))?.code).toBe("WORKSPACE_UNREADABLE");
  expect(readFileSync(letter, "utf8")).toBe("Dear colleague, ".repeat(500));
});

test("a database of another program is no workspace, and stays as it is", () => {
  const other = Database.connect(file);
  other.exec("CREATE TABLE bookmarks (address TEXT)");
  other.close();
  const before = readFileSync(file);
  expect(failureOf(() => open())?.code).toBe("WORKSPACE_UNREADABLE");
  expect(readFileSync(file)).toEqual(before);
});

describe("setting a workspace aside", () => {
  const setAside = () => (opened = openWorkspace(file, { moment: day(5), setAside: true }));

  test("keeps what is none of ours as it was, and begins an empty one", () => {
    writeFileSync(file, "Dear colleague, ".repeat(500));
    const { notices, database } = setAside();
    expect(notices).toMatchObject([
      { code: "WORKSPACE_SET_ASIDE", message: "The workspace was set aside. This is an empty workspace." },
    ]);
    expect(readFileSync(notices[0]!.file!, "utf8")).toBe("Dear colleague, ".repeat(500));
    expect(database.schemaVersion()).toBe(migrations.length);
    close();
    expect(open(day(5)).notices).toEqual([]);
  });

  test("of a later version takes the newest backup that this one can read", async () => {
    const { layerId, maps } = await draw(open(day(1)).database, 4);
    close();
    open(day(2)).database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    close();
    // The later version made copies of its own.
    const later = readFileSync(file);
    writeFileSync(join(folder, "backups", "workspace.2026-11-04T09-00-00.daily.sqlite"), later);
    const { notices, database } = setAside();
    expect(notices[0]?.message).toBe("The workspace was set aside. This is the backup of 2026-11-02.");
    expect(await readMaps(database, layerId)).toEqual(maps);
    expect(readFileSync(notices[0]!.file!)).toEqual(later);
  });
});

describe("backups", () => {
  const kinds = () => listBackups(file).map(({ reason, madeAt }) => `${reason} ${madeAt.slice(0, 10)}`);

  test("the first open of a day makes one, and seven are kept", () => {
    open(day(1)); // Nothing is in it yet.
    close();
    for (const number of [2, 2, 3, 4, 5, 6, 7, 8, 9]) {
      open(day(number));
      close();
    }
    expect(kinds()).toEqual([9, 8, 7, 6, 5, 4, 3].map((number) => `daily 2026-11-0${number}`));
  });

  test("one is made before the schema changes, and is as the workspace was", () => {
    const old = Database.connect(file);
    old.exec(migrations[0]!);
    old.exec("PRAGMA user_version = 1");
    new SettingsStore(old).write({ theme: "light" });
    old.close();
    expect(open(day(2)).database.schemaVersion()).toBe(migrations.length);
    const backup = listBackups(file).find(({ reason }) => reason === "before-migration");
    const copy = Database.connect(backup!.file);
    expect([copy.schemaVersion(), new SettingsStore(copy).read()]).toEqual([1, { theme: "light" }]);
    copy.close();
  });
});

describe("a damaged workspace", () => {
  test("opens with all that could be read, and the damaged file is kept as it was", async () => {
    const { layerId, maps } = await draw(open().database, 60);
    new SettingsStore(opened!.database).write({ theme: "light" });
    close();
    // The last pages hold the newest rows.
    const damaged = damage((page, count) => page >= count - 3);

    const { database, notices } = open(day(2));
    expect(notices.map(({ code }) => code)).toEqual(["WORKSPACE_RECOVERED"]);
    expect(readFileSync(notices[0]!.file!)).toEqual(damaged);
    expect(database.all("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    expect(new SettingsStore(database).read()).toEqual({ theme: "light" });
    const read = await readMaps(database, layerId);
    const whole = read.filter((map) => maps.some((drawn) => Buffer.from(drawn.values).equals(map.values)));
    expect(read.length).toBeGreaterThan(0);
    expect(whole.length).toBe(read.length);
    expect(readdirSync(folder).filter((name) => name.startsWith("recovering-"))).toEqual([]);
  });

  test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    "whatever pages are lost (%i), what a backup has is there again and every undo that is left fits",
    async (seed) => {
      const drawing = await draw(open(day(1)).database, 40);
      close();
      open(day(2)); // Makes the backup.
      const kept = await readMaps(opened!.database, drawing.layerId);
      for (let index = 40; index < 60; index++) await drawOn(opened!.database, drawing, index);
      close();
      damage((page) => page > 0 && (page * 7919 + seed * 104729) % 5 === 0);

      const { database, notices } = open(day(3));
      expect(notices.map(({ code }) => code)).toEqual(["WORKSPACE_RECOVERED"]);
      const maps = await readMaps(database, drawing.layerId);
      const isKnown = (map: LabelMap, frame: number) =>
        [kept[frame], drawing.maps[frame]].some(
          (known) => known && Buffer.from(known.values).equals(map.values),
        );
      expect(maps.length).toBe(kept.length);
      const edits = new EditStore(database);
      const history = edits.list("series");
      // Either the history tells how the masks came about, or it is gone and the masks are those of some moment.
      if (history.length === 0) expect(maps.every(isKnown)).toBe(true);
      for (const edit of history.reverse())
        for (const { frame, patch } of edits.patches(edit)) applyPatch(maps[frame]!, patch, "revert");
      if (history.length > 0)
        expect(maps.every(({ values }) => values.every((value) => value === 0))).toBe(true);
    },
  );

  test("with nothing readable at all it is the backup", async () => {
    const { layerId, maps } = await draw(open(day(1)).database, 20);
    close();
    open(day(2));
    close();
    damage(() => true);
    const { database, notices } = open(day(3));
    expect(notices[0]?.message).toContain("the backup of 2026-11-02");
    expect(await readMaps(database, layerId)).toEqual(maps);
  });

  test("is recovered once: the next open finds it whole", async () => {
    await draw(open().database, 60);
    close();
    damage((page, count) => page >= count - 3);
    open(day(2));
    close();
    expect(open(day(2)).notices).toEqual([]);
  });
});

describe("on a disk of its own", () => {
  let disk: SmallDisk | undefined;
  beforeEach(() => {
    disk = mountSmallDisk(2);
    if (disk !== undefined) file = join(disk.folder, "workspace.sqlite");
  });
  afterEach(() => {
    close();
    disk?.remove();
  });

  test("a full one refuses the edit, keeps all before it, and takes the next once there is room", async ({
    skip,
  }) => {
    if (disk === undefined) return skip("mounting a file system takes root on Linux");
    const { database } = open();
    const drawing = await draw(database, 20);
    writeFileSync(join(disk.folder, "ballast"), Buffer.alloc(800_000));
    const before = () => drawing.maps.map((map) => ({ ...map, values: map.values.slice() }));
    let acknowledged = before();
    let failure: SlicebenchError | undefined;
    for (let index = 20; failure === undefined && index < 5_000; index++) {
      acknowledged = before();
      try {
        await drawOn(database, drawing, index);
      } catch (thrown) {
        failure = thrown as SlicebenchError;
      }
    }
    expect(failure?.code).toBe("WORKSPACE_DISK_FULL");
    expect(await readMaps(database, drawing.layerId)).toEqual(acknowledged);

    rmSync(join(disk.folder, "ballast"));
    drawing.maps = acknowledged;
    await drawOn(database, drawing, 9_999);
    close();
    const again = open();
    expect(again.notices).toEqual([]);
    expect(await readMaps(again.database, drawing.layerId)).toEqual(drawing.maps);
  });

  test("one too full for the day's backup says so, and the workspace opens", async ({ skip }) => {
    if (disk === undefined) return skip("mounting a file system takes root on Linux");
    await draw(open(day(1)).database, 20);
    close();
    const free = statfsSync(disk.folder);
    writeFileSync(join(disk.folder, "ballast"), Buffer.alloc(free.bavail * free.bsize - 100_000));
    const { notices } = open(day(2));
    expect(notices.map(({ code }) => code)).toEqual(["WORKSPACE_BACKUP_FAILED"]);
    expect(listBackups(file)).toEqual([]);
  });

  test("a read-only one is refused, and nothing on it changes", async ({ skip }) => {
    if (disk === undefined) return skip("mounting a file system takes root on Linux");
    await draw(open().database, 5);
    close();
    const before = readFileSync(file);
    const view = join(disk.readOnlyFolder(), "workspace.sqlite");
    expect(failureOf(() => open(day(2), view))?.code).toBe("WORKSPACE_READ_ONLY");
    expect(readFileSync(file)).toEqual(before);
  });
});
