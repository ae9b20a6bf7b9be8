import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cineFolder, samplesFolder } from "../../test-support/open-host";
import { openLocalWorkstation } from "./local-workstation";
import type { Workstation } from "./workstation";

let folder: string;
let workstation: Workstation | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-session-"));
});
afterEach(async () => {
  await workstation?.close();
  rmSync(folder, { recursive: true });
});

const nuclei = join(samplesFolder, "nuclei");

/** Starts the program on the test's workspace as its command line does, and waits until all is open. */
async function start(...inputs: string[]): Promise<string[]> {
  workstation = openLocalWorkstation({ workspaceFile: join(folder, "workspace.sqlite") });
  workstation.opening.resume({ withInputs: inputs.length > 0 });
  if (inputs.length > 0) workstation.opening.openAtStart(inputs, []);
  await workstation.jobs.idle();
  return workstation.studies.list().map(({ title }) => title);
}

async function end(): Promise<void> {
  await workstation?.close();
  workstation = undefined;
}

test("a start that names nothing opens what was open, without what was closed", async () => {
  const [cine] = await start(cineFolder, nuclei);
  const closed = workstation!.studies.list().find(({ title }) => title !== cine)!;
  workstation!.studies.close(closed.id);
  await end();
  expect(await start()).toEqual([cine]);
});

test("a start that names files opens those alone", async () => {
  await start(cineFolder);
  await end();
  const [title, ...others] = await start(nuclei);
  expect([title, others]).toEqual(["nuclei", []]);
});

test("what is not there any more is named, and the rest opens", async () => {
  await start(cineFolder);
  workstation!.session.studiesOpened(join(folder, "gone"), ["gone"]);
  await end();
  const titles = await start();
  expect(titles.length).toBe(1);
  expect(workstation!.workspace().notices).toMatchObject([
    { code: "STUDY_MISSING", file: join(folder, "gone") },
  ]);
});
