import { expect, test } from "vitest";
import { cropAround } from "./slice-picture";

const map = (rows: number, columns: number, inside: readonly [row: number, column: number][]) => {
  const values = new Uint8Array(rows * columns);
  for (const [row, column] of inside) values[row * columns + column] = 1;
  return { rows, columns, values };
};

test("cropAround is a square about the middle of all segments, with a fifth of their extent on each side", () => {
  const maps = [map(200, 200, [[50, 60]]), map(200, 200, [[149, 119]])];
  // 100 rows from 50 to 149, 60 columns from 60 to 119.
  expect(cropAround(maps, { rows: 200, columns: 200, geometry: {} })).toEqual({ x: 20, y: 30, size: 140 });
});

test("cropAround of empty maps is the largest square in the middle", () => {
  expect(cropAround([map(100, 160, [])], { rows: 100, columns: 160, geometry: {} })).toEqual({
    x: 30,
    y: 0,
    size: 100,
  });
});

test("cropAround does not blow a speck up beyond recognition", () => {
  expect(cropAround([map(100, 100, [[10, 20]])], { rows: 100, columns: 100, geometry: {} })).toEqual({
    x: 8.5,
    y: -1.5,
    size: 24,
  });
});

test("cropAround is square on the screen where pixels are not", () => {
  const maps = [
    map(100, 200, [
      [10, 20],
      [49, 99],
    ]),
  ];
  const oblong = { rows: 100, columns: 200, geometry: { pixelAspect: [2, 1] as const } };
  // 40 rows of 2 and 80 columns of 1.
  expect(cropAround(maps, oblong)).toEqual({ x: 4, y: 4, size: 112 });
});
