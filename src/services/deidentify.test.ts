import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { filesIn, programOrSkip, sharedData } from "../../test-support/readers";
import { parseDicom } from "../formats/dicom/data-set";
import { readIdentity } from "../formats/dicom/identity";
import { openFile } from "../formats/open";

import { nameAnonymously } from "./anonymous-names";
import { readDeidentificationKey } from "./deidentification-key";
import { type DeidentifyEvent, deidentifyFiles } from "./deidentify";

const folder = mkdtempSync(join(tmpdir(), "slicebench-deidentify-"));
afterAll(() => rmSync(folder, { recursive: true }));
const series = sharedData("sample-t1-dicom/dicom");
const collection = sharedData("dicom-dev/files");
const dcmdump = programOrSkip("dcmdump", "dcmtk");
const dciodvfy = programOrSkip("dciodvfy", "dicom3tools");
const options = { retainUids: false, shiftDates: true, cleanDescriptors: true };

/** A folder named after a patient, with a series, a letter, a DICOMDIR and a file that is cut. */
function makeSource(name: string): string {
  const source = join(folder, name);
  mkdirSync(join(source, "Doe_Jane", "mr"), { recursive: true });
  for (const file of filesIn(series!, ".dcm").slice(0, 3)) {
    cpSync(file, join(source, "Doe_Jane", "mr", file.split("/").at(-1)!));
  }
  writeFileSync(join(source, "Doe_Jane", "letter.txt"), "Dear colleague");
  cpSync(join(collection!, "pydicom__DICOMDIR-bigEnd"), join(source, "DICOMDIR"));
  const whole = readFileSync(filesIn(series!, ".dcm")[4]!);
  writeFileSync(join(source, "Doe_Jane", "cut.dcm"), whole.subarray(0, whole.length - 1000));
  return source;
}

