import { describe, expect, test } from "vitest";
import type { Connection } from "../../../core/onnx/connections";
import { inputEnd } from "./drawing";
import { placeInRows, routeInRows, type RowItem } from "./rows";

const item = (id: string, size: number): RowItem => ({
  id,
  row: `${size} px`,
  area: size * size,
  width: 80,
  height: 40,
});
const connection = (from: string, to: string, skip = false): Connection => ({ from, to, channels: 1, skip });

describe("a U-Net is a U", () => {
  const items = [
    item(inputEnd, 64),
    item("a", 64),
    item("b", 32),
    item("c", 16),
    item("d", 32),
    item("e", 64),
  ];
  const connections = [
    connection("", "a"),
    connection("a", "b"),
    connection("b", "c"),
    connection("c", "d"),
    connection("b", "d", true),
    connection("d", "e"),
    connection("a", "e", true),
  ];
  const { boxes, rows } = placeInRows(items, connections);
  const at = (id: string) => boxes.get(id)!;

  test("down means smaller, and each size is one row", () => {
    expect(rows.map(({ label }) => label)).toEqual(["64 px", "32 px", "16 px"]);
    expect(at("b").y).toBeGreaterThan(at("a").y);
    expect(at("d").y).toBe(at("b").y);
    expect(at("e").y).toBe(at("a").y);
  });

  test("the main path goes from left to right", () => {
    const lefts = ["a", "b", "c", "d", "e"].map((id) => at(id).x);
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
  });

  test("a skip is a straight level line, and the way down goes down first", () => {
    const others = [...boxes.values()];
    const skip = routeInRows(at("b"), at("d"), others);
    expect(skip).toHaveLength(2);
    expect(skip[0]!.y).toBe(skip[1]!.y);
    const down = routeInRows(at("a"), at("b"), others);
    expect(down.map(({ x }) => x)).toEqual([at("a").x + 40, at("a").x + 40, at("b").x]);
  });
});

test("blocks side by side that would lie on each other go below each other", () => {
  const items = [item("a", 8), item("b", 8), item("c", 8)];
  const { boxes } = placeInRows(items, [connection("a", "b"), connection("a", "c")]);
  const [b, c] = [boxes.get("b")!, boxes.get("c")!];
  expect(b.x).toBe(c.x);
  expect(Math.abs(b.y - c.y)).toBeGreaterThanOrEqual(b.height);
});

test("a connection leads around the block that stands in its way", () => {
  const box = (x: number, y: number) => ({ x, y, width: 80, height: 40 });
  const [from, to, between] = [box(0, 0), box(300, 0), box(150, 0)];
  const way = routeInRows(from, to, [from, to, between]);
  expect(Math.min(...way.map(({ y }) => y))).toBeLessThan(0);
  const below = box(300, 100);
  const inItsRow = box(150, 100);
  // Down first would go through the block; right first does not.
  expect(routeInRows(from, below, [from, below, inItsRow])[1]).toEqual({ x: 340, y: 20 });
});
