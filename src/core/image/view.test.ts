import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chooseScaleBar,
  fittedCamera,
  flipLeftRight,
  imageToScreen,
  mapPoint,
  resolveCamera,
  rotateClockwise,
  transferCamera,
  zoomAt,
  type Camera,
  type QuarterTurn,
} from "./view";

const image = { rows: 200, columns: 100, spacingMm: [0.5, 1] as const };
const view = { width: 400, height: 300 };
const screenOf = (camera: Camera, point: { x: number; y: number }) =>
  mapPoint(imageToScreen(camera, image, view), point);

const cameras = fc.record({
  fitted: fc.boolean(),
  zoom: fc.double({ min: 0.1, max: 20, noNaN: true }),
  panX: fc.integer({ min: -50, max: 50 }),
  panY: fc.integer({ min: -50, max: 50 }),
  rotation: fc.constantFrom<QuarterTurn>(0, 90, 180, 270),
  flipHorizontal: fc.boolean(),
  flipVertical: fc.boolean(),
});

describe("a camera", () => {
  test("that fits shows the whole image, its pixels in their true proportions", () => {
    // 100 mm wide and 100 mm high: a square, as high as the viewport.
    expect(screenOf(fittedCamera, { x: 0, y: 0 })).toEqual({ x: 50, y: 0 });
    expect(screenOf(fittedCamera, { x: 100, y: 200 })).toEqual({ x: 350, y: 300 });
  });

  test("turned four times, or flipped twice, is as it was", () => {
    fc.assert(
      fc.property(cameras, (camera) => {
        const turned = [1, 2, 3, 4].reduce((each) => rotateClockwise(each), camera);
        const flipped = flipLeftRight(flipLeftRight(camera));
        for (const same of [turned, flipped]) {
          const at = screenOf(same, { x: 10, y: 20 });
          const before = screenOf(camera, { x: 10, y: 20 });
          expect(at.x).toBeCloseTo(before.x);
          expect(at.y).toBeCloseTo(before.y);
        }
      }),
    );
  });

  test("zooms about the pointer: the image point under it stays", () => {
    fc.assert(
      fc.property(cameras, fc.integer({ min: 0, max: 400 }), (camera, x) => {
        const point = { x: 30, y: 40 };
        const pointer = screenOf(camera, point);
        const zoomed = zoomAt(camera, { image, view }, { factor: x / 200 + 0.3, pointer });
        expect(screenOf(zoomed, point).x).toBeCloseTo(pointer.x);
        expect(screenOf(zoomed, point).y).toBeCloseTo(pointer.y);
      }),
    );
  });

  test("fits a region of the image into the middle, whatever its orientation", () => {
    const region = { left: 60, top: 120, right: 80, bottom: 160 };
    fc.assert(
      fc.property(cameras, (camera) => {
        const fitted = { ...camera, fitted: true, region };
        const middle = screenOf(fitted, { x: 70, y: 140 });
        expect(middle.x).toBeCloseTo(200);
        expect(middle.y).toBeCloseTo(150);
        // 20 x 20 mm into 300 pixels.
        expect(resolveCamera(fitted, image, view).zoom).toBeCloseTo(300 / 40);
      }),
    );
  });

  test("keeps a region only where the other image has the same matrix", () => {
    const camera = { ...fittedCamera, region: { left: 0, top: 0, right: 10, bottom: 10 } };
    expect(transferCamera(camera, image, { rows: 200, columns: 100 })).toEqual(camera);
    expect(transferCamera(camera, image, { rows: 64, columns: 64 })).toEqual(fittedCamera);
  });
});

test.each([
  { zoom: 2, unitMm: 1, longest: 120, bar: { pixels: 100, label: "50 mm" } },
  { zoom: 4, unitMm: 0.5, longest: 100, bar: { pixels: 80, label: "10 mm" } },
  { zoom: 40, unitMm: 0.1, longest: 100, bar: { pixels: 80, label: "0.2 mm" } },
  { zoom: 3, unitMm: undefined, longest: 100, bar: { pixels: 60, label: "20 px" } },
])(
  "the scale bar at zoom $zoom with $unitMm mm a unit is $bar.label long",
  ({ zoom, unitMm, longest, bar }) => {
    expect(chooseScaleBar(zoom, unitMm, longest)).toEqual(bar);
  },
);
