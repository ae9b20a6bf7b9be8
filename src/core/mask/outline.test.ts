import fc from "fast-check";
import { expect, test } from "vitest";
import type { LabelMap } from "./label-map";
import { cutCorners, type Ring, traceOutlines } from "./outline";

const labelMap = fc
  .record({
    rows: fc.integer({ min: 1, max: 11 }),
    columns: fc.integer({ min: 1, max: 11 }),
  })
  .chain(({ rows, columns }) =>
    fc
      .uint8Array({ minLength: rows * columns, maxLength: rows * columns, max: 2 })
      .map((values): LabelMap => ({ rows, columns, values })),
  );

/** Twice the area that a ring goes round, positive where it goes round clockwise on the screen. */
function doubleArea(ring: Ring | Float32Array): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    sum += ring[i]! * ring[next + 1]! - ring[next]! * ring[i + 1]!;
  }
  return sum;
}

/** Fills rings by the even-odd rule: a pixel is inside where an odd number of edges lies left of its centre. */
function fill(rings: readonly Ring[], { rows, columns }: LabelMap): Uint8Array {
  const filled = new Uint8Array(rows * columns);
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const next = (i + 2) % ring.length;
      if (ring[i] !== ring[next]) continue;
      const [low, high] = [ring[i + 1]!, ring[next + 1]!].sort((a, b) => a - b) as [number, number];
      for (let row = low; row < high; row++)
        for (let column = ring[i]!; column < columns; column++) filled[row * columns + column]! ^= 1;
    }
  }
  return filled;
}

test("filling the outlines gives back the label map they were traced from", () => {
  fc.assert(
    fc.property(labelMap, (map) => {
      const outlines = traceOutlines(map);
      for (const segment of [1, 2]) {
        const inside = map.values.map((value) => (value === segment ? 1 : 0));
        expect(fill(outlines.get(segment) ?? [], map)).toEqual(inside);
      }
      expect([...outlines.keys()].every((segment) => segment !== 0)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("rings turn at every corner, and their areas, holes counted as negative, are the segment's pixels", () => {
  fc.assert(
    fc.property(labelMap, (map) => {
      for (const [segment, rings] of traceOutlines(map)) {
        const pixels = map.values.filter((value) => value === segment).length;
        expect(Math.abs(rings.reduce((sum, ring) => sum + doubleArea(ring), 0))).toBe(2 * pixels);
        for (const ring of rings) {
          for (let i = 0; i < ring.length; i += 2) {
            const [before, next] = [(i - 2 + ring.length) % ring.length, (i + 2) % ring.length];
            const comesAlongX = ring[before + 1] === ring[i + 1];
            const leavesAlongX = ring[next + 1] === ring[i + 1];
            expect(comesAlongX).not.toBe(leavesAlongX);
          }
        }
      }
    }),
  );
});

test("a label map that starts at an odd address of its memory has the same outlines", () => {
  fc.assert(
    fc.property(labelMap, (map) => {
      const memory = new Uint8Array(map.values.length + 1);
      memory.set(map.values, 1);
      expect(traceOutlines({ ...map, values: memory.subarray(1) })).toEqual(traceOutlines(map));
    }),
  );
});

test("a ring around a hole runs the other way than the one around the region", () => {
  const values = Uint8Array.from([1, 1, 1, 1, 0, 1, 1, 1, 1]);
  const rings = traceOutlines({ rows: 3, columns: 3, values }).get(1)!;
  expect(rings.map((ring) => Math.sign(doubleArea(ring)))).toEqual([1, -1]);
});

test("pixels that touch at a corner are two rings", () => {
  const values = Uint8Array.from([1, 0, 0, 1]);
  expect(traceOutlines({ rows: 2, columns: 2, values }).get(1)).toHaveLength(2);
});

test("cut corners take an eighth of a pixel off each convex corner and give it to each concave one", () => {
  const values = Uint8Array.from([1]);
  const [ring] = traceOutlines({ rows: 1, columns: 1, values }).get(1)!;
  // The diamond through the middles of a pixel's four sides.
  expect(doubleArea(cutCorners(ring!))).toBe(1);
  fc.assert(
    fc.property(labelMap, (map) => {
      for (const rings of traceOutlines(map).values()) {
        for (const each of rings) {
          const cut = cutCorners(each);
          for (let i = 0; i < cut.length; i += 2) {
            // Every point is the middle of a crack: one coordinate whole, the other a half.
            expect([cut[i]! % 1, cut[i + 1]! % 1].sort()).toEqual([0, 0.5]);
          }
        }
      }
    }),
  );
});
