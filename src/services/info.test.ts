import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { filesIn, pythonWith, sharedData } from "../../test-support/readers";
import { describeFile, type FileInfo } from "./info";

const collection = sharedData("dicom-dev");
const python = pythonWith("json");
const folder = mkdtempSync(join(tmpdir(), "slicebench-info-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(collection === undefined || python === undefined)(
  "on the collection of real and odd files, the collection's own checker finds no fault",
  async () => {
    const results: FileInfo[] = [];
    for (const file of filesIn(join(collection!, "files"), "")) {
      results.push(await describeFile(file, { pixels: true }));
    }
    const checker = join(collection!, "check.py");
    writeFileSync(join(folder, "results.json"), JSON.stringify(results));
    const checked = spawnSync(python!, [checker, folder, "--split", "dev", "--json"], { encoding: "utf8" });
    const [verdict] = checked.stdout.split("\n");
    expect(JSON.parse(verdict ?? "")).toMatchObject({ failures: [] });
    expect(checked.status).toBe(0);
  },
);

test.skipIf(collection === undefined)(
  "what is printed of a file has the contract's names, and null for what is unknown",
  async () => {
    const file = join(collection!, "files", "derived__htj2k_ht_ct.dcm");
    expect(await describeFile(file, { pixels: true })).toEqual({
      file,
      ok: true,
      kind: "image",
      transferSyntaxUid: "1.2.840.10008.1.2.4.201",
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      rows: 512,
      columns: 512,
      frames: 1,
      samplesPerPixel: 1,
      photometricInterpretation: "MONOCHROME2",
      bitsAllocated: 16,
      bitsStored: 16,
      signed: true,
      pixelSpacing: [0.661468, 0.661468],
      rescaleSlope: 1,
      rescaleIntercept: -1024,
      windowCenter: null,
      windowWidth: null,
      patientName: "CompressedSamples^CT1",
      warnings: [],
      sha256FirstFrame: "1add6ede29758c6f0c68f01749ddc6c907e68a312be4eb9da8489e376e0bbd34",
      sha256LastFrame: "1add6ede29758c6f0c68f01749ddc6c907e68a312be4eb9da8489e376e0bbd34",
      min: -3024,
      max: 1254,
      mean: expect.closeTo(-871.3037, 3) as number,
    });
  },
);

test("a file that is missing, empty or text is an answer with a code and advice, and not an exception", async () => {
  const write = (name: string, content: string) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const files = [
    join(folder, "missing.dcm"),
    write("empty.dcm", ""),
    write("letter.txt", "Dear colleague, thank you for sending this patient."),
    folder,
  ];
  const answers = await Promise.all(files.map((file) => describeFile(file, { pixels: true })));
  expect(answers.map((answer) => ({ ...answer, file: basename(answer.file) }))).toEqual(
    [
      ["missing.dcm", "FILE_NOT_FOUND"],
      ["empty.dcm", "FILE_EMPTY"],
      ["letter.txt", "FILE_FORMAT_UNKNOWN"],
      [basename(folder), "FILE_NOT_REGULAR"],
    ].map(([file, code]) => ({
      file,
      ok: false,
      error: { code, message: expect.stringMatching(/\.$/) as string },
      patientName: null,
    })),
  );
});

test.skipIf(collection === undefined)("a file without its picture still says whose it is", async () => {
  const file = join(collection!, "files", "pydicom__chrJapMulti.dcm");
  expect(await describeFile(file)).toMatchObject({
    ok: false,
    error: { code: "DICOM_PIXELS_MISSING" },
    patientName: "やまだ^たろう",
  });
});
