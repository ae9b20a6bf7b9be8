import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pythonWith, runPython } from "../../test-support/readers";
import { encodeLabelVolume, type PlacedLabelMap } from "./nifti-label-volume";

const nibabel = pythonWith("nibabel", "numpy");
const folder = mkdtempSync(join(tmpdir(), "slicebench-nifti-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An oblique stack: rows towards the left and back, columns towards the feet, 3 mm between slices. */
const row = [0.8, 0.6, 0] as const;
const column = [0, 0, -1] as const;
const normal = [-0.6, 0.8, 0] as const;

function labelMapAt(slice: number, value: number): PlacedLabelMap {
  const values = new Uint8Array(12);
  values[value] = value;
  return {
    rows: 3,
    columns: 4,
    values,
    geometry: {
      spacingMm: [2, 0.5],
      orientation: [...row, ...column],
      position: [10 + 3 * slice * normal[0], 20 + 3 * slice * normal[1], 30],
    },
  };
}

function readBack(bytes: Uint8Array, world: number[][]): unknown {
  const path = join(folder, "volume.nii.gz");
  writeFileSync(path, bytes);
  const program = `
import json, sys, nibabel, numpy
image = nibabel.load(sys.argv[1])
data = numpy.asarray(image.dataobj)
print(json.dumps({
  "shape": list(image.shape), "type": str(data.dtype), "zooms": [round(float(z), 5) for z in image.header.get_zooms()[:3]],
  "where": numpy.argwhere(data > 0).tolist(), "values": data[data > 0].tolist(),
  "world": [[round(float(x), 4) for x in nibabel.affines.apply_affine(image.affine, v)] for v in json.loads(sys.argv[2])],
}))`;
  return runPython(nibabel!, program, [path, JSON.stringify(world)]);
}

test.skipIf(nibabel === undefined)(
  "nibabel finds each voxel where DICOM says it is, whatever the order of the frames",
  () => {
    // Frame of slice 1 first: the stack is sorted by position. Pixel 7 is row 1, column 3.
    const volume = encodeLabelVolume([labelMapAt(1, 7), labelMapAt(0, 2)]);
    expect(
      readBack(volume, [
        [0, 0, 0],
        [3, 1, 1],
      ]),
    ).toEqual({
      shape: [4, 3, 2],
      type: "uint8",
      zooms: [0.5, 2, 3],
      where: [
        [2, 0, 0],
        [3, 1, 1],
      ],
      values: [2, 7],
      // Right and front are minus left and minus back: (10, 20, 30) in DICOM; then 3 columns, 1 row, 1 slice on.
      world: [
        [-10, -20, 30],
        [-(10 + 3 * 0.5 * 0.8 - 3 * 0.6), -(20 + 3 * 0.5 * 0.6 + 3 * 0.8), 28],
      ].map((point) => point.map((value) => Number(value.toFixed(4)))),
    });
  },
);

test.skipIf(nibabel === undefined)("slices that were taken at two times become a fourth dimension", () => {
  const volume = encodeLabelVolume([labelMapAt(0, 1), labelMapAt(0, 2), labelMapAt(1, 3), labelMapAt(1, 4)]);
  expect(readBack(volume, [])).toMatchObject({
    shape: [4, 3, 2, 2],
    where: [
      [0, 1, 1, 1],
      [1, 0, 0, 0],
      [2, 0, 0, 1],
      [3, 0, 1, 0],
    ],
    values: [4, 1, 2, 3],
  });
});

test("a series with a missing slice, or a time too few, is refused with advice", () => {
  const gap = [0, 1, 3].map((slice) => labelMapAt(slice, 1));
  const times = [labelMapAt(0, 1), labelMapAt(0, 1), labelMapAt(1, 1)];
  for (const frames of [gap, times]) {
    expect(() => encodeLabelVolume(frames)).toThrow(
      expect.objectContaining({
        code: "VOLUME_UNEVEN",
        hint: expect.stringContaining("--format png") as string,
      }),
    );
  }
});

test("pictures without a place become a stack with their spacing, the same bytes each time", () => {
  const picture = { rows: 2, columns: 2, values: Uint8Array.of(0, 1, 2, 3), geometry: {} };
  expect(encodeLabelVolume([picture])).toEqual(encodeLabelVolume([picture]));
});
