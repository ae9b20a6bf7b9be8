import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { pythonWith, runPython } from "../../test-support/readers";
import type { FrameGeometry } from "../core/image/frame";
import type { ImageFile } from "../formats/open";
import { FileImageReader } from "./file-image-reader";
import { framesInReadingOrder } from "./group-series";
import { scanInputs } from "./scan-inputs";
import { type FoundImage, splitIntoStacks } from "./split-series";

const pydicom = pythonWith("pydicom");
const folder = mkdtempSync(join(tmpdir(), "slicebench-geometry-"));
const reader = new FileImageReader();
afterAll(async () => {
  await reader.close();
  rmSync(folder, { recursive: true });
});

/** Slices as pydicom writes them: each list of arguments is one file. */
const writeSlices = `
import json, sys, pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import generate_uid
folder, slices = sys.argv[1], json.loads(sys.argv[2])
study, series = generate_uid(), generate_uid()
for index, given in enumerate(slices):
    meta = FileMetaDataset(); meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"; meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    meta.MediaStorageSOPInstanceUID = given.pop("uid", generate_uid())
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\\0" * 128)
    ds.SOPClassUID = meta.MediaStorageSOPClassUID; ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality, ds.SeriesDescription = study, series, "MR", "test"
    size = given.pop("size", 4)
    ds.Rows = ds.Columns = size; ds.SamplesPerPixel = 1; ds.PhotometricInterpretation = "MONOCHROME2"; ds.InstanceNumber = index + 1
    ds.BitsAllocated = ds.BitsStored = 8; ds.HighBit = 7; ds.PixelRepresentation = 0; ds.PixelData = bytes(size * size); ds["PixelData"].VR = "OB"
    ds.PixelSpacing = [1, 1]; ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    for key, value in given.items():
        if value is None: delattr(ds, key)
        else: setattr(ds, key, value)
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as(f"{folder}/{index:03}.dcm", write_like_original=False)
print("{}")`;

type SliceWords = Record<string, unknown>;
let made = 0;

