import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { fields } from "../../src/core/onnx/schema";
import { byteMutations, insert, joinBytes, type Mutation } from "./bytes";
import type { Random } from "./random";

const field = (number: number, bytes: Uint8Array) =>
  new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(bytes).finish();
const number = (at: number, value: number | string) =>
  new BinaryWriter().tag(at, WireType.Varint).int64(value).finish();
const text = (value: string) => new TextEncoder().encode(value);

/** A tensor of these sizes; with `location`, one whose values are said to lie in another file. */
function tensor(dims: readonly (number | string)[], location?: string): Uint8Array {
  const outside =
    location === undefined
      ? []
      : [
          ["location", location],
          ["offset", "0"],
          ["length", "64"],
        ];
  return joinBytes([
    ...dims.map((dim) => number(fields.tensor.dims, dim)),
    number(fields.tensor.dataType, 1),
    field(fields.tensor.name, text("w")),
    // StringStringEntryProto: 1 is its key, 2 its value.
    ...outside.map(([key, value]) =>
      field(fields.tensor.externalData, joinBytes([field(1, text(key!)), field(2, text(value!))])),
    ),
    ...(location === undefined ? [] : [number(fields.tensor.dataLocation, 1)]),
  ]);
}

/** Appended to a message, a field of the same number is merged with it. */
const withinGraph = (bytes: Uint8Array, piece: Uint8Array) =>
  joinBytes([bytes, field(fields.model.graph, piece)]);

const places = ["../../../etc/passwd", "/etc/passwd", "weights.bin", "C:\\x", "a/../../b", "\0", ""];
const sizes = ["-1", "0", "1", "2147483648", "4611686018427387904", "9223372036854775807", 65_536];

function deepGraph(depth: number): Uint8Array {
  let graph: Uint8Array = new Uint8Array(0);
  for (let level = 0; level < depth; level++) {
    const attribute = joinBytes([
      field(fields.attribute.name, text("body")),
      field(fields.attribute.graph, graph),
    ]);
    const node = joinBytes([
      field(fields.node.operator, text("Loop")),
      field(fields.node.attribute, attribute),
    ]);
    graph = field(fields.graph.node, node);
  }
  return graph;
}

/** Puts another number where a byte could be a length or a size. */
function otherVarint(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  const odd = new BinaryWriter().int64(random.pick(sizes)).finish();
  return joinBytes([bytes.subarray(0, at), odd, bytes.subarray(at + 1)]);
}

/** The network with one more output: a tensor whose values are said to lie in another file. */
export function outside(network: Uint8Array, location: string): Uint8Array {
  const node = joinBytes([
    field(fields.node.input, text("w")),
    field(fields.node.output, text("copy")),
    field(fields.node.operator, text("Identity")),
  ]);
  const type = field(fields.type.tensorType, number(fields.tensorType.elementType, 1));
  const output = joinBytes([field(fields.value.name, text("copy")), field(fields.value.type, type)]);
  const pieces = [
    field(fields.graph.initializer, tensor([16], location)),
    field(fields.graph.node, node),
    field(fields.graph.output, output),
  ];
  return withinGraph(network, joinBytes(pieces));
}

/** The network with a tensor of these sizes and no values. */
export const huge = (network: Uint8Array, dims: readonly (number | string)[]) =>
  withinGraph(network, field(fields.graph.initializer, tensor(dims)));

/** The network with so many nodes more. */
export function manyNodes(network: Uint8Array, count: number): Uint8Array {
  const node = field(fields.graph.node, field(fields.node.operator, text("Relu")));
  const many = new Uint8Array(node.length * count);
  for (let at = 0; at < many.length; at += node.length) many.set(node, at);
  return withinGraph(network, many);
}

/** What the message of a network can be lied to about (onnx.proto). */
export const networkMutations: Readonly<Record<string, Mutation>> = {
  ...byteMutations,
  "external data": (bytes, _seed, random) => outside(bytes, random.pick(places)),
  "huge tensor": (bytes, _seed, random) => huge(bytes, [random.pick(sizes), random.pick(sizes)]),
  "deep graphs": (bytes, _seed, random) => withinGraph(bytes, deepGraph(random.pick([2, 17, 200, 1_000]))),
  "many nodes": (bytes, _seed, random) => manyNodes(bytes, random.pick([1_000, 100_000, 300_000])),
  "other number": (bytes, _seed, random) => otherVarint(bytes, random),
  "other number of the structure": (bytes, _seed, random) =>
    joinBytes([otherVarint(bytes.subarray(0, 2_000), random), bytes.subarray(2_000)]),
  "other operator": (bytes, _seed, random) => {
    const names = ["Conv", "Relu", "Add", "Concat", "Resize"];
    const at = Buffer.from(bytes).indexOf(random.pick(names), random.below(bytes.length));
    if (at < 0) return insert(bytes, random.below(bytes.length), text("Conv"));
    return joinBytes([
      bytes.subarray(0, at),
      text(random.pick(["Loop", "Scan", "Tile", "Gath"])),
      bytes.subarray(at + 4),
    ]);
  },
};
