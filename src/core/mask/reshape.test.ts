import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import type { Grid } from "../metrics/distance-transform";
import { fillHoles, keepLargest, removeIslands } from "./components";
import { fillBetween } from "./fill-between";
import { closeMask, growMask, medianMask, openMask, shrinkMask } from "./morphology";
import { combineMasks, reshapeMask, type Reshaping } from "./reshape";
import { maskOfSegment, writeSegment, writeSegments } from "./write-segment";

const stacks = fc
  .record({
    slices: fc.integer({ min: 1, max: 4 }),
    rows: fc.integer({ min: 1, max: 10 }),
    columns: fc.integer({ min: 1, max: 10 }),
    spacing: fc.constantFrom([1, 1, 1] as const, [3, 1, 1.5] as const, [0.7, 0.5, 0.5] as const),
  })
  .chain((grid) => {
    const length = grid.slices * grid.rows * grid.columns;
    const values = (max: number) => fc.uint8Array({ minLength: length, maxLength: length, max });
    // Sparse as well, so that the box about the mask is smaller than the grid.
    const sparse = fc.uniqueArray(fc.nat(length - 1), { maxLength: 3 }).map((places) => {
      const mask = new Uint8Array(length);
      places.forEach((place) => (mask[place] = 1));
      return mask;
    });
    return fc.record({ grid: fc.constant<Grid>(grid), mask: fc.oneof(sparse, values(1)), labels: values(3) });
  });

const distances = fc.double({ min: 0.4, max: 3, noNaN: true });

describe("reshaping a mask", () => {
  test("in a box about it gives what it gives on the whole grid", () => {
    fc.assert(
      fc.property(stacks, distances, fc.integer({ min: 2, max: 5 }), ({ grid, mask }, distance, smallest) => {
        const [through, across, along] = grid.spacing.map((step) => Math.round(distance / step));
        const radius = [through!, Math.max(1, across!), Math.max(1, along!)] as const;
        const cases: [Reshaping, Uint8Array][] = [
          [{ kind: "grow", distance }, growMask(mask, grid, distance)],
          [{ kind: "shrink", distance }, shrinkMask(mask, grid, distance)],
          [{ kind: "smooth", method: "opening", distance }, openMask(mask, grid, distance)],
          [{ kind: "smooth", method: "closing", distance }, closeMask(mask, grid, distance)],
          [{ kind: "smooth", method: "median", distance }, medianMask(mask, grid, radius)],
          [{ kind: "fill-holes" }, fillHoles(mask, grid)],
          [{ kind: "keep-largest" }, keepLargest(mask, grid)],
          [{ kind: "remove-islands", smallest }, removeIslands(mask, grid, smallest)],
        ];
        const before = mask.slice();
        for (const [reshaping, wanted] of cases) {
          // An empty mask has no border to see that it is empty up to.
          if (!mask.includes(1)) continue;
          expect([reshaping, [...reshapeMask(mask, grid, reshaping)]]).toEqual([reshaping, [...wanted]]);
        }
        expect(mask).toEqual(before);
      }),
    );
  });

  test("that is empty leaves it empty", () => {
    const grid: Grid = { slices: 1, rows: 3, columns: 3, spacing: [1, 1, 1] };
    const reshapings: Reshaping[] = [
      { kind: "grow", distance: 2 },
      { kind: "keep-largest" },
      { kind: "fill-holes" },
      { kind: "smooth", method: "median", distance: 2 },
    ];
    for (const reshaping of reshapings)
      expect(reshapeMask(new Uint8Array(9), grid, reshaping).includes(1)).toBe(false);
  });
});

test("masks combine as sets do", () => {
  fc.assert(
    fc.property(stacks, fc.integer({ min: 1, max: 3 }), ({ mask, labels }, value) => {
      const other = maskOfSegment(labels, value);
      const union = combineMasks(mask, other, "union");
      const both = combineMasks(mask, other, "intersection");
      expect(combineMasks(other, mask, "union")).toEqual(union);
      expect(combineMasks(other, mask, "intersection")).toEqual(both);
      const rest = combineMasks(mask, other, "subtract");
      expect(combineMasks(rest, both, "union")).toEqual(mask);
      expect(combineMasks(rest, other, "intersection").includes(1)).toBe(false);
      expect(combineMasks(union, other, "subtract")).toEqual(rest);
    }),
  );
});

