import { mapSize, type Block } from "../../../core/onnx/blocks";
import type { Connection } from "../../../core/onnx/connections";
import { inputEnd, outputEnd, type Box, type Point } from "./drawing";

/**
 * The picture of a whole network: down means smaller. Each size of feature maps is a row; the main path goes from
 * left to right, down where the image shrinks and up where it grows, so that a U-Net is a U.
 */

/** Something to place, in the order of execution. */
export interface RowItem {
  id: string;
  /** Rows and columns that it works at, as text; "" for vectors. */
  row: string;
  /** Of larger rows first. */
  area: number;
  width: number;
  height: number;
}

const gap = { beside: 24, down: 20, up: 18, rows: 26, lane: 14, skip: 90 } as const;
/** Ends of the network are drawn as small squares. */
export const endSize = 36;

/** Which row a block lies in, by the size of what it hands on. */
export function rowOf(block: Block): Pick<RowItem, "row" | "area"> {
  const size = mapSize(block.outputShape);
  if (size === undefined) return { row: "", area: 0 };
  return { row: sizeLabel(size), area: size.rows * size.columns };
}

export function sizeLabel({ rows, columns }: { rows: number; columns: number }): string {
  return rows === columns ? `${rows} px` : `${rows} × ${columns} px`;
}

/** The blocks' places, and the rows that they make. */
export function placeInRows(
  items: readonly RowItem[],
  connections: readonly Connection[],
): { boxes: Map<string, Box>; rows: { label: string; y: number }[] } {
  const boxes = placeAlong(items, connections);
  const rows = [...new Map(items.map(({ row, area }) => [row, area]))].sort(([, a], [, b]) => b - a);
  let top = 0;
  const placed: { label: string; y: number }[] = [];
  for (const [row] of rows) {
    const lanes = lanesOf(
      items.filter((item) => item.row === row),
      boxes,
    );
    const rowTop = top;
    for (const lane of lanes) {
      const height = Math.max(...lane.map(({ height: own }) => own));
      for (const box of lane) box.y = top + (height - box.height) / 2;
      top += height + gap.lane;
    }
    const height = top - gap.lane - rowTop;
    placed.push({ label: row === "" ? "vector" : row, y: rowTop + height / 2 });
    top += gap.rows - gap.lane;
  }
  return { boxes, rows: placed };
}

/** From left to right: a block begins where the connections that lead to it have room to arrive. */
function placeAlong(items: readonly RowItem[], connections: readonly Connection[]): Map<string, Box> {
  const byId = new Map(items.map((item) => [item.id, item]));
  const boxes = new Map<string, Box>();
  for (const item of items) {
    let x = 0;
    for (const { from, to, skip } of connections) {
      if ((to === "" ? outputEnd : to) !== item.id) continue;
      const id = from === "" ? inputEnd : from;
      const [source, box] = [byId.get(id), boxes.get(id)];
      if (source === undefined || box === undefined) continue;
      x = Math.max(x, leastX(item, { source, box, skip }));
    }
    boxes.set(item.id, { x, y: 0, width: item.width, height: item.height });
  }
  return boxes;
}

function leastX(item: RowItem, { source, box, skip }: { source: RowItem; box: Box; skip: boolean }): number {
  if (item.row === source.row) return box.x + box.width + (skip ? gap.skip : gap.beside);
  if (item.area < source.area) return box.x + box.width / 2 + gap.down;
  return box.x + box.width + gap.up - item.width / 2;
}

/** Blocks of one row that would lie on each other go below each other. */
function lanesOf(items: readonly RowItem[], boxes: ReadonlyMap<string, Box>): Box[][] {
  const lanes: Box[][] = [];
  for (const { id } of items) {
    const box = boxes.get(id)!;
    const free = lanes.find((lane) => lane.every((other) => isBeside(box, other)));
    if (free) free.push(box);
    else lanes.push([box]);
  }
  return lanes;
}

const isBeside = (a: Box, b: Box) => a.x >= b.x + b.width + 8 || b.x >= a.x + a.width + 8;

/** The corners of a connection between two placed blocks: the plainest way that leads through no other block. */
export function routeInRows(from: Box, to: Box, others: readonly Box[]): Point[] {
  const between = others.filter((box) => box !== from && box !== to);
  const ways = waysBetween(from, to);
  return ways.find((way) => between.every((box) => !crosses(way, box))) ?? ways[0]!;
}

function waysBetween(from: Box, to: Box): Point[][] {
  const start = middle(from);
  const end = middle(to);
  const right = from.x + from.width;
  const over = overHeads(from, to);
  if (Math.abs(start.y - end.y) < 1) {
    const straight = [
      { x: right, y: start.y },
      { x: to.x, y: end.y },
    ];
    return to.x > right ? [straight, over] : [over];
  }
  const isDown = end.y > start.y;
  const ways: Point[][] = [];
  if (to.x > start.x) {
    const leaving = { x: start.x, y: isDown ? from.y + from.height : from.y };
    ways.push([leaving, { x: start.x, y: end.y }, { x: to.x, y: end.y }]);
  }
  if (end.x > right) {
    const arriving = { x: end.x, y: isDown ? to.y : to.y + to.height };
    const bent = [{ x: right, y: start.y }, { x: end.x, y: start.y }, arriving];
    // Down first and then right, but right first and then up.
    if (isDown) ways.push(bent);
    else ways.unshift(bent);
  }
  if (to.x > right) {
    const x = (right + to.x) / 2;
    ways.push([
      { x: right, y: start.y },
      { x, y: start.y },
      { x, y: end.y },
      { x: to.x, y: end.y },
    ]);
  }
  return [...ways, over];
}

/** Over the heads of what lies between. */
function overHeads(from: Box, to: Box): Point[] {
  const y = Math.min(from.y, to.y) - 11;
  const [a, b] = [middle(from).x, middle(to).x];
  return [
    { x: a, y: from.y },
    { x: a, y },
    { x: b, y },
    { x: b, y: to.y },
  ];
}

/** Whether a way of level and upright lines leads through a box. */
function crosses(way: readonly Point[], { x, y, width, height }: Box): boolean {
  return way.slice(1).some((b, index) => {
    const a = way[index]!;
    const isLeftOrRight = Math.max(a.x, b.x) <= x || Math.min(a.x, b.x) >= x + width;
    const isAboveOrBelow = Math.max(a.y, b.y) <= y || Math.min(a.y, b.y) >= y + height;
    return !isLeftOrRight && !isAboveOrBelow;
  });
}

const middle = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });
