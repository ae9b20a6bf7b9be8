import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pythonWith, runPython } from "../../../test-support/readers";
import type { Frame } from "../image/frame";
import { angleAt, distanceBetween, type MeasuredFigures, measureShape } from "./measure-shape";
import { type MeasuredShape, outlineOf } from "./measurement";

const meaning: Frame["meaning"] = {
  photometricInterpretation: "MONOCHROME2",
  bitsStored: 16,
  rescaleSlope: 1,
  rescaleIntercept: -1024,
  unit: "HU",
  windows: [],
  voiFunction: "LINEAR",
};

function frameOf(rows: number, columns: number, spacingMm?: [number, number]): Frame {
  const pixels = Uint16Array.from({ length: rows * columns }, (_, at) => (at * 7919) % 4001);
  return {
    rows,
    columns,
    samplesPerPixel: 1,
    pixels,
    meaning,
    geometry: { ...(spacingMm && { spacingMm }) },
  };
}

function regionOf(shape: MeasuredShape, frame: Frame): Extract<MeasuredFigures, { kind: "region" }> {
  const figures = measureShape(shape, frame);
  if (figures.kind !== "region") throw new Error("no region");
  return figures;
}

const place = fc.record({
  row: fc.double({ min: -20, max: 90, noNaN: true }),
  column: fc.double({ min: -20, max: 90, noNaN: true }),
});
const spacing = fc.tuple(
  fc.double({ min: 0.1, max: 5, noNaN: true }),
  fc.double({ min: 0.1, max: 5, noNaN: true }),
);

describe("a length", () => {
  test("stays what it is however the line is turned and moved, in millimetres", () => {
    fc.assert(
      fc.property(
        place,
        spacing,
        fc.double({ min: 1, max: 80, noNaN: true }),
        fc.nat(359),
        (from, mm, long, turn) => {
          const angle = (turn * Math.PI) / 180;
          const to = {
            row: from.row + (long * Math.sin(angle)) / mm[0],
            column: from.column + (long * Math.cos(angle)) / mm[1],
          };
          expect(distanceBetween(from, to, mm)).toBeCloseTo(long, 8);
          expect(distanceBetween(to, from, mm)).toBeCloseTo(long, 8);
        },
      ),
    );
  });

  test("is in pixels where the spacing is unknown", () => {
    const points = [
      { row: 1, column: 1 },
      { row: 4, column: 5 },
    ];
    expect(measureShape({ kind: "length", points }, frameOf(8, 8))).toEqual({
      kind: "length",
      length: 5,
      unit: "px",
    });
    expect(measureShape({ kind: "length", points }, frameOf(8, 8, [2, 0.5]))).toEqual({
      kind: "length",
      length: Math.hypot(6, 2),
      unit: "mm",
    });
  });
});

describe("an angle", () => {
  test("is that between the legs, whatever their length, their order and the pixel's shape", () => {
    fc.assert(
      fc.property(place, spacing, fc.nat(359), fc.nat(180), (vertex, mm, turn, wanted) => {
        const leg = (degrees: number, long: number) => ({
          row: vertex.row + (long * Math.sin((degrees * Math.PI) / 180)) / mm[0],
          column: vertex.column + (long * Math.cos((degrees * Math.PI) / 180)) / mm[1],
        });
        const [first, second] = [leg(turn, 10), leg(turn + wanted, 25)];
        expect(angleAt(vertex, [first, second], mm)).toBeCloseTo(wanted, 5);
        expect(angleAt(vertex, [second, first], mm)).toBeCloseTo(wanted, 5);
      }),
    );
  });
});

