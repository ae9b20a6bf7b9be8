import fc from "fast-check";
import { expect, test } from "vitest";
import {
  handlesOf,
  isComplete,
  type MeasuredShape,
  measurementKinds,
  moveHandle,
  moveShape,
  pointLimits,
} from "./measurement";

const place = fc.record({ row: fc.integer({ min: 0, max: 64 }), column: fc.integer({ min: 0, max: 64 }) });
const shape = fc
  .constantFrom(...measurementKinds)
  .chain((kind) =>
    fc
      .array(place, { minLength: pointLimits[kind][0], maxLength: Math.min(8, pointLimits[kind][1]) })
      .map((points): MeasuredShape => ({ kind, points })),
  );

test("a handle that is moved is where it was put, but for the side of an ellipse, which keeps its own axis", () => {
  fc.assert(
    fc.property(shape, fc.nat(7), place, (drawn, chosen, to) => {
      const handle = chosen % handlesOf(drawn).length;
      const moved = handlesOf(moveHandle(drawn, handle, to))[handle]!;
      if (drawn.kind !== "ellipse") expect(moved).toEqual(to);
      else if (handle % 2 === 0) expect(moved.row).toBe(to.row);
      else expect(moved.column).toBe(to.column);
    }),
  );
});

test("a shape that is moved there and back is what it was", () => {
  fc.assert(
    fc.property(shape, place, (drawn, by) => {
      const there = moveShape(drawn, by);
      expect(moveShape(there, { row: -by.row, column: -by.column })).toEqual(drawn);
    }),
  );
});

test("a shape without an extent is not complete, nor one with too few or too many points", () => {
  const point = { row: 3, column: 3 };
  for (const kind of measurementKinds) {
    const [least, most] = pointLimits[kind];
    expect(isComplete({ kind, points: Array.from({ length: least }, () => point) })).toBe(false);
    const spread = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ row: at, column: at * at + 1 }));
    expect(isComplete({ kind, points: spread(least) })).toBe(true);
    expect(isComplete({ kind, points: spread(least - 1) })).toBe(false);
    expect(isComplete({ kind, points: spread(most + 1) })).toBe(false);
  }
});
