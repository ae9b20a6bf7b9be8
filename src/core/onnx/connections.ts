import { channelCount, type Block } from "./blocks";
import type { NodeDescription } from "./describe";

/** What flows from one block to another of the same picture. */
export interface Connection {
  /** Ids of blocks; "" is the outside: the network's input, or what lies around the picture. */
  from: string;
  to: string;
  /** Of all values together, where known. */
  channels: number | undefined;
  /**
   * It goes past layers that lie between the two: U-Net's concatenations, a residual block's shortcut, the
   * connections of a dense block.
   */
  skip: boolean;
}

/** Who makes and who takes each value of a network. */
export interface Wiring {
  makers: ReadonlyMap<string, NodeDescription>;
  takers: ReadonlyMap<string, readonly NodeDescription[]>;
  outputs: ReadonlySet<string>;
  /** `value > node` of the residual shortcuts that have a layer of their own (He et al. 2016, eq. 2). */
  projections: ReadonlySet<string>;
}

/** @param outputs names of the network's outputs */
export function wire(nodes: readonly NodeDescription[], outputs: readonly string[]): Wiring {
  const makers = new Map<string, NodeDescription>();
  const takers = new Map<string, NodeDescription[]>();
  for (const node of nodes) {
    for (const { name } of node.outputs) makers.set(name, node);
    for (const { name } of node.inputs) {
      const known = takers.get(name);
      if (known === undefined) takers.set(name, [node]);
      else known.push(node);
    }
  }
  const wiring = { makers, takers, outputs: new Set(outputs), projections: new Set<string>() };
  for (const node of nodes) markProjections(node, wiring);
  return wiring;
}

/**
 * The connections between blocks that are drawn side by side, the outside included. A connection is a skip
 * where another way leads through one of the other blocks, or where all that it carries are projections.
 */
export function connectionsBetween(blocks: readonly Block[], wiring: Wiring): Connection[] {
  const places = new Map(blocks.flatMap((block, place) => block.nodes.map((node) => [node, place] as const)));
  const links = new Map<string, { from: number; to: number; channels: Map<string, number | undefined>; projected: boolean }>(); // prettier-ignore
  const add = (
    from: number,
    to: number,
    value: { name: string; channels: number | undefined; projected: boolean },
  ) => {
    if (from === to) return;
    const key = `${from} ${to}`;
    const link = links.get(key) ?? { from, to, channels: new Map(), projected: true };
    link.channels.set(value.name, value.channels);
    link.projected &&= value.projected;
    links.set(key, link);
  };
  blocks.forEach((block, place) => {
    for (const node of block.nodes) {
      for (const { name, shape } of node.inputs) {
        const maker = wiring.makers.get(name);
        const from = (maker && places.get(maker)) ?? outsideBefore;
        const projected = wiring.projections.has(projectionKey(name, node));
        add(from, place, { name, channels: channelCount(shape), projected });
      }
      for (const { name, shape } of node.outputs) {
        const leaves =
          wiring.outputs.has(name) || wiring.takers.get(name)?.some((taker) => !places.has(taker)) === true;
        if (leaves) add(place, blocks.length, { name, channels: channelCount(shape), projected: false });
      }
    }
  });
  const all = [...links.values()];
  const isBypassed = bypassed(all, blocks.length);
  const idOf = (place: number) => blocks[place]?.id ?? "";
  return all.map(({ from, to, channels, projected }) => ({
    from: idOf(from),
    to: idOf(to),
    channels: [...channels.values()].reduce((sum, each) =>
      sum === undefined || each === undefined ? undefined : sum + each,
    ),
    skip: isBypassed(from, to) || projected,
  }));
}

/** Where what comes from outside begins; what leaves ends at the number of blocks. */
const outsideBefore = -1;

/**
 * Whether one can get from one place to another through a third one. Folding may lay blocks in a circle:
 * only ways that go forward in the order of execution count.
 */
function bypassed(
  links: readonly { from: number; to: number }[],
  count: number,
): (from: number, to: number) => boolean {
  const next = new Map<number, number[]>();
  for (const { from, to } of links) if (to > from) next.set(from, [...(next.get(from) ?? []), to]);
  const longest = new Map<number, Map<number, number>>();
  const lengthsFrom = (start: number): Map<number, number> => {
    const known = longest.get(start);
    if (known !== undefined) return known;
    const lengths = new Map([[start, 0]]);
    for (let place = start; place < count; place++) {
      const length = lengths.get(place);
      if (length === undefined) continue;
      for (const to of next.get(place) ?? []) lengths.set(to, Math.max(lengths.get(to) ?? 0, length + 1));
    }
    longest.set(start, lengths);
    return lengths;
  };
  return (from, to) => to > from && (lengthsFrom(from).get(to) ?? 0) > 1;
}

const projectionKey = (value: string, { name, outputs }: NodeDescription) =>
  `${value} > ${name} ${outputs[0]?.name ?? ""}`;

/** One way back from a sum to where the paths parted. */
interface Branch {
  nodes: NodeDescription[];
  /** The value at which it parted from another path, or that comes from outside. */
  fork: string;
  weighted: number;
}

function branchBefore(value: string, wiring: Wiring): Branch {
  const branch: Branch = { nodes: [], fork: value, weighted: 0 };
  for (;;) {
    const maker = wiring.makers.get(branch.fork);
    const parts = (wiring.takers.get(branch.fork)?.length ?? 0) > 1;
    if (parts || maker?.inputs.length !== 1) return branch;
    branch.nodes.push(maker);
    if (maker.multiplyAdds !== 0) branch.weighted += 1;
    branch.fork = maker.inputs[0]!.name;
  }
}

/** A sum of two paths from one fork, one of them with a single layer that has weights: a projection shortcut. */
function markProjections(node: NodeDescription, wiring: Wiring & { projections: Set<string> }): void {
  if ((node.operator !== "Add" && node.operator !== "Sum") || node.inputs.length !== 2) return;
  node.inputs.forEach(({ name }, index) => {
    const branch = branchBefore(name, wiring);
    if (branch.weighted !== 1) return;
    const other = node.inputs[1 - index]!.name;
    if (mostWeighted(other, branch.fork, wiring) < 2) return;
    wiring.projections.add(projectionKey(name, node));
    for (const each of branch.nodes) wiring.projections.add(projectionKey(each.inputs[0]!.name, each));
  });
}

/** The most layers with weights on a way from one value to another; below 0 where there is no way. */
function mostWeighted(value: string, from: string, { makers }: Wiring): number {
  const known = new Map([[from, 0]]);
  const waiting = [value];
  while (waiting.length > 0) {
    const name = waiting.at(-1)!;
    const inputs = makers.get(name)?.inputs ?? [];
    const next = inputs.find((input) => !known.has(input.name));
    if (!known.has(name) && next !== undefined) {
      waiting.push(next.name);
      continue;
    }
    waiting.pop();
    if (known.has(name)) continue;
    const before = Math.max(-Infinity, ...inputs.map((input) => known.get(input.name) ?? -Infinity));
    known.set(name, before + (makers.get(name)?.multiplyAdds === 0 ? 0 : 1));
  }
  return known.get(value) ?? -Infinity;
}
