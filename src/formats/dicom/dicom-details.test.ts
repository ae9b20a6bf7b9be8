import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import { openImage } from "../open";

const pydicom = pythonWith("pydicom", "numpy");
const folder = mkdtempSync(join(tmpdir(), "slicebench-dicom-details-"));
afterAll(() => rmSync(folder, { recursive: true }));

const common = `
import json, struct, sys, numpy as np, pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import generate_uid
folder = sys.argv[1]
def dataset(syntax="1.2.840.10008.1.2.1", **more):
    meta = FileMetaDataset(); meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"; meta.MediaStorageSOPInstanceUID = generate_uid(); meta.TransferSyntaxUID = syntax
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\\0" * 128)
    ds.SOPClassUID = meta.MediaStorageSOPClassUID; ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID; ds.Modality = "OT"
    ds.StudyInstanceUID = generate_uid(); ds.SeriesInstanceUID = generate_uid()
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = 3, 5, 1, "MONOCHROME2"
    ds.BitsAllocated = ds.BitsStored = 8; ds.HighBit = 7; ds.PixelRepresentation = 0
    for key, value in more.items(): setattr(ds, key, value)
    ds.is_little_endian, ds.is_implicit_VR = True, False
    return ds
def save(ds, name):
    ds.save_as(f"{folder}/{name}", write_like_original=False); return f"{folder}/{name}"
`;

test.skipIf(pydicom === undefined)("float and double float pixel data keep their values", async () => {
  const values = [0, -1.5, 3.25e10, 1e-20, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17.125];
  const files = runPython(
    pydicom!,
    `${common}
values = json.loads(sys.argv[2]); files = []
for keyword, kind in [("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")]:
    ds = dataset(); setattr(ds, keyword, np.array(values, kind).tobytes()); ds.BitsAllocated = 32 if kind == "f4" else 64
    del ds.BitsStored, ds.HighBit, ds.PixelRepresentation
    files.append(save(ds, kind + ".dcm"))
print(json.dumps(files))`,
    [folder, JSON.stringify(values)],
  ) as string[];
  const [float, double] = await Promise.all(
    files.map(async (file) => (await (await openImage(file)).readFrame(0)).pixels),
  );
  expect(float).toEqual(Float32Array.from(values));
  expect(double).toEqual(Float64Array.from(values));
});

test.skipIf(pydicom === undefined)(
  "frames of several fragments are found by the extended offset table",
  async () => {
    // Three RLE frames in two fragments each, in an order that only the table tells from one fragment a frame.
    const [file] = runPython(
      pydicom!,
      `${common}
def rle(value): return struct.pack("<16L", 1, 64, *[0] * 14) + bytes([257 - 15, value])
frames = [rle(value) for value in (10, 20, 30)]
ds = dataset("1.2.840.10008.1.2.5", NumberOfFrames=3)
def item(data): return b"\\xfe\\xff\\x00\\xe0" + struct.pack("<L", len(data)) + data
body, offsets = b"", []
for frame in frames:
    offsets.append(len(body)); body += item(frame[:32]) + item(frame[32:])
ds.add_new(0x7fe00001, "OV", struct.pack("<3Q", *offsets)); ds.add_new(0x7fe00002, "OV", struct.pack("<3Q", *[len(f) for f in frames]))
ds.PixelData = item(b"") + body; ds["PixelData"].VR = "OB"; ds["PixelData"].is_undefined_length = True
print(json.dumps([save(ds, "extended.dcm")]))`,
      [folder],
    ) as string[];
    const image = await openImage(file!);
    expect(image.frameCount).toBe(3);
    for (const [frame, value] of [10, 20, 30].entries()) {
      expect((await image.readFrame(frame)).pixels).toEqual(new Uint8Array(15).fill(value));
    }
  },
);

/** Character set, Python's name of it, and a name. */
const names = [
  ["ISO_IR 100", "latin-1", "Äneas^Müller"],
  ["ISO_IR 101", "iso8859-2", "Wałęsa^Žižka"],
  ["ISO_IR 144", "iso8859-5", "Люкceмбypг"],
  ["ISO_IR 126", "iso8859-7", "Διονυσιος"],
  ["ISO_IR 127", "iso8859-6", "قباني^لنزار"],
  ["ISO_IR 138", "iso8859-8", "שרון^דבורה"],
  ["ISO_IR 148", "iso8859-9", "Çavuşoğlu"],
  ["ISO_IR 166", "tis-620", "สมชาย"],
  ["ISO_IR 192", "utf-8", "Wang^XiaoDong=王^小东"],
  ["GB18030", "gb18030", "Wang^XiaoDong=王^小东"],
  ["GBK", "gbk", "Wang^XiaoDong=王^小东"],
] as const;

test.skipIf(pydicom === undefined)(
  "names in every single-byte and Chinese character set, and in UTF-8, are read",
  async () => {
    const files = runPython(
      pydicom!,
      `${common}
files = []
for index, (character_set, codec, text) in enumerate(json.loads(sys.argv[2])):
    ds = dataset(); ds.SpecificCharacterSet = character_set; ds.PixelData = bytes(15) + b"\\0"; ds["PixelData"].VR = "OB"
    value = text.encode(codec); value += b" " * (len(value) % 2)
    # pydicom would write its own bytes: it keeps the place for ours.
    ds.PatientName = "@" * len(value); path = save(ds, f"name-{index}.dcm")
    raw = open(path, "rb").read(); open(path, "wb").write(raw.replace(b"@" * len(value), value))
    files.append(path)
print(json.dumps(files))`,
      [folder, JSON.stringify(names)],
    ) as string[];
    const read = await Promise.all(files.map(async (file) => (await openImage(file)).identity.patientName));
    expect(read).toEqual(names.map(([, , text]) => text));
  },
);
