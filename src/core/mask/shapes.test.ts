import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LabelMap } from "./label-map";
import { overwritable } from "./paint";
import { paintEllipse, paintPolygon, paintRectangle } from "./shapes";

const paint = {
  value: 1,
  overwrites: overwritable({ rule: "all", active: 1, hidden: new Set(), locked: new Set() }),
};
const emptyMap = (): LabelMap => ({ rows: 10, columns: 10, values: new Uint8Array(100) });
const count = ({ values }: LabelMap): number => values.reduce((sum, value) => sum + value, 0);
const place = fc.record({ row: fc.integer({ min: -2, max: 12 }), column: fc.integer({ min: -2, max: 12 }) });

describe("a polygon", () => {
  test("on whole corners covers as many pixels as its area says (shoelace)", () => {
    const map = emptyMap();
    const corners = [
      { row: 1, column: 1 },
      { row: 1, column: 7 },
      { row: 5, column: 7 },
      { row: 5, column: 4 },
      { row: 8, column: 4 },
      { row: 8, column: 1 },
    ];
    const area = paintPolygon(map, corners, paint);
    expect(count(map)).toBe(6 * 4 + 3 * 3);
    expect(area).toEqual({ row: 1, column: 1, rows: 7, columns: 6 });
  });

  test("is the same from whichever corner and in whichever direction it is drawn", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 3, maxLength: 8 }), fc.nat(7), (corners, shift) => {
        const wanted = emptyMap();
        paintPolygon(wanted, corners, paint);
        const turned = emptyMap();
        const start = shift % corners.length;
        paintPolygon(turned, [...corners.slice(start), ...corners.slice(0, start)], paint);
        expect(turned).toEqual(wanted);
        const reversed = emptyMap();
        paintPolygon(reversed, corners.toReversed(), paint);
        expect(reversed).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test("and its neighbour across a shared side share no pixel and leave none between", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 }), (top, bottom) => {
        const cut = [
          { row: 0, column: top },
          { row: 10, column: bottom },
        ];
        const left = emptyMap();
        paintPolygon(left, [{ row: 0, column: 0 }, ...cut, { row: 10, column: 0 }], paint);
        const right = emptyMap();
        paintPolygon(right, [{ row: 0, column: 10 }, ...cut, { row: 10, column: 10 }], paint);
        expect([...left.values].map((value, at) => value + right.values[at]!)).toEqual(Array(100).fill(1));
      }),
    );
  });

  test("of two corners, or beside the image, is nothing", () => {
    const map = emptyMap();
    expect(
      paintPolygon(
        map,
        [
          { row: 0, column: 0 },
          { row: 9, column: 9 },
        ],
        paint,
      ),
    ).toBeUndefined();
    const outside = { from: { row: 20, column: 20 }, to: { row: 30, column: 30 } };
    expect(paintRectangle(map, outside, paint)).toBeUndefined();
    expect(count(map)).toBe(0);
  });
});

test("a rectangle is the same from each of its corners", () => {
  const from = { row: 2.2, column: 1.4 };
  const to = { row: 6.9, column: 8.1 };
  const wanted = emptyMap();
  paintRectangle(wanted, { from, to }, paint);
  expect(count(wanted)).toBe(5 * 7);
  const swapped = emptyMap();
  const corners = { from: { row: to.row, column: from.column }, to: { row: from.row, column: to.column } };
  paintRectangle(swapped, corners, paint);
  expect(swapped).toEqual(wanted);
});

test("an ellipse touches its box and has its area", () => {
  const map = { rows: 200, columns: 300, values: new Uint8Array(60_000) };
  paintEllipse(map, { from: { row: 10, column: 20 }, to: { row: 190, column: 280 } }, paint);
  expect(count(map) / (Math.PI * 90 * 130)).toBeCloseTo(1, 2);
  expect(map.values[10 * 300 + 150]).toBe(1);
  expect(map.values[9 * 300 + 150]).toBe(0);
});