describe("an ellipse", () => {
  const ellipse: MeasuredShape = {
    kind: "ellipse",
    points: [
      { row: 10, column: 20 },
      { row: 210, column: 320 },
    ],
  };

  test("has the area of its axes, and that of the polygon along its line, to a thousandth", () => {
    const frame = frameOf(256, 400, [0.5, 0.8]);
    const { area, unit } = regionOf(ellipse, frame);
    expect(unit).toBe("mm²");
    const exact = Math.PI * 100 * 0.5 * 150 * 0.8;
    expect(Math.abs(area / exact - 1)).toBeLessThan(1e-3);
    const polygon = regionOf({ kind: "polygon", points: outlineOf(ellipse) }, frame);
    // A polygon of 72 corners within an ellipse has 72/(2π) sin(2π/72) of its area.
    const share = (72 / (2 * Math.PI)) * Math.sin((2 * Math.PI) / 72);
    expect(Math.abs(polygon.area / (exact * share) - 1)).toBeLessThan(1e-3);
  });

  test("is the same from whichever corner it is drawn", () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const frame = frameOf(64, 64);
        const of = (from: typeof a, to: typeof a) =>
          measureShape({ kind: "ellipse", points: [from, to] }, frame);
        const wanted = of(a, b);
        expect(of(b, a)).toEqual(wanted);
        expect(of({ row: a.row, column: b.column }, { row: b.row, column: a.column })).toEqual(wanted);
      }),
    );
  });
});

test("a region outside of the image has no pixels, and none of colour has values", () => {
  const points = [
    { row: -20, column: -20 },
    { row: -5, column: -5 },
  ];
  expect(measureShape({ kind: "ellipse", points }, frameOf(8, 8))).toEqual({
    kind: "region",
    pixels: 0,
    area: 0,
    unit: "px",
  });
  const colour: Frame = { ...frameOf(8, 8), samplesPerPixel: 3, pixels: new Uint8Array(192) };
  const box = [
    { row: 0, column: 0 },
    { row: 8, column: 8 },
  ];
  expect(measureShape({ kind: "ellipse", points: box }, colour)).toEqual({
    kind: "region",
    pixels: 52,
    area: 52,
    unit: "px",
  });
});

const python = pythonWith("numpy", "skimage");

const program = `
import json, sys
import numpy as np
from skimage.draw import ellipse, polygon
rows, columns, shapes = json.load(sys.stdin)
image = ((np.arange(rows * columns, dtype=np.int64) * 7919) % 4001 - 1024).astype(float).reshape(rows, columns)
answers = []
for kind, points in shapes:
    p = np.array(points) - 0.5  # scikit-image has a pixel's centre on whole numbers
    if kind == "ellipse":
        middle, radii = p.mean(axis=0), np.abs(p[1] - p[0]) / 2
        inside = ellipse(*middle, *radii, shape=image.shape)
    else:
        inside = polygon(p[:, 0], p[:, 1], shape=image.shape)
    v = image[inside]
    answers.append([len(v)] + ([v.mean(), v.std(), v.min(), v.max()] if len(v) else []))
print(json.dumps(answers))
`;

test.skipIf(python === undefined)(
  "mean, SD, least and greatest are numpy's of the pixels that scikit-image finds inside",
  () => {
    const frame = frameOf(64, 80);
    const corners = fc.record({
      row: fc.double({ min: -10, max: 75, noNaN: true }),
      column: fc.double({ min: -10, max: 90, noNaN: true }),
    });
    const shapes: MeasuredShape[] = [
      ...fc
        .sample(fc.tuple(corners, corners), { numRuns: 60, seed: 1 })
        .map((points): MeasuredShape => ({ kind: "ellipse", points })),
      ...fc
        .sample(fc.array(corners, { minLength: 3, maxLength: 8 }), { numRuns: 60, seed: 2 })
        .map((points): MeasuredShape => ({ kind: "polygon", points })),
    ];
    const asked = shapes.map(({ kind, points }) => [kind, points.map(({ row, column }) => [row, column])]);
    const answers = runPython(python!, program, [], JSON.stringify([64, 80, asked])) as number[][];
    shapes.forEach((shape, at) => {
      const { pixels, intensity } = regionOf(shape, frame);
      const ours = intensity
        ? [pixels, intensity.mean, intensity.standardDeviation, intensity.minimum, intensity.maximum]
        : [pixels];
      expect(ours).toHaveLength(answers[at]!.length);
      ours.forEach((figure, index) => expect(figure).toBeCloseTo(answers[at]![index]!, 6));
    });
  },
);
