import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeMrSeries } from "../../../test-support/mr-series";
import { programOrSkip, pythonWith, runPython } from "../../../test-support/readers";
import type { LabelMap } from "../../core/mask/label-map";
import type { Vector } from "../../core/image/patient-space";
import { readSourceFrames, readTargetFrames } from "../../services/derived-sources";
import { scanInputs } from "../../services/scan-inputs";
import { readContent } from "../file-content";
import { readLabelVolume } from "../nifti-label-reader";
import { encodeLabelVolume } from "../nifti-label-volume";
import { newUid } from "./derived-object";
import { readSegmentation } from "./read-segmentation";
import { readStructureSet } from "./read-structure-set";
import type { ReadSegments, TargetFrame } from "./target-frames";
import {
  encodeBinarySegmentation,
  encodeFractionalSegmentation,
  encodeLabelMapSegmentation,
  type Segmentation,
} from "./write-segmentation";
import { encodeStructureSet } from "./write-structure-set";

const folder = mkdtempSync(join(tmpdir(), "slicebench-objects-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const maker = { softwareVersion: "0.1.0", now: new Date(2026, 0, 2, 3, 4, 5) };
const rows = 11;
const columns = 13;

/** Rows and columns along the patient's axes in all eight ways, each turned a little out of them. */
const orientations = [
  { name: "rows to the left, columns to the back", row: [1, 0], column: [0, 1] },
  { name: "rows to the right, columns to the back", row: [-1, 0], column: [0, 1] },
  { name: "rows to the left, columns to the front", row: [1, 0], column: [0, -1] },
  { name: "rows to the right, columns to the front", row: [-1, 0], column: [0, -1] },
  { name: "rows to the back, columns to the left", row: [0, 1], column: [1, 0] },
  { name: "rows to the front, columns to the left", row: [0, -1], column: [1, 0] },
  { name: "rows to the back, columns to the right", row: [0, 1], column: [-1, 0] },
  { name: "rows to the front, columns to the right", row: [0, -1], column: [-1, 0] },
] as const;
const spacings = [
  [0.7, 1.3],
  [1.3, 0.7],
] as const;
const steps = [2.5, -2.5] as const;

/** Turned by 20 degrees about the first axis, then by 10 about the third. */
function tilt([x, y, z]: Vector): Vector {
  const [a, b] = [(20 * Math.PI) / 180, (10 * Math.PI) / 180];
  const [y1, z1] = [y * Math.cos(a) - z * Math.sin(a), y * Math.sin(a) + z * Math.cos(a)];
  return [x * Math.cos(b) - y1 * Math.sin(b), x * Math.sin(b) + y1 * Math.cos(b), z1];
}

const round = (vector: Vector) => vector.map((value) => Number(value.toFixed(8))) as [number, number, number];

interface TestCase {
  name: string;
  segmentation: Segmentation;
  targets: TargetFrame[];
  /** In reading order. */
  sourceFiles: string[];
}

const cases: TestCase[] = [];

/** Segments 2 and 5 in speckles with holes, islands and pixels that touch at corners; the first slice is empty. */
function speckled(slice: number): LabelMap {
  const values = Uint8Array.from({ length: rows * columns }, (_, pixel) => {
    const noise = ((pixel + 1) * 2_654_435_761 * (slice + 1)) >>> 27;
    return slice === 0 ? 0 : noise < 12 ? 2 : noise < 20 ? 5 : 0;
  });
  return { rows, columns, values };
}

beforeAll(async () => {
  for (const orientation of orientations) {
    for (const spacing of spacings) {
      for (const step of steps) {
        const row = round(tilt([...orientation.row, 0]));
        const column = round(tilt([...orientation.column, 0]));
        const along = tilt([0, 0, step]);
        const name = `${orientation.name}, ${spacing.join(" x ")} mm, slices ${step} mm apart`;
        const sourceFolder = writeMrSeries(
          join(folder, `series-${cases.length}`),
          [0, 1, 2].map((slice) => ({
            rows,
            columns,
            geometry: {
              spacingMm: [...spacing],
              position: round([
                -31.234567 + slice * along[0],
                17.5 + slice * along[1],
                404.1 + slice * along[2],
              ]),
              orientation: [...row, ...column],
              sliceThicknessMm: 2.5,
            },
          })),
        );
        const [series] = (await scanInputs([sourceFolder])).series;
        const sources = await readSourceFrames(series!.frames);
        cases.push({
          name,
          sourceFiles: series!.frames.map(({ file }) => file),
          targets: await readTargetFrames(series!.frames),
          segmentation: {
            name: "Network · of a long name, for tests",
            algorithm: { type: "AUTOMATIC", name: "Test network", version: "1.0.0" },
            segments: [
              {
                value: 2,
                label: "Left ventricle",
                colour: "#E69F00",
                concept: { value: "87878005", scheme: "SCT", meaning: "Left ventricle" },
                trackingUid: newUid(),
              },
              { value: 5, label: "Sonst ähnlich", colour: "#56B4E9", trackingUid: newUid() },
            ],
            frames: sources.map((source, slice) => ({ source, labelMap: speckled(slice) })),
            sliceSpacingMm: 2.5,
          },
        });
      }
    }
  }
});

/** The label maps with other values for their segments. */
function labelMapsOf({ frames }: Segmentation, values: Record<number, number> = {}): Uint8Array[] {
  return frames.map(({ labelMap }) => labelMap.values.map((value) => values[value] ?? value));
}

const valuesOf = ({ labelMaps }: ReadSegments) => labelMaps.map(({ labelMap }) => labelMap.values);
/** Segment numbers in objects that count from 1. */
const counted = { 2: 1, 5: 2 };

/** Certain where a segment is, and half-likely for the other one on its second pixel. */
function probabilitiesOf({ frames, segments }: Segmentation): Uint8Array[][] {
  return frames.map(({ labelMap }) =>
    segments.map(({ value }) =>
      labelMap.values.map((each, pixel) => (each === value ? 130 + (pixel % 100) : 40)),
    ),
  );
}

function write(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function writeAll(segmentation: Segmentation, name: string) {
  return {
    binary: write(`${name}-binary.dcm`, encodeBinarySegmentation(segmentation, maker)),
    fractional: write(
      `${name}-fractional.dcm`,
      encodeFractionalSegmentation(segmentation, probabilitiesOf(segmentation), maker),
    ),
    labelMap: write(`${name}-labelmap.dcm`, encodeLabelMapSegmentation(segmentation, maker)),
    structureSet: write(`${name}-structures.dcm`, encodeStructureSet(segmentation, maker)),
  };
}

test("objects come back voxel by voxel in eight orientations, with both spacings and slice orders", async () => {
  expect(cases).toHaveLength(32);
  for (const [number, { name, segmentation, targets }] of cases.entries()) {
    const files = writeAll(segmentation, String(number));
    const binary = await readSegmentation(await readContent(files.binary), targets);
    expect(valuesOf(binary), `${name}: binary`).toEqual(labelMapsOf(segmentation, counted));
    const fractional = await readSegmentation(await readContent(files.fractional), targets);
    expect(valuesOf(fractional), `${name}: fractional`).toEqual(labelMapsOf(segmentation, counted));
    const labelMap = await readSegmentation(await readContent(files.labelMap), targets);
    expect(valuesOf(labelMap), `${name}: label map`).toEqual(labelMapsOf(segmentation));
    const structures = readStructureSet(await readContent(files.structureSet), targets);
    expect(valuesOf(structures), `${name}: contours`).toEqual(labelMapsOf(segmentation));
    const volume = encodeLabelVolume(
      segmentation.frames.map((frame) => ({ ...frame.labelMap, geometry: frame.source.geometry })),
    );
    const { labelMaps } = await readLabelVolume(
      await readContent(write(`${number}.nii.gz`, volume)),
      targets,
    );
    expect(
      labelMaps.map(({ labelMap: { values } }) => values),
      `${name}: NIfTI`,
    ).toEqual(labelMapsOf(segmentation));
    expect([binary, fractional, labelMap, structures].flatMap(({ warnings }) => warnings)).toEqual([]);
  }
});

test("objects are paired by place where the images' identities differ", async () => {
  const { segmentation, targets } = cases[5]!;
  const copies = targets.map((target) => ({ ...target, sopInstanceUid: newUid() }));
  const files = writeAll(segmentation, "by-place");
  expect(valuesOf(await readSegmentation(await readContent(files.binary), copies))).toEqual(
    labelMapsOf(segmentation, counted),
  );
  expect(valuesOf(readStructureSet(await readContent(files.structureSet), copies))).toEqual(
    labelMapsOf(segmentation),
  );
});

test("objects made on other images are refused", async () => {
  const files = writeAll(cases[0]!.segmentation, "other");
  const elsewhere = cases[1]!.targets.map(({ geometry, ...target }) => ({
    ...target,
    geometry: { ...geometry, position: [900, 900, 900] as [number, number, number] },
  }));
  await expect(readSegmentation(await readContent(files.binary), elsewhere)).rejects.toMatchObject({
    code: "SEGMENTATION_UNPAIRED",
  });
  const contours = await readContent(files.structureSet);
  expect(() => readStructureSet(contours, elsewhere)).toThrow(
    expect.objectContaining({ code: "STRUCTURE_SET_UNPAIRED" }),
  );
});

test("names, colours and concepts of segments come back", async () => {
  const { segmentation, targets } = cases[0]!;
  const files = writeAll(segmentation, "segments");
  const ventricle = {
    label: "Left ventricle",
    colour: "#E69F00",
    concept: { value: "87878005", scheme: "SCT", meaning: "Left ventricle" },
    category: { value: "123037004", scheme: "SCT", meaning: "Anatomical Structure" },
  };
  const other = {
    label: "Sonst ähnlich",
    colour: "#56B4E9",
    concept: { value: "85756007", scheme: "SCT", meaning: "Tissue" },
    category: { value: "85756007", scheme: "SCT", meaning: "Tissue" },
  };
  const { segments } = await readSegmentation(await readContent(files.binary), targets);
  expect(segments).toEqual([
    { value: 1, ...ventricle },
    { value: 2, ...other },
  ]);
  expect(readStructureSet(await readContent(files.structureSet), targets).segments).toEqual([
    { value: 2, label: ventricle.label, colour: ventricle.colour },
    { value: 5, label: other.label, colour: other.colour },
  ]);
});

test("a segmentation without a single pixel is an object all the same", async () => {
  const { segmentation, targets } = cases[0]!;
  const frames = segmentation.frames.map(({ source }) => ({ source, labelMap: speckled(0) }));
  const file = write("empty.dcm", encodeBinarySegmentation({ ...segmentation, frames }, maker));
  const { labelMaps } = await readSegmentation(await readContent(file), targets);
  expect(labelMaps.every(({ labelMap }) => labelMap.values.every((value) => value === 0))).toBe(true);
});

const dciodvfy = programOrSkip("dciodvfy", "dicom3tools");

/** What the checker of 2022 does not know of Supplement 243, which came later. */
const olderThanLabelMaps = [
  "Error - Information Object Not found",
  "Error - </SegmentSequence(0062,0002)[1]/SegmentNumber(0062,0004)> - SegmentNumber not monotonically increasing from one by one - have SegmentSequence item number 1 (from one) with SegmentNumber of 0",
];

function errorsIn(file: string): string[] {
  const { stderr, stdout } = spawnSync(dciodvfy!, ["-new", file], { encoding: "utf8" });
  return `${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("Error"));
}

describe.skipIf(dciodvfy === undefined)("dciodvfy", () => {
  test("finds no error in them", () => {
    // Each orientation once, with a spacing and an order of its own.
    const chosen = cases.filter((_, number) => number % 4 === (number >> 2) % 4);
    const errors = chosen.flatMap(({ segmentation }, number) => {
      const files = writeAll(segmentation, `checked-${number}`);
      return [
        ...errorsIn(files.binary),
        ...errorsIn(files.fractional),
        ...errorsIn(files.structureSet),
        ...errorsIn(files.labelMap).filter((error) => !olderThanLabelMaps.includes(error)),
      ];
    });
    expect(errors).toEqual([]);
  });
});

const pydicom = pythonWith("pydicom", "numpy", "skimage");
const highdicom = pythonWith("highdicom");
const dcmdump = programOrSkip("dcmdump", "dcmtk");

/** Reads a SEG with pydicom alone; prints the label maps in the order of the source files given. */
const readWithPydicom = `
import json, sys, numpy, pydicom
uids = [pydicom.dcmread(f, stop_before_pixels=True).SOPInstanceUID for f in sys.argv[2:]]
def read(file):
    segmentation = pydicom.dcmread(file)
    frames = segmentation.pixel_array.reshape(-1, segmentation.Rows, segmentation.Columns)
    maps = numpy.zeros((len(uids), segmentation.Rows, segmentation.Columns), int)
    for pixels, group in zip(frames, segmentation.PerFrameFunctionalGroupsSequence):
        source = uids.index(group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID)
        if segmentation.SegmentationType == "LABELMAP":
            maps[source] = pixels
        else:
            threshold = 127 if segmentation.SegmentationType == "FRACTIONAL" else 0
            maps[source][pixels > threshold] = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    return {"maps": [m.ravel().tolist() for m in maps], "name": str(segmentation.PatientName)}
print(json.dumps([read(file) for file in sys.argv[1].split("|")]))
`;

const readWithHighdicom = `
import json, sys, pydicom, highdicom
images = [pydicom.dcmread(f, stop_before_pixels=True) for f in sys.argv[2:]]
def read(file):
    segmentation = highdicom.seg.segread(file)
    pixels = segmentation.get_pixels_by_source_instance([image.SOPInstanceUID for image in images],
        combine_segments=True, assert_missing_frames_are_empty=True)
    described = segmentation.get_segment_description(segmentation.segment_numbers[0])
    return {
        "maps": [m.ravel().tolist() for m in pixels],
        "algorithm": described.algorithm_identification.name,
        "type": described.segmented_property_type.meaning,
        "isInFrameOfReference": segmentation.FrameOfReferenceUID == images[0].FrameOfReferenceUID,
    }
print(json.dumps([read(file) for file in sys.argv[1].split("|")]))
`;

/** Finds the pixel centres inside each contour with scikit-image, one contour over the other. */
const fillWithScikitImage = `
import json, sys, numpy, pydicom
from skimage.measure import points_in_poly
structures = pydicom.dcmread(sys.argv[1])
images = [pydicom.dcmread(f, stop_before_pixels=True) for f in sys.argv[2:]]
uids = [image.SOPInstanceUID for image in images]
maps = numpy.zeros((len(images), images[0].Rows, images[0].Columns), int)
centres = numpy.argwhere(numpy.ones(maps.shape[1:]))
for roi in structures.ROIContourSequence:
    for contour in roi.ContourSequence:
        index = uids.index(contour.ContourImageSequence[0].ReferencedSOPInstanceUID)
        image = images[index]
        points = numpy.array(contour.ContourData, float).reshape(-1, 3) - numpy.array(image.ImagePositionPatient, float)
        along, down = numpy.array(image.ImageOrientationPatient, float).reshape(2, 3)
        polygon = numpy.stack([points @ down / image.PixelSpacing[0], points @ along / image.PixelSpacing[1]], 1)
        inside = points_in_poly(centres, polygon).reshape(maps.shape[1:])
        maps[index][inside] = roi.ReferencedROINumber
print(json.dumps({"maps": [m.ravel().tolist() for m in maps]}))
`;

const asLists = (maps: readonly Uint8Array[]) => maps.map((each) => [...each]);

describe.skipIf(pydicom === undefined)("pydicom", () => {
  test.each([10, 21])("reads the same voxels and names from segmentations (case %i)", (number) => {
    const { segmentation, sourceFiles } = cases[number]!;
    const { binary, fractional, labelMap } = writeAll(segmentation, `pydicom-${number}`);
    const files = [binary, fractional, labelMap].join("|");
    const expected = (values: Record<number, number>) => ({
      maps: asLists(labelMapsOf(segmentation, values)),
      name: "Müller^Jörg=山田^太郎",
    });
    expect(runPython(pydicom!, readWithPydicom, [files, ...sourceFiles])).toEqual([
      expected(counted),
      expected(counted),
      expected({}),
    ]);
  });

  test.each([3, 28])("and scikit-image find the same pixels inside the contours (case %i)", (number) => {
    const { segmentation, sourceFiles } = cases[number]!;
    const { structureSet } = writeAll(segmentation, `filled-${number}`);
    expect(runPython(pydicom!, fillWithScikitImage, [structureSet, ...sourceFiles])).toEqual({
      maps: asLists(labelMapsOf(segmentation)),
    });
  });
});

const nibabel = pythonWith("nibabel", "numpy");

const turnWithNibabel = `
import json, sys, nibabel
nibabel.save(nibabel.as_closest_canonical(nibabel.load(sys.argv[1])), sys.argv[2])
print(json.dumps(nibabel.aff2axcodes(nibabel.load(sys.argv[2]).affine)))
`;

describe.skipIf(nibabel === undefined)("nibabel", () => {
  test("turns a volume to right, front, head, and every voxel is still found", async () => {
    for (const number of [1, 14, 23]) {
      const { segmentation, targets } = cases[number]!;
      const placed = segmentation.frames.map(({ labelMap, source: { geometry } }) => ({
        ...labelMap,
        geometry,
      }));
      const file = write(`straight-${number}.nii.gz`, encodeLabelVolume(placed));
      const turned = join(folder, `turned-${number}.nii.gz`);
      expect(runPython(nibabel!, turnWithNibabel, [file, turned])).toEqual(["R", "A", "S"]);
      const { labelMaps } = await readLabelVolume(await readContent(turned), targets);
      expect(labelMaps.map(({ labelMap: { values } }) => values)).toEqual(labelMapsOf(segmentation));
    }
  });
});

describe.skipIf(highdicom === undefined)("highdicom", () => {
  test("reads the same voxels, and what the segments are", () => {
    const { segmentation, sourceFiles } = cases[21]!;
    const { binary, labelMap } = writeAll(segmentation, "highdicom");
    const expected = (values: Record<number, number>) => ({
      maps: asLists(labelMapsOf(segmentation, values)),
      algorithm: "Test network",
      type: "Left ventricle",
      isInFrameOfReference: true,
    });
    expect(runPython(highdicom!, readWithHighdicom, [`${binary}|${labelMap}`, ...sourceFiles])).toEqual([
      expected(counted),
      expected({}),
    ]);
  });
});

describe.skipIf(dcmdump === undefined)("DCMTK", () => {
  test("parses each of them", () => {
    for (const file of Object.values(writeAll(cases[0]!.segmentation, "dcmtk"))) {
      const { status, stderr } = spawnSync(dcmdump!, ["-q", file], { encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
  });
});