describe("writing a segment", () => {
  const table = (free: readonly number[]) =>
    Uint8Array.from({ length: 256 }, (_, value) => (free.includes(value) ? 1 : 0));

  test("makes it the mask where the others give way, leaves the others alone, and does nothing a second time", () => {
    fc.assert(
      fc.property(stacks, ({ mask, labels }) => {
        const written = labels.slice();
        const paint = { value: 1, overwrites: table([0, 1, 3]) };
        writeSegment(written, mask, paint);
        labels.forEach((before, at) => {
          const wanted = mask[at] === 1 ? (before === 2 ? 2 : 1) : before === 1 ? 0 : before;
          expect(written[at]).toBe(wanted);
        });
        const again = written.slice();
        writeSegment(again, mask, paint);
        expect(again).toEqual(written);
      }),
    );
  });

  test("takes several of another layer over at once, and keeps what is locked", () => {
    const values = Uint8Array.of(0, 1, 2, 3, 3, 1, 2);
    const theirs = Uint8Array.of(5, 6, 5, 5, 0, 0, 7);
    writeSegments(values, theirs, {
      ours: new Map([
        [5, 1],
        [6, 2],
      ]),
      overwrites: table([0]),
    });
    expect([...values]).toEqual([1, 2, 1, 3, 3, 0, 0]);
  });
});

describe("filling between slices", () => {
  const size = { rows: 3, columns: 5, spacing: [1, 1] as const };
  const empty = new Uint8Array(15);
  const first = Uint8Array.from("00000" + "11100" + "00000", Number);
  const last = Uint8Array.from("00000" + "00111" + "00000", Number);

  test("fills every gap between drawn slices, or the one about a slice, and no other", () => {
    const masks = [empty, first, empty, last, last, empty, empty, first, empty];
    expect([...fillBetween(masks, size).keys()]).toEqual([2, 5, 6]);
    expect([...fillBetween(masks, size, { around: 5 }).keys()]).toEqual([5, 6]);
    expect(fillBetween(masks, size, { around: 3 }).size).toBe(0);
    // Signed distances along the middle row: -0.5 -0.5 -0.5 0.5 1.5 and 1.5 0.5 -0.5 -0.5 -0.5; their mean is
    // 0.5 0 -0.5 0 0.5, and above and below it is greater than 0.
    expect([...fillBetween(masks, size).get(2)!].join("")).toBe("00000" + "01110" + "00000");
  });

  test("goes by where the slices lie", () => {
    const near = fillBetween([first, empty, last], size, { places: [0, 1, 10] }).get(1)!;
    expect([...near]).toEqual([...first]);
  });
});

const python = pythonWith("scipy");

test.skipIf(python === undefined)("opening, closing and filling between slices are SciPy's", () => {
  const drawn = fc.sample(
    stacks.filter(({ mask }) => mask.includes(1)),
    { numRuns: 40, seed: 7 },
  );
  const answers = runPython(python!, peer, [
    JSON.stringify(drawn.map(({ grid, mask }) => ({ ...grid, mask: [...mask] }))),
  ]) as { opened: number[]; closed: number[]; between: [number, number[]][] }[];
  drawn.forEach(({ grid, mask }, index) => {
    const perSlice = grid.rows * grid.columns;
    const masks = Array.from({ length: grid.slices }, (_, slice) =>
      mask.subarray(slice * perSlice, (slice + 1) * perSlice),
    );
    const size = { ...grid, spacing: [grid.spacing[1], grid.spacing[2]] as const };
    const smooth = (method: "opening" | "closing") => [
      ...reshapeMask(mask, grid, { kind: "smooth", method, distance: 1.6 }),
    ];
    expect({
      opened: smooth("opening"),
      closed: smooth("closing"),
      between: [...fillBetween(masks, size)].map(([slice, filled]) => [slice, [...filled]]),
    }).toEqual(answers[index]);
  });
});

const peer = `
import json, sys
import numpy as np
from scipy import ndimage

def signed(mask, spacing):
    far = np.hypot(mask.shape[0] * spacing[0], mask.shape[1] * spacing[1])
    def away(array):
        return np.full(mask.shape, np.inf) if array.all() else ndimage.distance_transform_edt(array, sampling=spacing)
    half = min(spacing) / 2
    return np.where(mask, -(np.minimum(away(mask), far) - half), np.minimum(away(~mask), far) - half)

def answer(case):
    spacing = case["spacing"]
    mask = np.array(case["mask"], dtype=bool).reshape(case["slices"], case["rows"], case["columns"])
    reach = [int(1.6 / step) for step in spacing]
    offsets = np.indices([2 * each + 1 for each in reach])
    squared = sum(((offset - each) * step) ** 2 for offset, each, step in zip(offsets, reach, spacing))
    ball = squared <= 1.6 ** 2
    erode = lambda array: ndimage.binary_erosion(array, ball, border_value=1)
    grow = lambda array: ndimage.binary_dilation(array, ball)
    between = []
    drawn = [index for index, each in enumerate(mask) if each.any()]
    for first, last in zip(drawn, drawn[1:]):
        a, b = signed(mask[first], spacing[1:]), signed(mask[last], spacing[1:])
        for index in range(first + 1, last):
            share = (index - first) / (last - first)
            between.append([index, ((1 - share) * a + share * b <= 0).astype(int).ravel().tolist()])
    flat = lambda array: array.astype(int).ravel().tolist()
    return dict(opened=flat(grow(erode(mask))), closed=flat(erode(grow(mask))), between=between)

print(json.dumps([answer(case) for case in json.loads(sys.argv[1])]))
`;
