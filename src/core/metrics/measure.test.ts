import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filesIn, pythonWith, runPython, sharedData } from "../../../test-support/readers";
import { squaredDistances } from "./distance-transform";
import {
  goalOf,
  type MeasureOptions,
  measureLabelMaps,
  measureMasks,
  meanMetric,
  type MetricKey,
  metricKeys,
} from "./measure";

const scipy = pythonWith("numpy", "scipy", "skimage");

/** Masks as a Python with SciPy and scikit-image made and measured them. */
interface MeasuredCase {
  name: string;
  shape: [slices: number, rows: number, columns: number];
  /** Row, column, slice; null: lengths in pixels. */
  spacing: [number, number, number] | null;
  tolerance: number;
  width: number;
  predicted: string;
  reference: string;
  metrics: Record<(typeof metricKeys)[number], number>;
}

/** Every definition written anew with SciPy's own distance transform and erosion, and scikit-image's Hausdorff distance. */
const measureInPython = `
import base64, glob, json, os, sys
import numpy as np
from scipy import ndimage as ndi
from skimage import filters, io, metrics, morphology, color
def boundary(mask):
    near = ndi.generate_binary_structure(mask.ndim, 1)
    return mask & ~ndi.binary_erosion(mask, near, border_value=0)
def kappa(tp, fp, fn, tn):
    n = tp + fp + fn + tn
    chance = (tp + fp) / n * (tp + fn) / n + (fn + tn) / n * (fp + tn) / n
    return ((tp + tn) / n - chance) / (1 - chance)
def measure(name, predicted, reference, spacing, tolerance):
    predicted, reference = predicted.astype(bool), reference.astype(bool)
    sampling = [1.0] * predicted.ndim if spacing is None else ([spacing[2]] if predicted.ndim == 3 else []) + list(spacing[:2])
    tp = int((predicted & reference).sum()); fp = int((predicted & ~reference).sum()); fn = int((~predicted & reference).sum())
    tn = int((~predicted & ~reference).sum())
    a, b = boundary(predicted), boundary(reference)
    there = ndi.distance_transform_edt(~b, sampling=sampling)[a]
    back = ndi.distance_transform_edt(~a, sampling=sampling)[b]
    width = max(0.02 * np.hypot(predicted.shape[-2] * sampling[-2], predicted.shape[-1] * sampling[-1]), sampling[-2], sampling[-1])
    def band(mask):
        depth = ndi.distance_transform_edt(np.pad(mask, 1), sampling=sampling)
        return mask & (depth[tuple(slice(1, -1) for _ in mask.shape)] <= width * (1 + 1e-12))
    bands = band(predicted), band(reference)
    if spacing is None:
        hausdorff = metrics.hausdorff_distance(a, b)
    else:
        from scipy.spatial.distance import directed_hausdorff
        u, v = np.argwhere(a) * sampling, np.argwhere(b) * sampling
        hausdorff = max(directed_hausdorff(u, v)[0], directed_hausdorff(v, u)[0])
    shape = list(predicted.shape)
    return dict(name=name, shape=[1] * (3 - len(shape)) + shape, spacing=spacing, tolerance=tolerance, width=float(width),
        predicted=base64.b64encode(predicted.astype("u1").tobytes()).decode(), reference=base64.b64encode(reference.astype("u1").tobytes()).decode(),
        metrics=dict(dice=2 * tp / (2 * tp + fp + fn), iou=tp / (tp + fp + fn), precision=tp / (tp + fp), recall=tp / (tp + fn),
            specificity=tn / (tn + fp), volumeSimilarity=1 - abs(fn - fp) / (2 * tp + fp + fn),
            relativeVolumeDifference=(fp - fn) / (tp + fn), kappa=kappa(tp, fp, fn, tn), asd=float(there.mean()), hausdorff=float(hausdorff),
            hd95=float(max(np.percentile(there, 95), np.percentile(back, 95))), assd=float((there.sum() + back.sum()) / (len(there) + len(back))),
            surfaceDice=float(((there <= tolerance).sum() + (back <= tolerance).sum()) / (len(there) + len(back))),
            boundaryIou=float((bands[0] & bands[1]).sum() / (bands[0] | bands[1]).sum())))
cases = []
for path in sys.argv[1:]:
    reference = io.imread(path) > 0
    image = io.imread(path.replace("instances", "images").replace("masks", "images"))
    grey = color.rgb2gray(image[..., :3]) if image.ndim == 3 else image.astype(float)
    around = morphology.binary_dilation(reference, morphology.disk(9))
    predicted = around & (grey > filters.threshold_otsu(grey[around]))
    for spacing, tolerance in ((None, 1), ([0.7, 1.3, 1], 2)):
        cases.append(measure(os.path.basename(path), predicted, reference, spacing, tolerance))
rng = np.random.default_rng(5)
def blob(shape): return ndi.gaussian_filter(rng.normal(size=shape), 2) > 0.05
volume = blob((9, 31, 27))
cases.append(measure("volume", np.roll(volume, (1, 2, 0), (0, 1, 2)) & blob((9, 31, 27)), volume, None, 1))
cases.append(measure("volume in mm", np.roll(volume, (0, 3, -2), (0, 1, 2)), volume, [0.8, 1.1, 2.5], 1.5))
cases.append(measure("at the border", blob((40, 33)), blob((40, 33)), [0.5, 2.25, 1], 0.75))
print(json.dumps(cases))`;

