import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cineFolder, failureOf, openHost, type TestHost } from "../../../test-support/open-host";
import type { JobView, StudySummary } from "../contract";

let opened: TestHost;
let inputs: string;
beforeEach(() => {
  opened = openHost();
  inputs = join(opened.folder, "inputs");
  mkdirSync(inputs);
  for (const phase of [1, 2])
    cpSync(join(cineFolder, `slice-1-phase-0${phase}.dcm`), join(inputs, `${phase}.dcm`));
});
afterEach(() => opened.close());

const upload = (name: string, body: string) =>
  opened.host.request(
    new Request(`slicebench://app/api/uploads?name=${encodeURIComponent(name)}`, { method: "POST", body }),
  );

test("what is opened becomes studies, and a file that cannot be read is named while the rest goes on", async () => {
  writeFileSync(join(inputs, "broken.dcm"), Buffer.concat([Buffer.alloc(128), Buffer.from("DICM\xff\xff")]));
  const answer = await opened.ask("POST", "/api/studies", { paths: [inputs] });
  expect(answer.status).toBe(202);
  const job = await opened.untilOver(((await answer.json()) as JobView).id);
  expect(job).toMatchObject({ kind: "open", state: "done", done: 3, total: 3 });
  expect(job.problems.map(({ file }) => file)).toEqual([join(inputs, "broken.dcm")]);
  const studies = await opened.get<StudySummary[]>("/api/studies");
  expect(studies.map(({ id }) => id)).toEqual(job.studyIds);
  expect(studies[0]!.series).toMatchObject([
    { modality: "MR", frameCount: 2, rows: 256, columns: 256, bitsStored: 12, colour: false, layerCount: 0 },
  ]);
});

test("opening the same files again changes nothing; closing a study leaves its files", async () => {
  const first = await opened.open(inputs);
  expect(await opened.open(inputs)).toEqual(first);
  expect((await opened.ask("DELETE", `/api/studies/${first[0]!.studyId}`)).status).toBe(204);
  expect(await opened.get("/api/studies")).toEqual([]);
  expect(existsSync(join(inputs, "1.dcm"))).toBe(true);
  expect(await failureOf(await opened.ask("DELETE", `/api/studies/${first[0]!.studyId}`))).toEqual({
    status: 404,
    code: "STUDY_NOT_FOUND",
  });
});

test("a path that does not exist fails the job with a sentence, never the host", async () => {
  const missing = join(inputs, "nowhere");
  const answer = await opened.ask("POST", "/api/studies", { paths: [missing] });
  const job = await opened.untilOver(((await answer.json()) as JobView).id);
  expect(job.problems).toMatchObject([{ code: "FILE_NOT_FOUND", file: missing }]);
});

test("requests that name no path, or too many, are refused at the door", async () => {
  const many = Array.from({ length: 10_001 }, (_, index) => `/${index}`);
  for (const body of [{}, { paths: [] }, { paths: [""] }, { paths: "/tmp" }, { paths: many }]) {
    expect(await failureOf(await opened.ask("POST", "/api/studies", body))).toEqual({
      status: 400,
      code: "REQUEST_INVALID",
    });
  }
});

test("what was opened by its path is remembered, until the reader clears it", async () => {
  await opened.open(inputs);
  expect(await opened.get("/api/recent")).toMatchObject([{ path: inputs, title: "inputs" }]);
  expect((await opened.ask("DELETE", "/api/recent")).status).toBe(204);
  expect(await opened.get("/api/recent")).toEqual([]);
});

test("a dropped file keeps its name and folder, only this user can read it, and it goes with the program", async () => {
  const answer = await upload("series/./field.png", "bytes");
  expect(answer.status).toBe(201);
  const { path } = (await answer.json()) as { path: string };
  expect(path).toMatch(/slicebench-[^/\\]+[/\\]series[/\\]field\.png$/);
  expect(readFileSync(path, "utf8")).toBe("bytes");
  if (process.platform !== "win32") expect(statSync(path).mode & 0o077).toBe(0);
  expect(await opened.workstation.uploads.holds(path)).toBe(true);
  await opened.workstation.uploads.close();
  expect(existsSync(path)).toBe(false);
});

test("a dropped file whose name leads elsewhere is refused, and nothing is written", async () => {
  const outside = join(opened.folder, "outside.txt");
  const names = [
    "../outside.txt",
    "a/../../outside.txt",
    "..\\outside.txt",
    outside,
    "a\0b",
    "C:\\x.dcm",
    ".",
  ];
  for (const name of names) {
    const answer = await upload(name, "bytes");
    if (name === outside) {
      // An absolute name is kept below the folder of the uploads.
      const { path } = (await answer.json()) as { path: string };
      expect(await opened.workstation.uploads.holds(path)).toBe(true);
    } else expect(await failureOf(answer)).toEqual({ status: 422, code: "UPLOAD_NAME" });
  }
  expect(existsSync(outside)).toBe(false);
  rmSync(inputs, { recursive: true });
});

test("uploads do not appear among the recent studies", async () => {
  const bytes = readFileSync(join(cineFolder, "slice-1-phase-01.dcm"));
  const answer = await opened.host.request(
    new Request("slicebench://app/api/uploads?name=one.dcm", { method: "POST", body: bytes }),
  );
  const { path } = (await answer.json()) as { path: string };
  expect(await opened.open(path)).toHaveLength(1);
  expect(await opened.get("/api/recent")).toEqual([]);
});
