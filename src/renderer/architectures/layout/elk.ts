import ELK, { type ElkNode } from "elkjs/lib/elk-api";
import elkWorkerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { Connection } from "../../../core/onnx/connections";
import type { Box, Point } from "./drawing";

/** The layout library in a worker of its own, started with the first block that is unfolded. */
let elk: InstanceType<typeof ELK> | undefined;

const options = {
  "elk.algorithm": "layered",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.nodeNode": "14",
  "elk.layered.spacing.nodeNodeBetweenLayers": "22",
  "elk.layered.spacing.edgeNodeBetweenLayers": "11",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "7",
  "elk.spacing.edgeEdge": "7",
  "elk.spacing.edgeNode": "10",
  // Connections of one value run together until they part: a dense block stays legible.
  "elk.layered.mergeEdges": "true",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
};

const inside = "in";
const outside = "out";

export interface ElkLayout {
  boxes: Map<string, Box>;
  /** In the order of the connections. */
  routes: Point[][];
  width: number;
  height: number;
}

/** Something within a block, and how large it is drawn. */
export interface InsideItem {
  id: string;
  width: number;
  height: number;
}

/**
 * Lays out what lies within one block; connections from and to "" begin and end at the block's borders.
 * @param direction in which the values flow
 */
export async function layOutInside(
  items: readonly InsideItem[],
  connections: readonly Connection[],
  direction: "RIGHT" | "DOWN",
): Promise<ElkLayout> {
  elk ??= new ELK({ workerUrl: elkWorkerUrl });
  const place = (constraint: string) => ({ "elk.layered.layering.layerConstraint": constraint });
  const graph: ElkNode = {
    id: "root",
    layoutOptions: { ...options, "elk.direction": direction },
    children: [
      { id: inside, width: 1, height: 1, layoutOptions: place("FIRST") },
      ...items.map(({ id, width, height }) => ({ id: `b:${id}`, width, height })),
      { id: outside, width: 1, height: 1, layoutOptions: place("LAST") },
    ],
    edges: connections.map(({ from, to }, index) => ({
      id: String(index),
      sources: [from === "" ? inside : `b:${from}`],
      targets: [to === "" ? outside : `b:${to}`],
    })),
  };
  const laidOut = await elk.layout(graph);
  const boxes = new Map(
    (laidOut.children ?? []).map(({ id, x = 0, y = 0, width = 0, height = 0 }) => [
      id.slice(2),
      { x, y, width, height },
    ]),
  );
  const routes = (laidOut.edges ?? []).map(({ sections = [] }) =>
    sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]),
  );
  return { boxes, routes, width: laidOut.width ?? 0, height: laidOut.height ?? 0 };
}
