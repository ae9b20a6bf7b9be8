import { describe, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import { SeededRandom } from "../random";
import { separateByDepth, separateByProbability } from "./objects";
import { watershed } from "./watershed";

const line = (values: number[]) => ({ slices: 1, rows: 1, columns: values.length });

describe("watershed", () => {
  test("basins meet at the ridge, and water stays within the mask", () => {
    const surface = [0, 1, 2, 5, 2, 1, 0, 9, 0];
    const markers = Int32Array.of(1, 0, 0, 0, 0, 0, 2, 0, 0);
    const mask = Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 0, 1);
    const basins = watershed(surface, { markers, mask }, line(surface));
    expect([...basins]).toEqual([1, 1, 1, 1, 2, 2, 2, 0, 0]);
  });

  test("a plateau is shared evenly, as water comes from both sides at once", () => {
    const surface = [0, 3, 3, 3, 3, 0];
    const markers = Int32Array.of(4, 0, 0, 0, 0, 7);
    const basins = watershed(surface, { markers, mask: new Uint8Array(6).fill(1) }, line(surface));
    expect([...basins]).toEqual([4, 4, 4, 7, 7, 7]);
  });

  const skimage = pythonWith("skimage", "numpy");
  const inPython = `
import json, sys
import numpy as np
from skimage.segmentation import watershed
answers = []
for case in json.load(sys.stdin):
    shape = case["shape"]
    surface, markers, mask = (np.array(case[key]).reshape(shape) for key in ("surface", "markers", "mask"))
    answers.append(watershed(surface, markers, mask=mask.astype(bool)).ravel().tolist())
print(json.dumps(answers))`;

  test.skipIf(skimage === undefined)("every voxel goes where scikit-image sends it, in 2D and 3D", () => {
    const random = new SeededRandom(17);
    const shapes: [number, number, number][] = [
      [1, 40, 53],
      [1, 64, 64],
      [9, 20, 17],
      [6, 24, 31],
    ];
    const cases = shapes.map((shape) => {
      const [slices, rows, columns] = shape;
      const count = slices * rows * columns;
      const markers = new Int32Array(count);
      for (let marker = 1; marker <= 12; marker++) markers[random.below(count)] = marker;
      const surface = Float64Array.from({ length: count }, () => random.unit());
      const mask = Uint8Array.from({ length: count }, () => (random.chance(0.85) ? 1 : 0));
      return { shape, size: { slices, rows, columns }, surface, markers, mask };
    });
    const given = cases.map(({ shape, surface, markers, mask }) => ({
      shape: shape[0] === 1 ? shape.slice(1) : shape,
      surface: [...surface],
      markers: [...markers],
      mask: [...mask],
    }));
    const answers = runPython(skimage!, inPython, [], JSON.stringify(given)) as number[][];
    cases.forEach(({ surface, markers, mask, size }, at) => {
      expect([...watershed(surface, { markers, mask }, size)]).toEqual(answers[at]);
    });
  });
});

describe("objects", () => {
  test("touching objects part where the probability dips; one without a seed stays whole", () => {
    const probability = Float32Array.of(0.6, 0.95, 0.8, 0.7, 0.92, 0.6, 0.2, 0.6, 0.7, 0.1);
    expect([...separateByProbability(probability, line([...probability]))]).toEqual([
      1, 1, 1, 2, 2, 2, 0, 3, 3, 0,
    ]);
  });

  test("two discs that touch part at their waist", () => {
    const [rows, columns] = [30, 50];
    const isIn = (x: number, y: number, centre: number) => (x - centre) ** 2 + (y - 14.5) ** 2 < 11 ** 2;
    const mask = Uint8Array.from({ length: rows * columns }, (_, at) => {
      const [x, y] = [at % columns, Math.floor(at / columns)];
      return isIn(x, y, 15) || isIn(x, y, 34) ? 1 : 0;
    });
    const grid = { slices: 1, rows, columns, spacing: [1, 1, 1] as const };
    const objects = separateByDepth(mask, grid, 7);
    const at = (x: number, y: number) => objects[y * columns + x];
    expect([at(5, 14), at(23, 14), at(26, 14), at(44, 14), at(0, 0)]).toEqual([1, 1, 2, 2, 0]);
    expect(objects.every((object, place) => (object === 0) === (mask[place] === 0))).toBe(true);
    expect(Math.max(...objects)).toBe(2);
  });
});