const masks = (["nuclei/val/instances", "cardiac-lv/val/masks"] as const).flatMap((folder) => {
  const path = sharedData(folder);
  if (path === undefined) return [];
  const files = filesIn(path, ".png");
  return [0, 1, 2, 3].map((i) => files[Math.floor((i * files.length) / 4)]!);
});

function measureCase({ predicted, reference, shape, spacing, tolerance }: MeasuredCase) {
  const [slices, rows, columns] = shape;
  return measureMasks(Buffer.from(predicted, "base64"), Buffer.from(reference, "base64"), {
    slices,
    rows,
    columns,
    tolerance,
    ...(spacing && { spacingMm: spacing }),
  });
}

describe.skipIf(scipy === undefined)("on masks of real pictures", () => {
  const cases = scipy === undefined ? [] : (runPython(scipy, measureInPython, masks) as MeasuredCase[]);
  test.each(cases)("every metric is that of SciPy and scikit-image: $name, $spacing mm", (measured) => {
    const { metrics, unit, boundaryWidth } = measureCase(measured);
    expect(unit).toBe(measured.spacing === null ? "px" : "mm");
    expect(boundaryWidth).toBeCloseTo(measured.width, 10);
    for (const key of metricKeys) {
      expect({ key, value: metrics[key].value }).toEqual({
        key,
        value: expect.closeTo(measured.metrics[key], 9) as number,
      });
    }
  });
});

/** A small picture as text: `#` is inside. */
function picture(...lines: string[]): { mask: Uint8Array; rows: number; columns: number } {
  const mask = Uint8Array.from(lines.join(""), (letter) => (letter === "#" ? 1 : 0));
  return { mask, rows: lines.length, columns: lines[0]!.length };
}

describe("masks without an inside", () => {
  const { mask, rows, columns } = picture("....", ".##.", "....");
  const empty = new Uint8Array(mask.length);
  const values = (a: Uint8Array, b: Uint8Array, options: Partial<MeasureOptions> = {}) => {
    const { metrics } = measureMasks(a, b, { rows, columns, ...options });
    return Object.fromEntries(
      metricKeys.map((key) => {
        const metric = metrics[key];
        return [key, metric.value ?? metric.reason];
      }),
    );
  };

  test("two empty masks agree on nothing: all is undefined but specificity, with one reason", () => {
    const neither = "Neither mask has a pixel of this segment.";
    expect(values(empty, empty)).toEqual({
      ...Object.fromEntries(metricKeys.map((key) => [key, neither])),
      specificity: 1,
    });
  });

  test("one empty mask scores 0, and distances to it are infinite", () => {
    const infinite = "Only one of the masks has this segment, so that the distance is infinite.";
    const overlaps = { dice: 0, iou: 0, volumeSimilarity: 0, surfaceDice: 0, boundaryIou: 0 };
    const distances = { hausdorff: infinite, hd95: infinite, asd: infinite, assd: infinite };
    expect(values(empty, mask)).toEqual({
      ...overlaps,
      ...distances,
      precision: "The prediction has no pixel of this segment.",
      recall: 0,
      specificity: 1,
      relativeVolumeDifference: -1,
      kappa: 0,
    });
    expect(values(mask, empty)).toEqual({
      ...overlaps,
      ...distances,
      precision: 0,
      recall: "The reference has no pixel of this segment.",
      specificity: 10 / 12,
      relativeVolumeDifference: "The reference has no pixel of this segment.",
      kappa: 0,
    });
  });

  test("a reference without an outside has no specificity, and two such masks no kappa", () => {
    const full = mask.map(() => 1);
    const specificity = "The reference covers every pixel, so that nothing can be outside.";
    expect(values(mask, full)).toMatchObject({ specificity, kappa: 0 });
    expect(values(full, full)).toMatchObject({
      specificity,
      kappa: "Both masks cover every pixel, so that agreement by chance is complete.",
      assd: 0,
    });
  });

  test("masks of another shape are refused", () => {
    expect(() => measureMasks(mask, mask.subarray(1), { rows, columns })).toThrow(
      expect.objectContaining({ code: "MASK_SHAPE_MISMATCH" }),
    );
  });
});