async function scan(slices: readonly SliceWords[]) {
  const into = join(folder, String(made++));
  mkdirSync(into);
  runPython(pydicom!, writeSlices, [into, JSON.stringify(slices)]);
  const { series } = await reader.scan([into], {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const found = series.map(({ title, frames, sliceSpacingMm, warnings }) => ({
    title,
    frames: frames.map(({ file }) => Number(basename(file, ".dcm"))),
    spacing: sliceSpacingMm,
    warnings,
  }));
  return { found, inputs: await scanInputs([into]) };
}

const axial = (z: number, more: SliceWords = {}): SliceWords => ({
  ImagePositionPatient: [0, 0, z],
  ...more,
});
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

test.skipIf(pydicom === undefined)(
  "slices written in reverse are read along the normal, as one volume",
  async () => {
    const { found } = await scan(range(4).map((index) => axial(-3 * index)));
    expect(found).toEqual([{ title: "test", frames: [3, 2, 1, 0], spacing: 3, warnings: [] }]);
  },
);

test.skipIf(pydicom === undefined)(
  "a localiser of other directions and another size is kept apart, and it is told",
  async () => {
    const sagittal = { ImageOrientationPatient: [0, 1, 0, 0, 0, -1], ImagePositionPatient: [5, 0, 0] };
    const { found, inputs } = await scan([
      ...range(3).map((index) => axial(2 * index)),
      sagittal,
      axial(7, { size: 8 }),
    ]);
    const told = [
      "The series holds 3 stacks of slices, which are shown one by one: " +
        "4 x 4, direction 1; 4 x 4, direction 2; 8 x 8.",
    ];
    expect(found).toEqual([
      { title: "test (4 x 4, direction 1)", frames: [0, 1, 2], spacing: 2, warnings: told },
      { title: "test (4 x 4, direction 2)", frames: [3], spacing: undefined, warnings: told },
      { title: "test (8 x 8)", frames: [4], spacing: undefined, warnings: told },
    ]);
    expect(inputs.series.map(({ title, frames }) => [title, frames.length])).toEqual([
      ["test (4 x 4, direction 1)", 3],
      ["test (4 x 4, direction 2)", 1],
      ["test (8 x 8)", 1],
    ]);
  },
);

test.skipIf(pydicom === undefined)(
  "acquisitions and echoes of the same places are volumes of their own",
  async () => {
    for (const key of ["AcquisitionNumber", "EchoNumbers"]) {
      const { found } = await scan(
        range(3).flatMap((place) => [1, 2].map((number) => axial(4 * place, { [key]: number }))),
      );
      const word = key === "EchoNumbers" ? "echo" : "acquisition";
      expect(found.map(({ title, frames, spacing }) => [title, frames, spacing])).toEqual([
        [`test (${word} 1)`, [0, 2, 4], 4],
        [`test (${word} 2)`, [1, 3, 5], 4],
      ]);
      expect(found[0]!.warnings).toHaveLength(1);
    }
  },
);

test.skipIf(pydicom === undefined)("temporal positions stay together, and are no volume", async () => {
  const { found } = await scan(
    range(3).flatMap((phase) =>
      range(2).map((place) =>
        axial(8 * place, { TemporalPositionIdentifier: phase + 1, AcquisitionNumber: phase + 1 }),
      ),
    ),
  );
  expect(found).toEqual([{ title: "test", frames: [0, 2, 4, 1, 3, 5], spacing: undefined, warnings: [] }]);
});

test.skipIf(pydicom === undefined)(
  "a missing slice, a copy and a tilted gantry are told, and never stacked over",
  async () => {
    const missing = await scan([0, 3, 9, 12].map((z) => axial(z)));
    const copied = await scan([
      axial(0),
      axial(3, { uid: "1.2.3", InstanceNumber: 2 }),
      axial(3, { uid: "1.2.3", InstanceNumber: 2 }),
      axial(6),
    ]);
    const tilted = await scan(
      range(4).map((index) => ({ ImagePositionPatient: [0, Math.tan(Math.PI / 12) * 5 * index, 5 * index] })),
    );
    expect(
      [missing, copied, tilted].flatMap(({ found }) =>
        found.map(({ spacing, warnings }) => ({ spacing, warnings })),
      ),
    ).toEqual([
      {
        spacing: undefined,
        warnings: ["1 slice seems to be missing: 1 of 3 steps are a multiple of 3 mm."],
      },
      { spacing: 3, warnings: ["1 file is a copy of another one, and left out."] },
      {
        spacing: undefined,
        warnings: ["The slices are shifted against each other, as by a gantry tilted by 15 degrees."],
      },
    ]);
  },
);

test.skipIf(pydicom === undefined)(
  "lengths on a detector and pixels of unknown size that are no squares are told",
  async () => {
    const { found } = await scan([
      {
        PixelSpacing: null,
        ImageOrientationPatient: null,
        ImagerPixelSpacing: [0.2, 0.2],
        EstimatedRadiographicMagnificationFactor: "1.25",
      },
    ]);
    const { found: oblong } = await scan([{ PixelSpacing: null, PixelAspectRatio: [2, 1] }]);
    expect([...found, ...oblong].map(({ warnings }) => warnings)).toEqual([
      [
        "Lengths are those on the detector: the patient's are smaller by about 1.25 (0.16 mm a pixel, by the file's own estimate).",
      ],
      ["Pixels are 2 times as high as wide, of unknown size: lengths are in pixels."],
    ]);
  },
);

/** A slice without a file behind it, for laws about order. */
function standIn(name: number, geometry: FrameGeometry): FoundImage {
  const image = {
    file: `/${name}`,
    identity: { sopInstanceUid: `1.${name}`, seriesInstanceUid: "1" },
    header: { rows: 4, columns: 4 },
    frameCount: 1,
    geometry: () => geometry,
  } as unknown as ImageFile;
  return { input: { file: `/${name}`, root: "/" }, image };
}

test("in whatever order files are found and in whatever direction they lie, they are read along the normal", () => {
  const angle = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(angle, angle, fc.shuffledSubarray(range(12), { minLength: 3 }), (turn, tilt, order) => {
      const row = [Math.cos(turn), Math.sin(turn), 0] as const;
      const column = [
        -Math.sin(turn) * Math.cos(tilt),
        Math.cos(turn) * Math.cos(tilt),
        Math.sin(tilt),
      ] as const;
      const normal = [
        row[1] * column[2] - row[2] * column[1],
        row[2] * column[0] - row[0] * column[2],
        row[0] * column[1] - row[1] * column[0],
      ];
      const found = order.map((index) =>
        standIn(index, {
          orientation: [...row, ...column],
          position: [3 + normal[0]! * index * 2, 7 + normal[1]! * index * 2, -5 + normal[2]! * index * 2],
        }),
      );
      const stacks = splitIntoStacks(found);
      expect(stacks).toHaveLength(1);
      const read = framesInReadingOrder(stacks[0]!.files).map(({ frame }) => Number(frame.file.slice(1)));
      expect(read).toEqual([...order].sort((a, b) => a - b));
    }),
  );
});

test("no file is lost and none comes twice, however a series is mixed", () => {
  const slice = fc.record({
    direction: fc.integer({ min: 0, max: 2 }),
    place: fc.integer({ min: 0, max: 4 }),
  });
  const directions: NonNullable<FrameGeometry["orientation"]>[] = [
    [1, 0, 0, 0, 1, 0],
    [0, 1, 0, 0, 0, -1],
    [1, 0, 0, 0, 0, -1],
  ];
  fc.assert(
    fc.property(fc.array(slice, { minLength: 1, maxLength: 20 }), (slices) => {
      const found = slices.map(({ direction, place }, index) =>
        standIn(index, { orientation: directions[direction]!, position: [place, place, place] }),
      );
      const stacks = splitIntoStacks(found);
      const names = stacks.flatMap(({ files }) => files.map(({ image }) => image.file));
      expect([...names].sort()).toEqual(found.map(({ image }) => image.file).sort());
      for (const { files } of stacks) {
        expect(new Set(files.map(({ image }) => image.geometry(0).orientation)).size).toBe(1);
      }
    }),
  );
});
