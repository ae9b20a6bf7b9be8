import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pythonWith, runPython } from "../../test-support/readers";
import { scanInputs } from "./scan-inputs";

const pydicom = pythonWith("pydicom");
const folder = mkdtempSync(join(tmpdir(), "slicebench-dicomdir-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A medium of two files, and one whose directory names a missing file and two that lie elsewhere. */
const writeMedium = `
import json, os, shutil, sys, pydicom
from pydicom.data import get_testdata_file
from pydicom.fileset import FileSet
out = sys.argv[1]
fs = FileSet()
for name in ["CT_small.dcm", "MR_small.dcm"]: fs.add(get_testdata_file(name))
fs.write(out + "/medium")
shutil.copy(get_testdata_file("CT_small.dcm"), out + "/OUTSIDE")
shutil.copytree(out + "/medium", out + "/lying")
ds = pydicom.dcmread(out + "/lying/DICOMDIR")
files = [r for r in ds.DirectoryRecordSequence if "ReferencedFileID" in r]
files[0].ReferencedFileID = ["..", "OUTSIDE"]; files[1].ReferencedFileID = ["GONE"]
ds.save_as(out + "/lying/DICOMDIR")
print("{}")`;

test.skipIf(pydicom === undefined)(
  "a DICOMDIR opens the files that it lists, and none that lies elsewhere",
  async () => {
    runPython(pydicom!, writeMedium, [folder]);
    const { series, failures, others } = await scanInputs([join(folder, "medium", "DICOMDIR")]);
    expect(series.map(({ modality }) => modality).sort()).toEqual(["CT", "MR"]);
    expect([failures, others]).toEqual([[], []]);

    const lying = await scanInputs([join(folder, "lying", "DICOMDIR")]);
    expect(lying.series).toEqual([]);
    expect(lying.failures.map(({ file, error }) => [file, error.code])).toEqual([
      [join(folder, "lying", "GONE"), "FILE_NOT_FOUND"],
    ]);
  },
);
