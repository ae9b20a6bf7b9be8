import { isLayer, stagesOf, type Block } from "../../../core/onnx/blocks";
import { connectionsBetween, type Connection, type Wiring } from "../../../core/onnx/connections";
import { blockSize } from "./block-size";
import {
  inputEnd,
  openPadding,
  outputEnd,
  type Box,
  type Drawing,
  type PlacedBlock,
  type PlacedConnection,
  type Point,
} from "./drawing";
import { layOutInside } from "./elk";
import { endSize, placeInRows, routeInRows, rowOf, sizeLabel, type RowItem } from "./rows";

/** A network that is folded and wired, ready to be drawn. */
export interface FoldedNetwork {
  root: Block;
  wiring: Wiring;
  /** Rows and columns of the image. */
  size: { rows: number; columns: number };
}

/** The insides of an open block, relative to its corner. */
interface Inside {
  width: number;
  height: number;
  blocks: PlacedBlock[];
  connections: PlacedConnection[];
}

/**
 * Lays a network out: its stages in rows by size, and within each block that is open what it is made of.
 * @param open ids of blocks that are unfolded
 */
export async function layOut(network: FoldedNetwork, open: ReadonlySet<string>): Promise<Drawing> {
  const { root, wiring, size } = network;
  const stages = stagesOf(root);
  const insides = await openInsides(stages, wiring, { open, depth: 0 });
  const connections = connectionsBetween(stages, wiring);
  const end = { width: endSize, height: endSize };
  const inputRow = { row: sizeLabel(size), area: size.rows * size.columns };
  const items: RowItem[] = [
    { id: inputEnd, ...inputRow, ...end },
    ...stages.map((block) => ({
      id: block.id,
      ...rowOf(block),
      ...(insides.get(block.id) ?? blockSize(block)),
    })),
    { id: outputEnd, ...rowOf(stages.at(-1) ?? root), ...end },
  ];
  const { boxes, rows } = placeInRows(items, connections);
  const all = [...boxes.values()];
  const routes = connections.map(({ from, to }) =>
    routeInRows(boxes.get(from === "" ? inputEnd : from)!, boxes.get(to === "" ? outputEnd : to)!, all),
  );
  const drawn = assemble({ blocks: stages, boxes, insides, depth: 0 });
  const lines = connections.map(({ from, to, skip, channels }, index): PlacedConnection => ({
    id: `${from} > ${to}`,
    from,
    to,
    skip,
    channels,
    points: routes[index]!,
  }));
  return {
    blocks: [...endBlocks(root, boxes), ...drawn.blocks],
    connections: [...lines, ...drawn.connections],
    rows,
    width: Math.max(...all.map(({ x, width }) => x + width)),
    height: Math.max(...all.map(({ y, height }) => y + height)),
  };
}

/** The image that goes in and what comes out, drawn as blocks without nodes. */
function endBlocks(root: Block, boxes: ReadonlyMap<string, Box>): PlacedBlock[] {
  return [inputEnd, outputEnd].map((id) => {
    const block = { ...root, id, label: id === inputEnd ? "input" : "output", children: [], nodes: [] };
    return { block, open: false, depth: 0, ...boxes.get(id)! };
  });
}

interface Level {
  open: ReadonlySet<string>;
  depth: number;
}

async function openInsides(
  blocks: readonly Block[],
  wiring: Wiring,
  level: Level,
): Promise<Map<string, Inside>> {
  const opened = blocks.filter((block) => level.open.has(block.id) && !isLayer(block));
  const insides = await Promise.all(
    opened.map(async (block) => {
      return [block.id, await insideOf(block, wiring, { ...level, depth: level.depth + 1 })] as const;
    }),
  );
  return new Map(insides);
}

async function insideOf(block: Block, wiring: Wiring, level: Level): Promise<Inside> {
  const { children } = block;
  const insides = await openInsides(children, wiring, level);
  const items = children.map((child) => ({
    id: child.id,
    ...(insides.get(child.id) ?? blockSize(child)),
  }));
  const connections = connectionsBetween(children, wiring);
  const direction = flowWithin(block);
  const laidOut = await layOutInside(items, connections, direction);
  const { boxes, routes } = laidOut;
  const size = {
    width: laidOut.width + 2 * openPadding.side,
    height: laidOut.height + openPadding.top + openPadding.bottom,
  };
  const shift = { x: openPadding.side, y: openPadding.top };
  for (const [id, box] of boxes) boxes.set(id, { ...box, x: box.x + shift.x, y: box.y + shift.y });
  const drawn = assemble({ blocks: children, boxes, insides, depth: level.depth });
  const lines = connections.map((connection, index): PlacedConnection => {
    const { from, to, skip, channels } = connection;
    const route = (routes[index] ?? []).map(({ x, y }) => ({ x: x + shift.x, y: y + shift.y }));
    return {
      id: `${block.id}: ${from} > ${to}`,
      from: from === "" ? block.id : from,
      to: to === "" ? block.id : to,
      skip,
      channels,
      points: toBorders(route, connection, { ...size, direction }),
    };
  });
  return { ...size, blocks: drawn.blocks, connections: [...lines, ...drawn.connections] };
}

/** Layers go below each other and what is made of them side by side: the picture is about as wide as high. */
function flowWithin({ children }: Block): "DOWN" | "RIGHT" {
  return 2 * children.filter(isLayer).length >= children.length ? "DOWN" : "RIGHT";
}

/** A route within an open block, from and to the block's own border where it comes from outside. */
function toBorders(
  route: readonly Point[],
  { from, to }: Connection,
  { width, height, direction }: { width: number; height: number; direction: "DOWN" | "RIGHT" },
): Point[] {
  const points = [...route];
  const [first, last] = [points[0], points.at(-1)];
  const isRight = direction === "RIGHT";
  if (from === "" && first && isRight) points.unshift({ x: 0, y: first.y });
  if (to === "" && last) points.push(isRight ? { x: width, y: last.y } : { x: last.x, y: height });
  return points;
}

/** Puts the insides of open blocks where the blocks lie. */
function assemble({
  blocks,
  boxes,
  insides,
  depth,
}: {
  blocks: readonly Block[];
  boxes: ReadonlyMap<string, Box>;
  insides: ReadonlyMap<string, Inside>;
  depth: number;
}): Pick<Inside, "blocks" | "connections"> {
  const placed: PlacedBlock[] = [];
  const connections: PlacedConnection[] = [];
  for (const block of blocks) {
    const box = boxes.get(block.id)!;
    const inside = insides.get(block.id);
    placed.push({ block, open: inside !== undefined, depth, ...box });
    if (inside === undefined) continue;
    placed.push(...inside.blocks.map((each) => ({ ...each, x: each.x + box.x, y: each.y + box.y })));
    for (const each of inside.connections) {
      connections.push({ ...each, points: each.points.map(({ x, y }) => ({ x: x + box.x, y: y + box.y })) });
    }
  }
  return { blocks: placed, connections };
}
