import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interpolateMasks, type SliceSize } from "./interpolation";

const size: SliceSize = { rows: 7, columns: 7, spacing: [1, 1] };
const maskOf = (lines: string[]): Uint8Array =>
  Uint8Array.from(lines.join(""), (sign) => (sign === "#" ? 1 : 0));
const draw = (mask: Uint8Array): string[] =>
  Array.from({ length: 7 }, (_, row) =>
    [...mask.subarray(row * 7, row * 7 + 7)].map((value) => (value === 1 ? "#" : ".")).join(""),
  );

const small = [".......", ".......", "..###..", "..###..", "..###..", ".......", "......."];
const large = ["#######", "#######", "#######", "#######", "#######", "#######", "#######"];
const middle = [".......", ".#####.", ".#####.", ".#####.", ".#####.", ".#####.", "......."];
const right = [".......", "....##.", "....##.", "....##.", "....##.", ".......", "......."];
const left = [".......", ".##....", ".##....", ".##....", ".##....", ".......", "......."];

describe("between two slices", () => {
  test("a square grows to a larger one by the distance from border to border", () => {
    const wide = [".......", "#######", "#######", "#######", "#######", "#######", "......."];
    // Signed distances along the middle row, small: 1.5 0.5 -0.5 -1.5; wide, to its upper border: all inside.
    const [half] = interpolateMasks({ first: maskOf(small), last: maskOf(wide) }, size, [0.5]);
    expect(draw(half!)[3]).toBe("#######");
    expect(draw(half!)[0]).toBe(".......");
    expect(draw(half!)[1]).toBe("..###..");
  });

  test("at their own places lie the two masks themselves", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 49, maxLength: 49, max: 1 }).filter((mask) => mask.includes(1)),
        fc.uint8Array({ minLength: 49, maxLength: 49, max: 1 }).filter((mask) => mask.includes(1)),
        (first, last) => {
          const [atFirst, atLast] = interpolateMasks({ first, last }, size, [0, 1]);
          expect([...atFirst!]).toEqual([...first]);
          expect([...atLast!]).toEqual([...last]);
        },
      ),
    );
  });

  test("what both hold is held, and equal masks give that mask", () => {
    const [between] = interpolateMasks({ first: maskOf(middle), last: maskOf(large) }, size, [0.3]);
    expect(maskOf(middle).every((value, at) => value <= between![at]!)).toBe(true);
    const [same] = interpolateMasks({ first: maskOf(left), last: maskOf(left) }, size, [0.5]);
    expect(draw(same!)).toEqual(left);
  });

  test("a mirrored pair gives a mirrored answer at the mirrored place", () => {
    const [there] = interpolateMasks({ first: maskOf(left), last: maskOf(right) }, size, [0.25]);
    const [back] = interpolateMasks({ first: maskOf(right), last: maskOf(left) }, size, [0.75]);
    expect(draw(back!)).toEqual(draw(there!));
  });
});
