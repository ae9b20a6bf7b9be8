import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePage } from "../../test-support/open-host";
import { mountSmallDisk } from "../../test-support/small-disk";
import { openLocalWorkstation } from "../services/local-workstation";
import { WorkstationStart } from "../services/workstation-start";
import { openWorkspace } from "../workspace/open-workspace";
import type { GoOn, StartView } from "./contract";
import { createStartingHost } from "./starting-host";

const origin = "slicebench://app";

let folder: string;
let file: string;
let start: WorkstationStart;
let started: number;
let ask: (path: string, how?: GoOn | { kind: string }) => Promise<Response>;

function startOn(workspaceFile: string): void {
  start = new WorkstationStart({
    workspaceFile,
    open: openLocalWorkstation,
    onStarted: () => {
      started++;
    },
  });
  const host = createStartingHost(start, {
    door: { kind: "desktop", origin },
    pageFolder: writePage(folder),
  });
  ask = async (path, how) =>
    host.fetch(
      new Request(
        `${origin}${path}`,
        how && {
          method: "POST",
          body: JSON.stringify(how),
          headers: { "content-type": "application/json", origin },
        },
      ),
    );
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-start-"));
  file = join(folder, "workspace.sqlite");
  started = 0;
  startOn(file);
});
afterEach(async () => {
  await start.workstation?.close();
  rmSync(folder, { recursive: true });
});

const goOn = async (how: GoOn | { kind: string }) => (await ask("/api/start", how)).status;
const documentShown = async () => /<title>(.*)<\/title>/.exec(await (await ask("/")).text())?.[1];
const view = async () => (await (await ask("/api/start")).json()) as StartView;

test("a start that nothing hinders is the workstation at once, and knows of no start", async () => {
  start.begin();
  expect([started, start.failure, await documentShown()]).toEqual([1, undefined, "index.html"]);
  expect((await ask("/api/start")).status).toBe(404);
});

test("a workspace that another program has hinders the start until that lets go of it", async () => {
  const other = openWorkspace(file);
  start.begin();
  expect([started, start.workstation, await documentShown()]).toEqual([0, undefined, "start.html"]);
  expect(await view()).toMatchObject({
    file,
    elsewhere: join(folder, "workspace-2.sqlite"),
    failure: { code: "WORKSPACE_IN_USE", file },
  });
  // A page that was open before learns why nothing answers.
  const studies = await ask("/api/studies");
  expect([studies.status, await studies.json()]).toMatchObject([
    503,
    { error: { code: "WORKSPACE_IN_USE" } },
  ]);
  expect([await goOn({ kind: "retry" }), started]).toEqual([422, 0]);
  other.close();
  expect([await goOn({ kind: "retry" }), started, await documentShown()]).toEqual([204, 1, "index.html"]);
  expect((await ask("/api/studies")).status).toBe(200);
});

test("a workspace elsewhere is made, or the start stays hindered where it cannot be", async () => {
  writeFileSync(file, "no workspace ".repeat(200));
  start.begin();
  const elsewhere = (at: string) => goOn({ kind: "elsewhere", file: at });
  expect(await elsewhere("workspace-2.sqlite")).toBe(400);
  expect(await elsewhere(join(file, "within.sqlite"))).toBe(507);
  expect((await view()).failure).toMatchObject({ code: "WORKSPACE_UNREADABLE", file });
  const other = join(folder, "new", "workspace.sqlite");
  expect([await elsewhere(other), existsSync(other), started]).toEqual([204, true, 1]);
  expect(start.workstation?.workspace().file).toBe(other);
  expect(readFileSync(file, "utf8")).toBe("no workspace ".repeat(200));
});

test("the reader may go on with no workspace, or set the file aside; nothing else is taken", async () => {
  writeFileSync(file, "no workspace ".repeat(200));
  start.begin();
  expect([await goOn({ kind: "delete" }), started]).toEqual([400, 0]);
  expect(await goOn({ kind: "forget" })).toBe(204);
  expect(start.workstation?.workspace().file).toBe(":memory:");
  expect(readFileSync(file, "utf8")).toBe("no workspace ".repeat(200));

  await start.workstation!.close();
  startOn(file);
  start.begin();
  start.goOn({ kind: "set-aside" });
  expect(start.workstation?.workspace().notices).toMatchObject([{ code: "WORKSPACE_SET_ASIDE" }]);
});

test("a folder that is read-only and a disk that is full hinder the start until they are so no more", async ({
  skip,
}) => {
  const disk = mountSmallDisk(1);
  if (disk === undefined) return skip("mounting a file system takes root on Linux");
  try {
    startOn(join(disk.readOnlyFolder(), "workspace.sqlite"));
    start.begin();
    expect(await view()).toMatchObject({
      failure: { code: "WORKSPACE_READ_ONLY" },
      elsewhere: join(homedir(), "slicebench-workspace-2.sqlite"),
    });

    const ballast = join(disk.folder, "ballast");
    const { bavail, bsize } = statfsSync(disk.folder);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    startOn(join(disk.folder, "workspace.sqlite"));
    start.begin();
    expect((await view()).failure.code).toBe("WORKSPACE_DISK_FULL");
    expect([await goOn({ kind: "retry" }), started]).toEqual([507, 0]);
    rmSync(ballast);
    expect([await goOn({ kind: "retry" }), started]).toEqual([204, 1]);
  } finally {
    // Lazily: the workspace is closed after the test.
    disk.remove();
  }
});
