import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FetchedStudies } from "./fetched-studies";

let folder: string;
let open: Set<string>;
let layered: Set<string>;
let fetched: FetchedStudies;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slicebench-fetched-"));
  open = new Set();
  layered = new Set();
  fetched = new FetchedStudies(folder, {
    isOpen: (id) => open.has(id),
    hasLayers: (id) => layered.has(id),
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const fetchOne = () =>
  fetched.add({ studyInstanceUid: "1.2.3", title: "MR" }, (arriving) => {
    writeFileSync(join(arriving, "1.dcm"), "pixels");
    return Promise.resolve();
  });
const seriesIn = (study: string, id: string) => ({ id, frames: [{ file: join(study, "1.dcm") }] });

test("a study is not cleared between its fetch and its opening, and is once it is closed", async () => {
  const study = await fetchOne();
  expect(await fetched.clear({ withLayers: true })).toMatchObject({ studies: 1, open: 1 });
  open.add("series");
  await fetched.opened([seriesIn(study, "series")]);
  expect(await fetched.clear({ withLayers: true })).toMatchObject({ studies: 1, open: 1 });
  open.clear();
  expect(await fetched.clear({ withLayers: true })).toMatchObject({ studies: 0 });
  expect(existsSync(study)).toBe(false);
});

test("series that are opened at once all protect the folder by their layers", async () => {
  const study = await fetchOne();
  await Promise.all(["a", "b", "c"].map((id) => fetched.opened([seriesIn(study, id)])));
  for (const id of ["a", "b", "c"]) {
    layered = new Set([id]);
    expect(await fetched.clear({ withLayers: false })).toMatchObject({ studies: 1, withLayers: 1 });
  }
});

test("a fetch into a study that is cleared meanwhile leaves it whole", async () => {
  const study = await fetchOne();
  await fetched.opened([seriesIn(study, "series")]);
  const [again] = await Promise.all([fetchOne(), fetched.clear({ withLayers: true })]);
  expect(existsSync(join(again, "1.dcm"))).toBe(true);
  expect(await fetched.titleOf(again)).toBe("MR");
});