function digestFolder(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(path, name)).isFile())
    .sort()
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(readFileSync(join(path, name)))
          .digest("hex")}`,
    );
}

test.skipIf(series === undefined)(
  "runs with one key give one patient the same pseudonym and UIDs",
  async () => {
    const [first, second] = filesIn(series!, ".dcm");
    const key = join(folder, "project.key");
    const identityOf = async (file: string, run: string, keyFile: string) => {
      const source = join(folder, `source-${run}`);
      mkdirSync(source);
      cpSync(file, join(source, "slice.dcm"));
      const out = join(folder, `keyed-${run}`);
      const secret = await readDeidentificationKey(keyFile, { create: true });
      await deidentifyFiles({ paths: [source], out, options, secret });
      const { dataSet } = parseDicom(readFileSync(filesIn(out, ".dcm")[0]!));
      const { patientId, studyInstanceUid, seriesInstanceUid } = readIdentity(dataSet);
      return { patientId, studyInstanceUid, seriesInstanceUid };
    };
    const one = await identityOf(first!, "one", key);
    expect(one.patientId).toMatch(/^SB-/);
    expect(await identityOf(second!, "two", key)).toEqual(one);
    const other = await identityOf(second!, "three", join(folder, "other.key"));
    expect(other.patientId).not.toBe(one.patientId);
    expect(other.studyInstanceUid).not.toBe(one.studyInstanceUid);
  },
);

test("a key is for its owner alone, and what is none is refused", async () => {
  const file = join(folder, "new.key");
  expect(await readDeidentificationKey(file, { create: false })).toBeUndefined();
  const key = await readDeidentificationKey(file, { create: true });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(Buffer.from((await readDeidentificationKey(file, { create: true }))!)).toEqual(Buffer.from(key!));
  chmodSync(file, 0o644);
  await expect(readDeidentificationKey(file, { create: true })).rejects.toMatchObject({
    code: "DEIDENTIFICATION_KEY_SHARED",
    file,
  });
  writeFileSync(join(folder, "letter.key"), "Dear colleague");
  await expect(readDeidentificationKey(join(folder, "letter.key"), { create: true })).rejects.toMatchObject({
    code: "DEIDENTIFICATION_KEY_INVALID",
  });
});

const hasData = series !== undefined && collection !== undefined;

test.skipIf(!hasData)("a folder becomes one like it without names, and stays itself as it was", async () => {
  const source = makeSource("patients");
  const before = digestFolder(source);
  const out = join(folder, "out");
  const events: DeidentifyEvent[] = [];
  const summary = await deidentifyFiles(
    { paths: [source], out, options },
    { onEvent: (event) => events.push(event) },
  );
  expect({ ...summary, changes: summary.changes.length > 10, warnings: summary.warnings.length }).toEqual({
    done: 3,
    leftOut: 2,
    failed: 1,
    changes: true,
    warnings: 1,
  });
  expect(digestFolder(source)).toEqual(before);
  const written = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".dcm"),
  );
  expect(written.every((name) => /^[\d/]+\.dcm$/.test(name))).toBe(true);
  expect(written.map((name) => name.split("/").length)).toEqual([3, 3, 3]);
  const opened = await Promise.all(written.map((name) => openFile(join(out, name))));
  const identities = opened.map(({ identity }) => identity);
  expect(new Set(identities.map(({ seriesInstanceUid }) => seriesInstanceUid)).size).toBe(1);
  expect(new Set(identities.map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(3);
  expect(identities[0]!.patientName).toMatch(/^SB-/);
  expect(events.filter(({ type }) => type === "failed").map(({ file }) => file.split("/").at(-1))).toEqual([
    "cut.dcm",
  ]);
});

test.skipIf(!hasData)("a dry run writes nothing, and shows each attribute before and after", async () => {
  const source = makeSource("preview");
  const { done, changes } = await deidentifyFiles({ paths: [source], out: undefined, options });
  expect(done).toBe(3);
  expect(changes.find(({ tag }) => tag === "(0010,0030)")).toEqual({
    tag: "(0010,0030)",
    name: "Patient's Birth Date",
    action: "emptied",
    files: 3,
    examples: [{ before: "19660101", after: "" }],
  });
});

test.skipIf(!hasData)(
  "new files are never put among the old ones, nor over others, nor behind a link to them",
  async () => {
    const source = makeSource("guarded");
    const full = join(folder, "full");
    mkdirSync(full);
    writeFileSync(join(full, "note.txt"), "");
    const link = join(folder, "link");
    spawnSync("ln", ["-s", source, link]);
    for (const [out, code] of [
      [join(source, "out"), "OUTPUT_IS_INPUT"],
      [source, "OUTPUT_IS_INPUT"],
      [folder, "OUTPUT_IS_INPUT"],
      [join(link, "out"), "OUTPUT_IS_INPUT"],
      [full, "OUTPUT_NOT_EMPTY"],
    ] as const) {
      await expect(deidentifyFiles({ paths: [source], out, options })).rejects.toMatchObject({ code });
    }
  },
);

test.skipIf(!hasData || dcmdump === undefined || dciodvfy === undefined)(
  "DCMTK reads what was written, and dciodvfy finds no error that the original did not have",
  async () => {
    const out = join(folder, "checked");
    await deidentifyFiles({ paths: [series!], out, options });
    const before = filesIn(series!, ".dcm")[0]!;
    const after = join(out, "0001.dcm");
    const dump = spawnSync(dcmdump!, [after], { encoding: "utf8" });
    expect([dump.status, dump.stderr]).toEqual([0, ""]);
    expect(dump.stdout).toContain("(0012,0062) CS [YES]");
    const errors = (file: string) =>
      spawnSync(dciodvfy!, [file], { encoding: "utf8" })
        .stderr.split("\n")
        .filter((line) => line.startsWith("Error"));
    const old = new Set(errors(before));
    expect(errors(after).filter((line) => !old.has(line))).toEqual([]);
  },
);

test("folders and files are numbered, each folder by itself, and two that are given keep apart", () => {
  const inFolder = (root: string, name: string) => ({ root, file: `${root}/${name}` });
  expect(
    nameAnonymously([
      inFolder("/a", "x/1.dcm"),
      inFolder("/a", "x/2"),
      inFolder("/a", "y/1"),
      inFolder("/a", "z"),
    ]),
  ).toEqual(["0001/0001.dcm", "0001/0002.dcm", "0002/0001.dcm", "0003.dcm"]);
  expect(nameAnonymously([inFolder("/a", "1"), inFolder("/b", "1"), { root: "/c/1", file: "/c/1" }])).toEqual(
    ["0001/0001.dcm", "0002/0001.dcm", "0003.dcm"],
  );
});
