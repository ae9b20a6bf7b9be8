import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LabelMap } from "./label-map";
import { type Brush, type ImagePoint, overwritable, type Paint, paintSegment } from "./paint";

const everything = overwritable({ rule: "all", active: 1, hidden: new Set(), locked: new Set() });
const emptyMap = (rows: number, columns: number): LabelMap => ({
  rows,
  columns,
  values: new Uint8Array(rows * columns),
});
const round = (radius: number): Brush => ({ shape: "round", radiusRows: radius, radiusColumns: radius });
const draw = ({ rows, columns, values }: LabelMap): string[] =>
  Array.from({ length: rows }, (_, row) =>
    [...values.subarray(row * columns, (row + 1) * columns)].map((value) => ".123456789"[value]).join(""),
  );

const points = fc.record({
  row: fc.double({ min: -3, max: 15, noNaN: true }),
  column: fc.double({ min: -3, max: 15, noNaN: true }),
});
const brushes = fc.record({
  shape: fc.constantFrom("round" as const, "square" as const),
  radiusRows: fc.double({ min: 0.5, max: 5, noNaN: true }),
  radiusColumns: fc.double({ min: 0.5, max: 5, noNaN: true }),
});

describe("a brush", () => {
  test("covers the pixels whose centres lie within its radius", () => {
    const map = emptyMap(5, 5);
    const at = { row: 2.5, column: 2.5 };
    paintSegment(map, { from: at, to: at }, { brush: round(2), paint: { value: 1, overwrites: everything } });
    expect(draw(map)).toEqual(["..1..", ".111.", "11111", ".111.", "..1.."]);
  });

  test("is an ellipse in pixels where the spacing differs by axis", () => {
    const map = emptyMap(3, 7);
    const at = { row: 1.5, column: 3.5 };
    const brush: Brush = { shape: "round", radiusRows: 1, radiusColumns: 3 };
    paintSegment(map, { from: at, to: at }, { brush, paint: { value: 1, overwrites: everything } });
    expect(draw(map)).toEqual(["...1...", "1111111", "...1..."]);
  });

  test("smaller than a pixel paints the pixel under the pointer", () => {
    const map = emptyMap(3, 3);
    const at = { row: 1.9, column: 1.9 };
    paintSegment(
      map,
      { from: at, to: at },
      { brush: round(0.1), paint: { value: 4, overwrites: everything } },
    );
    expect(draw(map)).toEqual(["...", ".4.", "..."]);
  });

  test("leaves no gap on its way, and the way back paints the same", () => {
    fc.assert(
      fc.property(points, points, brushes, (from, to, brush) => {
        const paint: Paint = { value: 1, overwrites: everything };
        const drawn = (first: ImagePoint, last: ImagePoint): LabelMap => {
          const map = emptyMap(12, 12);
          paintSegment(map, { from: first, to: last }, { brush, paint });
          // A stroke begins and ends with the brush put down.
          for (const end of [first, last]) paintSegment(map, { from: end, to: end }, { brush, paint });
          return map;
        };
        const there = drawn(from, to);
        const back = drawn(to, from);
        expect(draw(there)).toEqual(draw(back));
        // Every stamp along the way is within the sweep.
        for (let step = 0; step <= 20; step++) {
          const part = step / 20;
          const place: ImagePoint = {
            row: from.row + part * (to.row - from.row),
            column: from.column + part * (to.column - from.column),
          };
          const stamp = stampAt(place, { ...brush, radiusRows: brush.radiusRows - 1e-9 });
          for (let at = 0; at < 144; at++) if (stamp.values[at] === 1) expect(there.values[at]).toBe(1);
        }
      }),
      {
        numRuns: 60,
        examples: [
          [
            { row: 0, column: 0 },
            { row: 5e-324, column: 2.0000000000000004 },
            { shape: "square", radiusRows: 0.5, radiusColumns: 0.5 },
          ],
        ],
      },
    );
  });

  test("changes nothing outside the rectangle that it names", () => {
    fc.assert(
      fc.property(points, points, brushes, (from, to, brush) => {
        const map = emptyMap(12, 12);
        const area = paintSegment(map, { from, to }, { brush, paint: { value: 1, overwrites: everything } });
        map.values.forEach((value, at) => {
          if (value === 0) return;
          const row = Math.floor(at / 12);
          const column = at % 12;
          expect(area).toBeDefined();
          expect(row >= area!.row && row < area!.row + area!.rows).toBe(true);
          expect(column >= area!.column && column < area!.column + area!.columns).toBe(true);
        });
      }),
    );
  });
});

/** A brush put down at one place: what it covers by the definition alone. */
function stampAt(place: ImagePoint, { shape, radiusRows, radiusColumns }: Brush): LabelMap {
  const map = emptyMap(12, 12);
  for (let at = 0; at < 144; at++) {
    const y = Math.abs(Math.floor(at / 12) + 0.5 - place.row) / radiusRows;
    const x = Math.abs((at % 12) + 0.5 - place.column) / radiusColumns;
    const limit = 1 - 1e-6;
    if (shape === "round" ? x * x + y * y <= limit : x <= limit && y <= limit) map.values[at] = 1;
  }
  return map;
}

describe("what gives way to a stroke", () => {
  const segments = Uint8Array.of(0, 1, 2, 3, 4);
  const paintOver = (
    choice: Partial<Parameters<typeof overwritable>[0]>,
    within?: Paint["within"],
  ): number[] => {
    const map = { rows: 1, columns: 5, values: segments.slice() };
    const overwrites = overwritable({
      rule: "all",
      active: 1,
      hidden: new Set([3]),
      locked: new Set([4]),
      ...choice,
    });
    paintSegment(
      map,
      { from: { row: 0.5, column: 0 }, to: { row: 0.5, column: 5 } },
      { brush: round(1), paint: { value: 1, overwrites, ...(within && { within }) } },
    );
    return [...map.values];
  };

  test("is all, what is visible, or nothing; a locked segment never", () => {
    expect(paintOver({ rule: "all" })).toEqual([1, 1, 1, 1, 4]);
    expect(paintOver({ rule: "visible" })).toEqual([1, 1, 1, 3, 4]);
    expect(paintOver({ rule: "none" })).toEqual([1, 1, 2, 3, 4]);
  });

  test("under a threshold brush only pixels in its range", () => {
    const samples = Float32Array.of(10, 20, NaN, 30, 40);
    expect(paintOver({ rule: "all", locked: new Set() }, { samples, low: 15, high: 30 })).toEqual([
      0, 1, 2, 1, 4,
    ]);
  });
});
