import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import { fillHoles, keepLargest, labelComponents, removeIslands } from "./components";
import { paintPixels } from "./paint";
import { medianMask, closeMask, growMask, openMask, shrinkMask } from "./morphology";
import { growOnSlice, growRegion, growWithinTolerance } from "./region-growing";

const volumes = fc
  .record({
    slices: fc.integer({ min: 1, max: 4 }),
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 9 }),
  })
  .chain((size) => {
    const length = size.slices * size.rows * size.columns;
    return fc.record({
      size: fc.constant(size),
      mask: fc.uint8Array({ minLength: length, maxLength: length, max: 1 }),
    });
  });
const isWithin = (inner: Uint8Array, outer: Uint8Array) => inner.every((value, at) => value <= outer[at]!);

describe("region growing", () => {
  test("from a voxel gives the component that holds it", () => {
    fc.assert(
      fc.property(volumes, fc.nat(), ({ size, mask }, pick) => {
        const at = pick % mask.length;
        const seed = {
          slice: Math.floor(at / (size.rows * size.columns)),
          row: Math.floor(at / size.columns) % size.rows,
          column: at % size.columns,
        };
        const { labels } = labelComponents(mask, size);
        const region = growRegion(size, seed, (voxel) => mask[voxel] === 1);
        const wanted = labels.map((label) => (label !== 0 && label === labels[at] ? 1 : 0));
        expect([...region]).toEqual([...wanted]);
      }),
    );
  });

  test("slice by slice gives what it gives in the volume at once", () => {
    fc.assert(
      fc.property(volumes, fc.nat(), ({ size, mask }, pick) => {
        const perSlice = size.rows * size.columns;
        const at = pick % mask.length;
        const start = Math.floor(at / perSlice);
        const column = at % size.columns;
        const seed = { slice: start, row: Math.floor(at / size.columns) % size.rows, column };
        const marks = Array.from({ length: size.slices }, () => new Uint8Array(perSlice));
        const waiting: [slice: number, seeds: number[]][] = [[start, [at % perSlice]]];
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const [slice, seeds] = next;
          const known = { ...size, marks: marks[slice]! };
          const gained = growOnSlice(known, seeds, (pixel) => mask[slice * perSlice + pixel] === 1);
          if (gained.length === 0) continue;
          for (const other of [slice - 1, slice + 1]) if (marks[other]) waiting.push([other, gained]);
        }
        const region = marks.flatMap((slice) => [...slice].map((mark) => (mark === 1 ? 1 : 0)));
        expect(region).toEqual([...growRegion(size, seed, (voxel) => mask[voxel] === 1)]);
      }),
    );
  });

  test("filling a second time changes nothing", () => {
    fc.assert(
      fc.property(volumes, fc.nat(), ({ size, mask }, pick) => {
        const [rows, columns] = [size.rows, size.columns];
        const map = { rows, columns, values: mask.slice(0, rows * columns) };
        const seed = pick % map.values.length;
        const paint = { value: 2, overwrites: new Uint8Array(256).fill(1) };
        const fill = () => {
          const label = map.values[seed];
          const marks = new Uint8Array(rows * columns);
          const pixels = growOnSlice({ rows, columns, marks }, [seed], (at) => map.values[at] === label);
          paintPixels(map, pixels, paint);
        };
        fill();
        const once = map.values.slice();
        fill();
        expect(map.values).toEqual(once);
      }),
    );
  });

  test("keeps to the tolerance about the seed's value, and a seed outside gives nothing", () => {
    const size = { slices: 1, rows: 1, columns: 6 };
    const samples = Int16Array.of(-10, 0, 4, 9, 2, 0);
    expect([
      ...growWithinTolerance(samples, size, { seed: { slice: 0, row: 0, column: 1 }, tolerance: 4 }),
    ]).toEqual([0, 1, 1, 0, 0, 0]);
    const outside = { seed: { slice: 0, row: 0, column: 6 }, tolerance: 100 };
    expect(growWithinTolerance(samples, size, outside).some((value) => value === 1)).toBe(false);
  });
});

