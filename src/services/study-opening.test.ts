import { cpSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cineFolder, openHost, samplesFolder, type TestHost } from "../../test-support/open-host";
import type { JobView, LayerView, StudySummary } from "../host/contract";

const small = "cardiac-lv-unet";

let opened: TestHost;
beforeEach(() => {
  opened = openHost();
});
afterEach(() => opened.close());

/** Two images of the cine sample in a folder, with the sample's reference beside it. */
function cineOfTwo(): string {
  const folder = join(opened.folder, "cardiac-cine");
  const reference = join(opened.folder, "reference", basename(folder));
  mkdirSync(folder);
  cpSync(join(samplesFolder, "reference/cardiac-cine"), reference, { recursive: true });
  for (const phase of ["01", "02"]) {
    const name = `slice-1-phase-${phase}.dcm`;
    cpSync(join(cineFolder, name), join(folder, name));
  }
  return folder;
}

const layersOf = (seriesId: string) => opened.get<LayerView[]>(`/api/layers?seriesId=${seriesId}`);

test("a model that cannot run at the start hinders neither the reference nor what is remembered", async () => {
  opened.workstation.opening.openAtStart([cineFolder], ["no-such-model"]);
  await opened.workstation.jobs.idle();
  const [job] = await opened.get<JobView[]>("/api/jobs");
  expect(job).toMatchObject({ kind: "open", state: "failed", problems: [{ code: "MODEL_UNKNOWN" }] });
  const [study] = await opened.get<StudySummary[]>("/api/studies");
  expect(study!.series[0]).toMatchObject({ hasReference: true });
  expect(opened.workstation.recent.list().map(({ path }) => path)).toEqual([cineFolder]);
});

test("what is opened a second time runs no model and loads no reference anew", async () => {
  const folder = cineOfTwo();
  opened.workstation.opening.openAtStart([folder], [small]);
  await opened.workstation.jobs.idle();
  const [series] = (await opened.get<StudySummary[]>("/api/studies")).flatMap((study) => study.series);
  const first = await layersOf(series!.id);
  expect(first.map(({ origin }) => origin.kind).sort()).toEqual(["model", "reference"]);
  await opened.open(folder);
  await opened.workstation.jobs.idle();
  expect(await layersOf(series!.id)).toEqual(first);
});

test("the reader's own reference stays where another lies beside the images", async () => {
  const folder = cineOfTwo();
  const [series] = await opened.open(folder);
  const mask = join(opened.folder, "reference/cardiac-cine/slice-1-phase-02.png");
  const own = await opened.workstation.references.load(series!.id, [mask]);
  expect(own.frames).toEqual([1]);
  await opened.open(folder);
  expect(await layersOf(series!.id)).toMatchObject([{ id: own.id, frames: [1], revision: own.revision }]);
});
