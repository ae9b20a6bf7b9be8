import { encodeFloat16 } from "./float16";
import type { Attribute, Graph, GraphNode, GraphValue, Model } from "./graph";
import { codeOfElementType } from "./operators/pointwise";
import type { Tensor } from "./tensor";

/** The protobuf wire format: a message is its fields one after the other, each with number and kind. */
type Bytes = Uint8Array;

function join(parts: readonly Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

function varint(value: bigint): Bytes {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

const int = (field: number, value: number): Bytes =>
  join([varint(BigInt(field << 3)), varint(BigInt(value))]);
const bytes = (field: number, value: Bytes): Bytes =>
  join([varint(BigInt((field << 3) | 2)), varint(BigInt(value.length)), value]);
const message = (field: number, ...parts: Bytes[]): Bytes => bytes(field, join(parts));

function text(field: number, value: string): Bytes {
  // UTF-8 by way of its percent form: core knows neither Node's nor the DOM's encoder.
  const encoded = encodeURIComponent(value).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytes(
    field,
    Uint8Array.from(encoded, (character) => character.charCodeAt(0)),
  );
}

function float(field: number, value: number): Bytes {
  return join([varint(BigInt((field << 3) | 5)), new Uint8Array(Float32Array.of(value).buffer)]);
}

/** Numbers of AttributeProto.AttributeType. */
const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

function attributeBytes(name: string, attribute: Attribute): Bytes {
  if (attribute.kind === "other") return bytes(5, attribute.value);
  const value = (): Bytes[] => {
    switch (attribute.kind) {
      case "float":
        return [float(2, attribute.value)];
      case "int":
        return [int(3, attribute.value)];
      case "string":
        return [text(4, attribute.value)];
      case "tensor":
        return [message(5, tensorBytes("", attribute.value))];
      case "graph":
        return [message(6, graphBytes(attribute.value))];
      case "floats":
        return attribute.value.map((each) => float(7, each));
      case "ints":
        return attribute.value.map((each) => int(8, each));
      case "strings":
        return attribute.value.map((each) => text(9, each));
    }
  };
  return message(5, text(1, name), ...value(), int(20, attributeTypes[attribute.kind]));
}

function nodeBytes({ name, operator, domain, inputs, outputs, attributes }: GraphNode): Bytes {
  return message(
    1,
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, name),
    text(4, operator),
    ...Object.entries(attributes).map(([key, attribute]) => attributeBytes(key, attribute)),
    ...(domain === "" ? [] : [text(7, domain)]),
  );
}

function tensorBytes(name: string, { elementType, dims, values }: Tensor): Bytes {
  if (Array.isArray(values)) throw new TypeError("Tensors of strings are not written.");
  return join([
    ...dims.map((dim) => int(1, dim)),
    int(2, codeOfElementType(elementType)),
    text(8, name),
    bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]);
}

function valueBytes(field: number, { name, elementType, shape }: GraphValue): Bytes {
  const dimensions = (shape ?? []).map((dim) =>
    message(1, ...(typeof dim === "number" ? [int(1, dim)] : dim === undefined ? [] : [text(2, dim)])),
  );
  const tensorType = message(
    1,
    int(1, codeOfElementType(elementType)),
    ...(shape === undefined ? [] : [message(2, ...dimensions)]),
  );
  return message(field, text(1, name), message(2, tensorType));
}

function graphBytes({ name, inputs, outputs, nodes, initializers }: Graph): Bytes {
  return join([
    ...nodes.map(nodeBytes),
    text(2, name),
    ...[...initializers].map(([key, tensor]) => message(5, tensorBytes(key, tensor))),
    ...inputs.map((input) => valueBytes(11, input)),
    ...outputs.map((output) => valueBytes(12, output)),
  ]);
}

/** Encodes a model as an ONNX file (ModelProto, IR version 8). Arrays are written as raw little-endian data. */
export function writeModel({ graph, operatorSets, producer, description, metadata }: Model): Uint8Array {
  return join([
    int(1, 8),
    text(2, producer),
    text(6, description),
    message(7, graphBytes(graph)),
    ...Object.entries(operatorSets).map(([domain, version]) => message(8, text(1, domain), int(2, version))),
    ...Object.entries(metadata).map(([key, value]) => message(14, text(1, key), text(2, value))),
  ]);
}

/** The same graph with float32 weights of 64 values and more kept as float16, each behind a Cast. */
export function withFloat16Weights(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const casts: GraphNode[] = [];
  for (const [name, { dims, values }] of graph.initializers) {
    if (!(values instanceof Float32Array) || values.length < 64) continue;
    initializers.delete(name);
    initializers.set(`${name}/float16`, { elementType: "float16", dims, values: encodeFloat16(values) });
    casts.push({
      name: `${name}/cast`,
      operator: "Cast",
      domain: "",
      inputs: [`${name}/float16`],
      outputs: [name],
      attributes: { to: { kind: "int", value: codeOfElementType("float32") } },
    });
  }
  return { ...graph, initializers, nodes: [...casts, ...graph.nodes] };
}