const maskPair = fc
  .record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, columns }) => {
    const mask = fc.uint8Array({ minLength: rows * columns, maxLength: rows * columns, max: 1 });
    return fc.record({ rows: fc.constant(rows), columns: fc.constant(columns), a: mask, b: mask });
  });
/** Those that tell the prediction from the reference. */
const directed: ReadonlySet<MetricKey> = new Set([
  "precision",
  "recall",
  "specificity",
  "relativeVolumeDifference",
  "asd",
]);
const spacing = fc.double({ min: 0.1, max: 9, noNaN: true });

describe("laws", () => {
  test("a mask agrees with itself in everything", () => {
    fc.assert(
      fc.property(maskPair, ({ a, rows, columns }) => {
        if (!a.includes(1) || !a.includes(0)) return;
        const { metrics } = measureMasks(a, a, { rows, columns });
        const values = Object.fromEntries(metricKeys.map((key) => [key, metrics[key].value]));
        const none = { hausdorff: 0, hd95: 0, asd: 0, assd: 0, relativeVolumeDifference: 0 };
        expect(values).toEqual({ ...Object.fromEntries(metricKeys.map((key) => [key, 1])), ...none });
      }),
    );
  });

  test("exchanging the masks exchanges precision and recall, and leaves the symmetric metrics as they are", () => {
    fc.assert(
      fc.property(maskPair, ({ a, b, rows, columns }) => {
        const forth = measureMasks(a, b, { rows, columns }).metrics;
        const back = measureMasks(b, a, { rows, columns }).metrics;
        expect(back.precision.value).toEqual(forth.recall.value);
        for (const key of metricKeys) {
          if (directed.has(key)) continue;
          const [x, y] = [forth[key].value, back[key].value];
          if (x === null || y === null) expect(x).toBe(y);
          else expect(x).toBeCloseTo(y, 12);
        }
      }),
    );
  });

  test("squared distances are the least over all targets", () => {
    fc.assert(
      fc.property(maskPair, spacing, spacing, ({ a, rows, columns }, row, column) => {
        const grid = { slices: 1, rows, columns, spacing: [1, row, column] as const };
        const seen = squaredDistances(a, grid);
        seen.forEach((distance, i) => {
          let least = Infinity;
          a.forEach((target, j) => {
            if (target === 0) return;
            const [dy, dx] = [
              Math.floor(i / columns) - Math.floor(j / columns),
              (i % columns) - (j % columns),
            ];
            least = Math.min(least, (dy * row) ** 2 + (dx * column) ** 2);
          });
          if (least === Infinity) expect(distance).toBe(Infinity);
          else expect(Math.abs(distance - least)).toBeLessThanOrEqual(1e-9 * (1 + least));
        });
      }),
    );
  });
});

test("segments are measured one by one, and a label that neither map has is undefined", () => {
  const labels = (...values: number[]) => ({ rows: 1, columns: 4, values: Uint8Array.from(values) });
  const measured = measureLabelMaps(labels(0, 1, 2, 2), labels(0, 1, 1, 2), { segments: [1, 2, 3] });
  const dice = [...measured].map(([segment, { metrics }]) => [segment, metrics.dice.value]);
  expect(dice).toEqual([
    [1, 2 / 3],
    [2, 2 / 3],
    [3, null],
  ]);
});

test("a perfect prediction reaches every metric's goal", () => {
  const { mask, rows, columns } = picture("....", ".##.", "....");
  const { metrics } = measureMasks(mask, mask, { rows, columns });
  for (const key of metricKeys)
    expect([key, metrics[key].value]).toEqual([key, goalOf(key) === "high" ? 1 : 0]);
});

test("a mean is over what is defined, and says why where nothing is", () => {
  const undefinedValue = { value: null, reason: "No reason." };
  expect(meanMetric([{ value: 1 }, undefinedValue, { value: 0 }])).toEqual({ value: 0.5 });
  expect(meanMetric([undefinedValue])).toEqual(undefinedValue);
});
