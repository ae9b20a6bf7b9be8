import { describe, expect, test } from "vitest";
import { LiveWire, type WireImage } from "./live-wire";

/** A bright disc on dark ground, with a soft border. */
function discImage(radius: number): WireImage {
  const [rows, columns] = [64, 64];
  const samples = Float32Array.from({ length: rows * columns }, (_, at) => {
    const distance = Math.hypot(Math.floor(at / columns) - 32, (at % columns) - 32);
    return 100 / (1 + Math.exp(distance - radius));
  });
  return { rows, columns, samples };
}

const pixelOf = (row: number, column: number): number => row * 64 + column;

describe("intelligent scissors", () => {
  test("follow a border round a corner that the straight way would cut", () => {
    const wire = new LiveWire(discImage(20));
    wire.anchor(pixelOf(32, 52));
    const path = wire.pathTo(pixelOf(12, 32));
    const offBorder = path.map((at) => Math.abs(Math.hypot(Math.floor(at / 64) - 32, (at % 64) - 32) - 20));
    expect(Math.max(...offBorder)).toBeLessThan(1.6);
    expect(path[0]).toBe(pixelOf(32, 52));
    expect(path.at(-1)).toBe(pixelOf(12, 32));
  });

  test("step from neighbour to neighbour, and pass no pixel twice", () => {
    const wire = new LiveWire(discImage(15));
    wire.anchor(pixelOf(2, 3));
    const path = wire.pathTo(pixelOf(60, 50));
    expect(new Set(path).size).toBe(path.length);
    for (let i = 1; i < path.length; i++) {
      const rows = Math.abs(Math.floor(path[i]! / 64) - Math.floor(path[i - 1]! / 64));
      const columns = Math.abs((path[i]! % 64) - (path[i - 1]! % 64));
      expect(Math.max(rows, columns)).toBe(1);
    }
  });

  test("find the same way whether the search was already taken further or not", () => {
    const fresh = new LiveWire(discImage(20));
    fresh.anchor(pixelOf(32, 52));
    const wanted = fresh.pathTo(pixelOf(20, 48));
    const used = new LiveWire(discImage(20));
    used.anchor(pixelOf(0, 0));
    used.pathTo(pixelOf(63, 63));
    used.anchor(pixelOf(32, 52));
    used.pathTo(pixelOf(60, 2));
    expect(used.pathTo(pixelOf(20, 48))).toEqual(wanted);
  });

  test("give the pixel itself at the anchor, and nothing before there is one", () => {
    const wire = new LiveWire(discImage(20));
    expect(wire.pathTo(5)).toEqual([]);
    wire.anchor(5);
    expect(wire.pathTo(5)).toEqual([5]);
  });

  test("cross an even image without a border by the straight way", () => {
    const wire = new LiveWire({ rows: 8, columns: 8, samples: new Float32Array(64) });
    wire.anchor(0);
    expect(wire.pathTo(63)).toEqual([0, 9, 18, 27, 36, 45, 54, 63]);
  });
});
