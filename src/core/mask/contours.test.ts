import fc from "fast-check";
import { expect, test } from "vitest";
import { contoursOf } from "./contours";
import type { LabelMap } from "./label-map";
import { paintPolygon } from "./shapes";

const everything = new Uint8Array(256).fill(1);

/** Paints each polygon over the last, as a reader does that knows of no holes. */
function fillOneByOne(source: LabelMap): Uint8Array {
  const { rows, columns } = source;
  const painted: LabelMap = { rows, columns, values: new Uint8Array(rows * columns) };
  for (const [value, polygons] of contoursOf(source)) {
    for (const polygon of polygons) {
      const corners = [];
      for (let i = 0; i < polygon.length; i += 2) corners.push({ column: polygon[i]!, row: polygon[i + 1]! });
      paintPolygon(painted, corners, { value, overwrites: everything });
    }
  }
  return painted.values;
}

test("polygons, filled one by one, give back every pixel of every segment, holes and islands in holes included", () => {
  const labelMaps = fc
    .record({ rows: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 1, max: 12 }) })
    .chain(({ rows, columns }) =>
      fc
        .array(fc.constantFrom(0, 0, 1, 1, 1, 7), { minLength: rows * columns, maxLength: rows * columns })
        .map((values): LabelMap => ({ rows, columns, values: Uint8Array.from(values) })),
    );
  fc.assert(
    fc.property(labelMaps, (labelMap) => {
      expect(fillOneByOne(labelMap)).toEqual(labelMap.values);
    }),
    { numRuns: 2_000 },
  );
});

test("a ring is one polygon, whose way to the hole runs along a row of corners", () => {
  const values = Uint8Array.from([1, 1, 1, 1, 0, 1, 1, 1, 1]);
  expect(contoursOf({ rows: 3, columns: 3, values })).toEqual(
    new Map([[1, [Int32Array.from([0, 0, 3, 0, 3, 3, 0, 3, 0, 1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 1, 0, 1])]]]),
  );
});
