import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { digestPixels } from "../../test-support/pixels";
import { pythonWith, runPython } from "../../test-support/readers";
import { imageToPatient } from "../core/image/patient-space";
import { modalityValues } from "../core/image/voi";
import { openFile, openImage } from "./open";

const nibabel = pythonWith("nibabel", "numpy");
const folder = mkdtempSync(join(tmpdir(), "slicebench-nifti-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What nibabel wrote and reads back: frames are [:, :, k, t] by rows; the voxel (2, 1, k) lies at `place`. */
interface Volume {
  file: string;
  rows: number;
  columns: number;
  sha256: string[];
  means: number[];
  place: [number, number, number][] | null;
}

const program = `
import hashlib, json, sys, nibabel, numpy as np
folder = sys.argv[1]
rng = np.random.default_rng(1)
made = []
def describe(name, image, placed=True):
    path = folder + "/" + name
    nibabel.save(image, path)
    image = nibabel.load(path)
    stored = np.asarray(image.dataobj.get_unscaled())
    values = image.get_fdata() if stored.dtype.names is None else None
    if stored.dtype.names is not None:
        stored = np.stack([stored[c] for c in "RGB"], -1)
        frames = [stored[:, :, k] for k in range(stored.shape[2])]
        means = [float(f.mean()) for f in frames]
        frames = [f.transpose(1, 0, 2) for f in frames]
    else:
        stored = stored.reshape(stored.shape[:3] + (-1,)); values = values.reshape(stored.shape)
        order = [(k, t) for t in range(stored.shape[3]) for k in range(stored.shape[2])]
        frames = [stored[:, :, k, t].T for k, t in order]
        means = [float(values[:, :, k, t].mean()) for k, t in order]
    if frames[0].dtype.kind in "iu" and frames[0].dtype.itemsize == 8: frames = [f.astype("<f8") for f in frames]
    little = [np.ascontiguousarray(f.astype(f.dtype.newbyteorder("<"))) for f in frames]
    place = [nibabel.affines.apply_affine(image.affine, [2, 1, k]).tolist() for k in range(image.shape[2])]
    made.append(dict(file=path, rows=image.shape[1], columns=image.shape[0], means=means,
        sha256=[hashlib.sha256(f.tobytes()).hexdigest() for f in little], place=place if placed else None))
affine = np.array([[-0.7, 0.1, 0.2, 12.5], [0.1, 0.69, 0.4, -30.25], [0.02, -0.3, 2.4, 7.75], [0, 0, 0, 1.0]])
q, _ = np.linalg.qr(affine[:3, :3])
affine[:3, :3] = q * [0.7, -0.9, 2.5]
shape = (7, 5, 3)
for dtype in ["u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8", "i8", "u8"]:
    data = (rng.normal(size=shape) * 50 + (0 if dtype[0] != "u" else 120)).clip(-128 if dtype[0] != "u" else 0, 127).astype(dtype)
    describe(dtype + ".nii.gz", nibabel.Nifti1Image(data, affine, dtype=data.dtype))
data = rng.integers(-1000, 1000, shape).astype("i2")
describe("plain.nii", nibabel.Nifti1Image(data, affine))
describe("big-endian.nii", nibabel.Nifti1Image(data, affine, nibabel.Nifti1Header(endianness=">")))
describe("second.nii", nibabel.Nifti2Image(data, affine))
describe("second-big-endian.nii.gz", nibabel.Nifti2Image(data, affine, nibabel.Nifti2Header(endianness=">")))
describe("times.nii", nibabel.Nifti1Image(rng.integers(0, 99, (7, 5, 3, 4)).astype("i2"), affine))
describe("flat.nii", nibabel.Nifti1Image(data[:, :, :1], affine))
scaled = nibabel.Nifti1Image(data, affine); scaled.header.set_slope_inter(0.5, -100); describe("scaled.nii", scaled)
for klass in (nibabel.Nifti1Image, nibabel.Nifti2Image):
    quaternion = klass(data, None); quaternion.set_qform(affine, code=1); quaternion.set_sform(None, code=0)
    describe(klass.__name__ + "-qform.nii", quaternion)
both = nibabel.Nifti1Image(data, affine); both.set_qform(np.diag([1, 1, 1, 1]), code=2); both.set_sform(affine, code=1)
describe("both.nii", both)
extended = nibabel.Nifti1Image(data, affine)
extended.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"x" * 1000)); describe("extended.nii", extended)
unplaced = nibabel.Nifti1Image(data, None); unplaced.set_sform(None, code=0); unplaced.set_qform(None, code=0)
describe("unplaced.nii", unplaced, placed=False)
colour = np.zeros(shape, dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
for channel in "RGB": colour[channel] = rng.integers(0, 255, shape)
describe("colour.nii.gz", nibabel.Nifti1Image(colour, affine))
print(json.dumps(made))`;

const volumes = nibabel === undefined ? [] : (runPython(nibabel, program, [folder]) as Volume[]);
const rounded = (values: readonly number[] = []) => values.map((value) => Number(value.toFixed(3)));

test.skipIf(nibabel === undefined)(
  "every type, byte order and version gives the values that nibabel gives",
  async () => {
    expect(volumes.length).toBeGreaterThan(20);
    for (const volume of volumes) {
      const image = await openImage(volume.file);
      const frames = await Promise.all(volume.sha256.map((_, index) => image.readFrame(index)));
      expect({
        file: volume.file,
        rows: image.header.rows,
        columns: image.header.columns,
        frameCount: image.frameCount,
        sha256: frames.map(({ pixels }) => digestPixels(pixels)),
      }).toEqual({
        file: volume.file,
        rows: volume.rows,
        columns: volume.columns,
        frameCount: volume.sha256.length,
        sha256: volume.sha256,
      });
      const means = frames.map((frame) => {
        const values = modalityValues(frame);
        return values.reduce((sum, value) => sum + value, 0) / values.length;
      });
      expect(rounded(means)).toEqual(rounded(volume.means));
    }
  },
);

test.skipIf(nibabel === undefined)(
  "each voxel lies in the patient where nibabel's affine puts it",
  async () => {
    for (const volume of volumes) {
      const image = await openImage(volume.file);
      if (volume.place === null) {
        expect(image.geometry(0).position).toBeUndefined();
        expect(image.warnings).toEqual(["The file does not say how the volume lies in the patient."]);
        continue;
      }
      for (const [slice, [right, front, head]] of volume.place.entries()) {
        const { rows, columns } = image.header;
        // Column 2, row 1; pixel centres are at halves.
        const place = imageToPatient({ rows, columns, ...image.geometry(slice) }, { x: 2.5, y: 1.5 });
        // NIfTI points right and to the front, DICOM left and to the back.
        expect([volume.file, ...rounded(place)]).toEqual([
          volume.file,
          ...rounded([0 - right, 0 - front, head]),
        ]);
      }
    }
  },
);

/** A volume of 64 x 64 x 4 16-bit voxels, made by hand: 348 bytes of header, 4 without extensions, the voxels. */
function smallVolume(change: (header: DataView) => void = () => undefined): Buffer {
  const bytes = Buffer.alloc(352 + 64 * 64 * 4 * 2);
  const header = new DataView(bytes.buffer, bytes.byteOffset, 352);
  header.setInt32(0, 348, true);
  [3, 64, 64, 4, 1, 1, 1, 1].forEach((extent, index) => header.setInt16(40 + index * 2, extent, true));
  header.setInt16(70, 4, true);
  header.setInt16(72, 16, true);
  [1, 1, 1, 1].forEach((size, index) => header.setFloat32(76 + index * 4, size, true));
  header.setFloat32(108, 352, true);
  bytes.write("n+1\0", 344, "latin1");
  for (let at = 352; at < bytes.length; at++) bytes[at] = (at * at) >> 5;
  change(header);
  return bytes;
}

const dims =
  (...extents: number[]) =>
  (header: DataView) =>
    extents.forEach((extent, index) => header.setInt16(42 + index * 2, extent, true));

test("sizes and offsets that lie are refused before anything is allocated, with the file's name", async () => {
  const cases: [name: string, bytes: Uint8Array, code: string][] = [
    ["short.nii", smallVolume().subarray(0, 4000), "NIFTI_TRUNCATED"],
    ["short.nii.gz", gzipSync(smallVolume()).subarray(0, -20), "GZIP_DAMAGED"],
    ["cut-voxels.nii.gz", gzipSync(smallVolume().subarray(0, 4000)), "NIFTI_TRUNCATED"],
    ["more-slices.nii", smallVolume(dims(64, 64, 32_000)), "NIFTI_TRUNCATED"],
    ["bomb.nii.gz", gzipSync(smallVolume(dims(4096, 4096, 4096))), "FILE_TOO_LARGE"],
    ["huge.nii", smallVolume(dims(32_000, 32_000, 1)), "FRAME_TOO_LARGE"],
    ["grown.nii.gz", gzipSync(Buffer.concat([smallVolume(), Buffer.alloc(1e6)])), "FILE_TOO_LARGE"],
    ["negative.nii", smallVolume(dims(-5, 64)), "NIFTI_HEADER_INVALID"],
    ["rank.nii", smallVolume((header) => header.setInt16(40, 9, true)), "NIFTI_HEADER_INVALID"],
    ["offset.nii", smallVolume((header) => header.setFloat32(108, 12, true)), "NIFTI_HEADER_INVALID"],
    ["complex.nii", smallVolume((header) => header.setInt16(70, 32, true)), "NIFTI_TYPE_UNKNOWN"],
    ["pair.hdr", smallVolume((header) => header.setUint8(345, 0x69)), "NIFTI_PAIR"],
    ["packed.txt.gz", gzipSync("not a picture"), "FILE_FORMAT_UNKNOWN"],
  ];
  for (const [name, bytes, code] of cases) {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    await expect(openFile(file), name).rejects.toMatchObject({
      code,
      file,
      hint: expect.any(String) as string,
    });
  }
});

test("a slope of zero leaves values as they are, and a wrong name does not matter", async () => {
  const file = join(folder, "wrong-name.png");
  writeFileSync(
    file,
    smallVolume((header) => header.setInt16(352 - 4, 0, true)),
  );
  expect(await openImage(file)).toMatchObject({
    format: "nifti",
    frameCount: 4,
    header: { signed: true, bitsAllocated: 16 },
  });
});

test.skipIf(nibabel === undefined)(
  "a file that is cut after it was opened is refused, not read beyond its end",
  async () => {
    const [{ file } = { file: "" }] = volumes;
    const copy = join(folder, "cut.nii");
    writeFileSync(copy, gunzipSync(readFileSync(file)));
    const opened = await openFile(copy, { headerOnly: true });
    truncateSync(copy, 400);
    if (opened.kind !== "image") throw new Error("no image");
    await expect(opened.readFrame(0)).rejects.toMatchObject({ code: "NIFTI_TRUNCATED", file: copy });
  },
);
