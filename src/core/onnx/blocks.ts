import type { NodeDescription, ReceptiveField } from "./describe";
import type { Dimension } from "./graph";

/**
 * A network folded by the scopes in its nodes' names: `encoder/layer1/0/conv1` lies in the blocks `encoder`,
 * `encoder/layer1` and `encoder/layer1/0`. Names without scopes are folded by the size that they work at.
 */

/** A part of a network that is drawn as one: a layer, or what lies under one scope. */
export interface Block {
  /** Of a layer its node's name, of a fold its scope with a slash at the end; unique within the network. */
  id: string;
  /** The last part of the name. */
  label: string;
  /** What lies within, in order of execution; empty for a layer. */
  children: readonly Block[];
  /** Every node within, in order of execution. */
  nodes: readonly NodeDescription[];
  /** Learned values; a tensor that several nodes share counts where it is used first. */
  parameters: number;
  /** Of one image; undefined where a size is unknown. */
  multiplyAdds: number | undefined;
  /** Of what the block hands on: the shape of its last node's output, and what one of its positions sees. */
  outputShape: readonly Dimension[] | undefined;
  receptiveField: ReceptiveField | undefined;
}

export function isLayer(block: Block): boolean {
  return block.children.length === 0;
}

/** The value that a block hands on, by name: its last node's first output. */
export function outputOf(block: Block): string | undefined {
  return block.nodes.at(-1)?.outputs[0]?.name;
}

/** Rows and columns of a feature map; undefined where the value is none, or its size is unknown. */
export function mapSize(
  shape: readonly Dimension[] | undefined,
): { rows: number; columns: number } | undefined {
  const [, , rows, columns] = shape ?? [];
  return shape?.length === 4 && typeof rows === "number" && typeof columns === "number"
    ? { rows, columns }
    : undefined;
}

/** Channels of an image or feature map, or features of a vector, where known. */
export function channelCount(shape: readonly Dimension[] | undefined): number | undefined {
  const channels = shape?.[1];
  return typeof channels === "number" ? channels : undefined;
}

/** Folds a described network; the root holds all of it and has the id "". */
export function foldNetwork(nodes: readonly NodeDescription[]): Block {
  const root: Scope = { path: "", label: "", children: [], scopes: new Map() };
  withoutShapeArithmetic(nodes).forEach((node, index) => addNode(root, node, index));
  const block = foldScope(root);
  // "StatefulPartitionedCall/model/..." around everything says nothing.
  return { ...block, id: "" };
}

/**
 * The blocks that show a network at a glance: what spans more than two sizes of feature maps (an encoder, a
 * decoder) is shown by its parts, the rest folded.
 */
export function stagesOf(block: Block): readonly Block[] {
  return block.children.flatMap((child) => (spansSizes(child) ? stagesOf(child) : [child]));
}

/** Every block within, the block itself first. */
export function* walkBlocks(block: Block): Generator<Block> {
  yield block;
  for (const child of block.children) yield* walkBlocks(child);
}

interface Scope {
  path: string;
  label: string;
  children: (Scope | Block)[];
  scopes: Map<string, Scope>;
}

const shapeOperators = new Set(["Shape", "Size"]);

/** Exporters compute sizes in the graph (Shape, Gather, Concat...): no layers of a network. */
function withoutShapeArithmetic(nodes: readonly NodeDescription[]): NodeDescription[] {
  const sizes = new Set<string>();
  return nodes.filter((node) => {
    const isArithmetic =
      shapeOperators.has(node.operator) ||
      (node.inputs.length > 0 && node.inputs.every(({ name }) => sizes.has(name)));
    if (isArithmetic) for (const { name } of node.outputs) sizes.add(name);
    return !isArithmetic;
  });
}

function addNode(root: Scope, node: NodeDescription, index: number): void {
  let scope = root;
  for (const part of node.scope.split("/").filter((each) => each !== "")) {
    let inner = scope.scopes.get(part);
    if (inner === undefined) {
      // "layer1.0" says more than "0".
      const label = /^\d+$/.test(part) && scope.label !== "" ? `${scope.label}.${part}` : part;
      inner = { path: `${scope.path}${part}/`, label, children: [], scopes: new Map() };
      scope.scopes.set(part, inner);
      scope.children.push(inner);
    }
    scope = inner;
  }
  const own = node.name.slice(node.name.lastIndexOf("/") + 1);
  const id = node.name === "" ? `${node.operator} ${index}` : node.name;
  scope.children.push(layerBlock(id, own === "" ? node.operator : own, node));
}

function layerBlock(id: string, label: string, node: NodeDescription): Block {
  const { parameters, multiplyAdds, receptiveField } = node;
  const outputShape = node.outputs[0]?.shape;
  return { id, label, children: [], nodes: [node], parameters, multiplyAdds, outputShape, receptiveField };
}

function foldScope(scope: Scope): Block {
  const children = scope.children.map((child) => ("scopes" in child ? foldScope(child) : child));
  const [only] = children;
  // A scope around one layer or scope is that, under the scope's name.
  if (children.length === 1 && only !== undefined) return { ...only, label: scope.label || only.label };
  const block = blockAround(scope.path, scope.label, children);
  return spansSizes(block) ? blockAround(scope.path, scope.label, runsBySize(block)) : block;
}

function blockAround(id: string, label: string, children: readonly Block[]): Block {
  const nodes = children.flatMap((child) => child.nodes);
  const last = nodes.at(-1);
  return {
    id,
    label,
    children,
    nodes,
    parameters: children.reduce((sum, { parameters }) => sum + parameters, 0),
    multiplyAdds: children.reduce<number | undefined>(
      (sum, { multiplyAdds: own }) => (sum === undefined || own === undefined ? undefined : sum + own),
      0,
    ),
    outputShape: last?.outputs[0]?.shape,
    receptiveField: last?.receptiveField,
  };
}

function sizeText(block: Block): string {
  const size = mapSize(block.outputShape);
  return size === undefined ? "" : `${size.rows} x ${size.columns}`;
}

/** Whether a block works at so many sizes that it is no one stage of a network. */
export function spansSizes(block: Block): boolean {
  const sizes = new Set(block.nodes.map((node) => sizeText(layerBlock("", "", node))));
  return block.children.length > 1 && sizes.size > 2;
}

/** Joins neighbouring layers that work at one size: the stem of a ResNet, a stage of a VGG. */
function runsBySize(block: Block): readonly Block[] {
  const runs: Block[][] = [];
  for (const child of block.children) {
    const run = runs.at(-1);
    const previous = run?.at(-1);
    const joins =
      previous !== undefined &&
      isLayer(previous) &&
      isLayer(child) &&
      sizeText(previous) === sizeText(child) &&
      previous.outputShape?.length === child.outputShape?.length;
    if (joins) run?.push(child);
    else runs.push([child]);
  }
  return runs.map((run, index) => {
    const [first] = run as [Block, ...Block[]];
    return run.length === 1 ? first : blockAround(`${block.id}run ${index}/`, runLabel(run), run);
  });
}

/** "conv1", or "conv1_1 to conv1_2": the layers with weights that a run begins and ends with. */
function runLabel(run: readonly Block[]): string {
  const weighted = run.filter(({ multiplyAdds }) => multiplyAdds !== 0);
  const [first, last] = [weighted[0] ?? run[0], weighted.at(-1) ?? run.at(-1)];
  return first === last ? (first?.label ?? "") : `${first?.label} to ${last?.label}`;
}