describe("laws", () => {
  test("filling holes keeps the mask, leaves its outside alone, and no hole is left", () => {
    fc.assert(
      fc.property(volumes, ({ size, mask }) => {
        const filled = fillHoles(mask, size);
        expect(isWithin(mask, filled)).toBe(true);
        if (size.slices > 1) {
          // Background grown from all sides at once, as if the grid lay in a larger one.
          const around = { slices: size.slices + 2, rows: size.rows + 2, columns: size.columns + 2 };
          const perSlice = around.rows * around.columns;
          const placed = new Uint8Array(around.slices * perSlice);
          const place = (at: number) => {
            const [slice, within] = [
              Math.floor(at / (size.rows * size.columns)),
              at % (size.rows * size.columns),
            ];
            return (
              (slice + 1) * perSlice +
              (Math.floor(within / size.columns) + 1) * around.columns +
              (within % size.columns) +
              1
            );
          };
          mask.forEach((value, at) => (placed[place(at)] = value));
          const outside = growRegion(around, { slice: 0, row: 0, column: 0 }, (at) => placed[at] === 0);
          expect([...filled]).toEqual(Array.from(mask, (_, at) => 1 - outside[place(at)]!));
        }
      }),
    );
  });

  test("a median leaves a mask and its opposite each other's opposite, and what is even stays", () => {
    const radii = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2));
    fc.assert(
      fc.property(volumes, radii, ({ size, mask }, radius) => {
        const opposite = (each: Uint8Array) => each.map((value) => 1 - value);
        const smoothed = medianMask(mask, size, radius);
        expect([...medianMask(opposite(mask), size, radius)]).toEqual([...opposite(smoothed)]);
        for (const even of [0, 1]) {
          const whole = new Uint8Array(mask.length).fill(even);
          expect(medianMask(whole, size, radius)).toEqual(whole);
        }
        expect(medianMask(mask, size, [0, 0, 0])).toEqual(mask);
      }),
    );
  });

  test("filling holes, removing islands and keeping the largest do nothing a second time", () => {
    fc.assert(
      fc.property(volumes, fc.integer({ min: 1, max: 5 }), ({ size, mask }, smallest) => {
        const actions = [
          (before: Uint8Array) => fillHoles(before, size),
          (before: Uint8Array) => removeIslands(before, size, smallest),
          (before: Uint8Array) => keepLargest(before, size),
        ];
        for (const action of actions) {
          const once = action(mask);
          expect([...action(once)]).toEqual([...once]);
        }
      }),
    );
  });

  test("growing holds the mask, shrinking is within it, opening and closing are idempotent", () => {
    fc.assert(
      fc.property(volumes, fc.double({ min: 0, max: 3, noNaN: true }), ({ size, mask }, distance) => {
        const grid = { ...size, spacing: [2, 1, 1.5] as const };
        expect(isWithin(mask, growMask(mask, grid, distance))).toBe(true);
        expect(isWithin(shrinkMask(mask, grid, distance), mask)).toBe(true);
        const opened = openMask(mask, grid, distance);
        expect(isWithin(opened, mask)).toBe(true);
        expect([...openMask(opened, grid, distance)]).toEqual([...opened]);
        const closed = closeMask(mask, grid, distance);
        expect(isWithin(mask, closed)).toBe(true);
        expect([...closeMask(closed, grid, distance)]).toEqual([...closed]);
      }),
    );
  });
});

/** An action on each slice for itself. */
function onSlices(
  mask: Uint8Array,
  size: { slices: number; rows: number; columns: number },
  act: (mask: Uint8Array, size: { slices: number; rows: number; columns: number }) => Uint8Array,
): number[] {
  const perSlice = size.rows * size.columns;
  return Array.from({ length: size.slices }, (_, slice) => [
    ...act(mask.subarray(slice * perSlice, (slice + 1) * perSlice), { ...size, slices: 1 }),
  ]).flat();
}

const python = pythonWith("scipy", "skimage");

test.skipIf(python === undefined)(
  "components, holes, balls and medians are scikit-image's and SciPy's",
  () => {
    const masks = fc
      .sample(volumes, { numRuns: 40, seed: 4 })
      .map(({ size, mask }) => ({ size, mask: [...mask] }));
    const answers = runPython(python!, peer, [JSON.stringify(masks)]) as {
      labels: number[];
      islands: number[];
      filled: number[];
      filledSlices: number[];
      grown: number[];
      shrunk: number[];
      median: number[];
      medianOnSlices: number[];
    }[];
    expect(answers).toHaveLength(masks.length);
    masks.forEach(({ size, mask }, index) => {
      const values = Uint8Array.from(mask);
      const grid = { ...size, spacing: [2, 1, 1.5] as const };
      expect({
        labels: [...labelComponents(values, size).labels],
        islands: [...removeIslands(values, size, 3)],
        filled: [...fillHoles(values, size)],
        filledSlices: onSlices(values, size, fillHoles),
        grown: [...growMask(values, grid, 1.6)],
        shrunk: [...shrinkMask(values, grid, 1.6)],
        median: [...medianMask(values, size, [1, 1, 2])],
        medianOnSlices: [...medianMask(values, size, [0, 1, 1])],
      }).toEqual(answers[index]);
    });
  },
);

const peer = `
import json, sys
import numpy as np
from scipy import ndimage
from skimage import measure, morphology

def answer(case):
    size = case["size"]
    shape = (size["slices"], size["rows"], size["columns"])
    mask = np.array(case["mask"], dtype=np.uint8).reshape(shape)
    inside = mask > 0
    labels = measure.label(inside, connectivity=1)
    islands = morphology.remove_small_objects(inside, 3, connectivity=1)
    # A picture of one slice is filled as a picture.
    filled_slices = np.stack([ndimage.binary_fill_holes(each) for each in inside])
    filled = ndimage.binary_fill_holes(inside) if size["slices"] > 1 else filled_slices
    spacing = (2, 1, 1.5)
    def far(array):
        if array.all():
            return np.full(shape, np.inf)
        return ndimage.distance_transform_edt(array, sampling=spacing)
    median = ndimage.median_filter(mask, size=(3, 3, 5), mode="nearest")
    median_on_slices = np.stack([ndimage.median_filter(each, size=3, mode="nearest") for each in mask])
    flat = lambda array: array.astype(int).ravel().tolist()
    return dict(labels=flat(labels), islands=flat(islands), filled=flat(filled), filledSlices=flat(filled_slices),
                grown=flat(far(~inside) <= 1.6), shrunk=flat(far(inside) > 1.6), median=flat(median),
                medianOnSlices=flat(median_on_slices))

print(json.dumps([answer(case) for case in json.loads(sys.argv[1])]))
`;
