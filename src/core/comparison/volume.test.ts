import { expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import type { FrameGeometry } from "../image/frame";
import { SeededRandom } from "../random";
import type { LabelMap } from "../mask/label-map";
import { measureCase } from "./measure-case";
import { stackLabelMaps, volumeGrid } from "./volume";

const size = { rows: 24, columns: 20 };
const slice = (z: number, geometry: FrameGeometry = {}) => ({
  ...size,
  geometry: {
    spacingMm: [0.8, 0.7] as [number, number],
    position: [0, 0, z] as [number, number, number],
    orientation: [1, 0, 0, 0, 1, 0] as NonNullable<FrameGeometry["orientation"]>,
    ...geometry,
  },
});

test("evenly spaced slices of one grid are a volume, and nothing else is", () => {
  expect(volumeGrid([slice(0), slice(2.5), slice(5)])).toEqual({
    ...size,
    slices: 3,
    spacingMm: [0.8, 0.7, 2.5],
  });
  expect(volumeGrid([slice(0), slice(2.5), slice(7.5)])).toBeUndefined();
  expect(volumeGrid([slice(0), slice(0), slice(0)])).toBeUndefined();
  expect(volumeGrid([slice(0)])).toBeUndefined();
  expect(volumeGrid([slice(0), { ...slice(2.5), rows: 32 }])).toBeUndefined();
  expect(volumeGrid([slice(0), slice(2.5, { spacingMm: [1, 1] })])).toBeUndefined();
});

/** Ellipsoids that differ by an offset and by noise along their border. */
function ellipsoid(seed: number, offset: number): LabelMap[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: 9 }, (_, z) => ({
    ...size,
    values: Uint8Array.from({ length: size.rows * size.columns }, (_, at) => {
      const [row, column] = [Math.floor(at / size.columns), at % size.columns];
      const distance = ((z - 4) / 3.2) ** 2 + ((row - 12 - offset) / 7) ** 2 + ((column - 9) / 6) ** 2;
      return distance + 0.15 * random.normal() < 1 ? 1 : 0;
    }),
  }));
}

const spacingMm = [0.8, 0.7, 2.5] as const;
const candidate = stackLabelMaps(ellipsoid(1, 2));
const wanted = stackLabelMaps(ellipsoid(2, 0));
const measure = () =>
  measureCase(
    [{ model: "a", labels: candidate }],
    { labels: wanted },
    { segments: [{ value: 1, label: "E" }], spacingMm, objects: false },
  ).results[0]!.segments!.E!;

test("lengths of a stack go through its slices, as those of single slices do not", () => {
  const { hd95, dice } = measure();
  const flat = measureCase(
    [{ model: "a", labels: { ...candidate, slices: 1, rows: 9 * 24 } }],
    { labels: { ...wanted, slices: 1, rows: 9 * 24 } },
    { segments: [{ value: 1, label: "E" }], spacingMm, objects: false },
  ).results[0]!.segments!.E!;
  expect(dice!.value).toBe(flat.dice!.value);
  expect(hd95!.value).not.toBe(flat.hd95!.value);
});

const python = pythonWith("monai", "torch", "scipy");

test.skipIf(python === undefined)("a volume's figures are those of MONAI and SciPy", () => {
  const program = `
import json, sys, numpy as np, torch
from scipy import ndimage
from monai.metrics import DiceMetric, HausdorffDistanceMetric, SurfaceDistanceMetric
given = json.loads(sys.stdin.read())
a, b = (np.array(given[key], np.uint8).reshape(9, 24, 20) for key in ("a", "b"))
spacing = [2.5, 0.8, 0.7]
t = [torch.from_numpy(x.astype(np.float32))[None, None] for x in (a, b)]
dice = float(DiceMetric(include_background=True)(t[0], t[1])[0, 0])
hd = float(HausdorffDistanceMetric(include_background=True)(t[0], t[1], spacing=spacing)[0, 0])
def border(mask):
    return mask & ~ndimage.binary_erosion(mask, ndimage.generate_binary_structure(3, 1), border_value=0)
A, B = border(a.astype(bool)), border(b.astype(bool))
to_b = ndimage.distance_transform_edt(~B, sampling=spacing)[A]
to_a = ndimage.distance_transform_edt(~A, sampling=spacing)[B]
print(json.dumps({"dice": dice, "hausdorff": hd, "hausdorffScipy": float(max(to_b.max(), to_a.max())),
  "hd95": float(max(np.percentile(to_b, 95), np.percentile(to_a, 95))),
  "assd": float((to_b.sum() + to_a.sum()) / (len(to_b) + len(to_a)))}))
`;
  const theirs = runPython(
    python!,
    program,
    [],
    JSON.stringify({ a: [...candidate.values], b: [...wanted.values] }),
  ) as Record<string, number>;
  const own = measure();
  expect(own.dice!.value).toBeCloseTo(theirs.dice!, 6);
  // MONAI's lengths have 24 bits.
  expect(own.hausdorff!.value).toBeCloseTo(theirs.hausdorff!, 4);
  expect(own.hausdorff!.value).toBeCloseTo(theirs.hausdorffScipy!, 9);
  expect(own.hd95!.value).toBeCloseTo(theirs.hd95!, 9);
  expect(own.assd!.value).toBeCloseTo(theirs.assd!, 9);
});
