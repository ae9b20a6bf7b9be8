import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import { openImage } from "../open";

const pydicom = pythonWith("pydicom", "numpy");
const folder = mkdtempSync(join(tmpdir(), "slicebench-overlays-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Images with overlays, and what pydicom's `overlay_array` makes of them, laid on the image by numpy. */
const write = `
import json, sys, numpy as np, pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import generate_uid
folder, made = sys.argv[1], []
random = np.random.default_rng(7)
def write(name, frames=1, big=False, planes=(), stored=12, pixels=None):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"; meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.2" if big else "1.2.840.10008.1.2.1"
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = 13, 19, 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation, ds.NumberOfFrames = 16, stored, stored - 1, 0, frames
    values = np.zeros((frames, 13, 19), np.uint16) if pixels is None else pixels
    ds.PixelData = values.astype(">u2" if big else "<u2").tobytes(); ds["PixelData"].VR = "OW"
    for group, values in planes:
        for element, (vr, value) in values.items():
            ds.add_new((group, element), vr, value)
    ds.is_little_endian, ds.is_implicit_VR = not big, False
    ds.save_as(f"{folder}/{name}.dcm", write_like_original=False)
    return pydicom.dcmread(f"{folder}/{name}.dcm")
def plane(bits, origin=(1, 1), big=False, **more):
    data = np.packbits(bits.ravel(), bitorder="little").tobytes(); data += b"\\0" * (len(data) % 2)
    if big: data = np.frombuffer(data, "<u2").byteswap().tobytes()
    return {0x10: ("US", bits.shape[-2]), 0x11: ("US", bits.shape[-1]), 0x40: ("CS", "G"), 0x50: ("SS", list(origin)),
        0x100: ("US", 1), 0x102: ("US", 0), 0x3000: ("OW", data), **more.get("more", {})}
def laid(bits, origin):
    image = np.zeros((13, 19), np.uint8)
    for row, column in np.argwhere(bits):
        at = (row + origin[0] - 1, column + origin[1] - 1)
        if 0 <= at[0] < 13 and 0 <= at[1] < 19: image[at] = 1
    return image
def note(name, frames): made.append(dict(file=f"{folder}/{name}.dcm", frames=[None if f is None else f.ravel().tolist() for f in frames]))
bits = lambda *shape: random.integers(0, 2, shape, dtype=np.uint8)

ds = write("whole", planes=[(0x6000, plane(bits(13, 19)))]); note("whole", [laid(ds.overlay_array(0x6000), (1, 1))])
ds = write("shifted", planes=[(0x6000, plane(bits(9, 7), (-2, 15))), (0x601E, plane(bits(5, 30), (11, -4)))])
note("shifted", [laid(ds.overlay_array(0x6000), (-2, 15)) | laid(ds.overlay_array(0x601E), (11, -4))])
ds = write("everywhere", frames=2, planes=[(0x6002, plane(bits(13, 19)))]); note("everywhere", [laid(ds.overlay_array(0x6002), (1, 1))] * 2)
ds = write("frames", frames=4, planes=[(0x6000, plane(bits(2, 11, 9), more={0x15: ("IS", 2), 0x51: ("US", 2)}))])
array = ds.overlay_array(0x6000); note("frames", [None, laid(array[0], (1, 1)), laid(array[1], (1, 1)), None])
truth = bits(13, 19)
write("big", big=True, planes=[(0x6000, plane(truth, big=True))]); note("big", [truth])
truth, low = bits(2, 13, 19), random.integers(0, 4096, (2, 13, 19)).astype(np.uint16)
embedded = {0x10: ("US", 13), 0x11: ("US", 19), 0x40: ("CS", "G"), 0x50: ("SS", [1, 1]), 0x100: ("US", 16), 0x102: ("US", 13)}
write("embedded", frames=2, pixels=low | (truth.astype(np.uint16) << 13), planes=[(0x6000, embedded)]); note("embedded", truth)
cut = plane(bits(13, 19)); cut[0x3000] = ("OW", b"\\0" * 4)
shape = {0x10: ("US", 13), 0x11: ("US", 19), 0x50: ("SS", [1, 1])}
write("malformed", planes=[(0x6000, cut), (0x6002, {0x3000: ("OW", b"\\0" * 32)}), (0x6004, shape), (0x6006, {**shape, 0x102: ("US", 3)})])
print(json.dumps(made))`;

test.skipIf(pydicom === undefined)(
  "overlays lie where pydicom and the standard lay them, and what makes no sense is told",
  async () => {
    const made = runPython(pydicom!, write, [folder]) as { file: string; frames: (number[] | null)[] }[];
    expect(made).toHaveLength(6);
    for (const { file, frames } of made) {
      const image = await openImage(file);
      expect(image.warnings.filter((warning) => warning.startsWith("Overlay"))).toEqual([]);
      const drawn = await Promise.all(frames.map((_, frame) => image.readFrame(frame)));
      const seen = drawn.map(({ overlay }) => (overlay ? [...overlay] : null));
      expect({ file, frames: seen }).toEqual({ file, frames });
    }
    const malformed = await openImage(join(folder, "malformed.dcm"));
    expect(malformed.warnings).toEqual([
      "Overlay 6000 is left out: it needs 31 bytes, and 4 are there.",
      "Overlay 6002 is left out: it has no rows or columns.",
      "Overlay 6004 is left out: it has no data.",
      "Overlay 6006 is left out: its bit 3 is none of the unused ones of a pixel.",
    ]);
    expect((await malformed.readFrame(0)).overlay).toBeUndefined();
  },
);
