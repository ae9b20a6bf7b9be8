import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { encodeFloat16 } from "./float16";
import type { Attribute, Graph, GraphNode, GraphValue, Model } from "./graph";
import { codeOfElementType } from "./operators/pointwise";
import { attributeTypes, fields, irVersion } from "./schema";
import type { Tensor } from "./tensor";

/** Writes one message's fields. */
type Write = (to: Message) => void;

/** A protobuf message being written, field by field (onnx.proto3). */
class Message {
  private readonly writer = new BinaryWriter();

  int(field: number, value: number): void {
    this.writer.tag(field, WireType.Varint).int64(value);
  }

  float(field: number, value: number): void {
    this.writer.tag(field, WireType.Bit32).float(value);
  }

  text(field: number, value: string): void {
    this.writer.tag(field, WireType.LengthDelimited).string(value);
  }

  bytes(field: number, value: Uint8Array): void {
    this.writer.tag(field, WireType.LengthDelimited).bytes(value);
  }

  message(field: number, write: Write): void {
    this.writer.tag(field, WireType.LengthDelimited).fork();
    write(this);
    this.writer.join();
  }

  finish(): Uint8Array {
    return this.writer.finish();
  }
}

function writeAttribute(to: Message, name: string, attribute: Attribute): void {
  if (attribute.kind === "other") {
    to.bytes(fields.node.attribute, attribute.value);
    return;
  }
  const { attribute: field } = fields;
  to.message(fields.node.attribute, (inner) => {
    inner.text(field.name, name);
    switch (attribute.kind) {
      case "float":
        inner.float(field.float, attribute.value);
        break;
      case "int":
        inner.int(field.int, attribute.value);
        break;
      case "string":
        inner.text(field.string, attribute.value);
        break;
      case "tensor":
        inner.message(field.tensor, (tensor) => writeTensor(tensor, "", attribute.value));
        break;
      case "graph":
        inner.message(field.graph, (graph) => writeGraph(graph, attribute.value));
        break;
      case "floats":
        for (const each of attribute.value) inner.float(field.floats, each);
        break;
      case "ints":
        for (const each of attribute.value) inner.int(field.ints, each);
        break;
      case "strings":
        for (const each of attribute.value) inner.text(field.strings, each);
        break;
    }
    inner.int(field.type, attributeTypes[attribute.kind]);
  });
}

function writeNode(to: Message, { name, operator, domain, inputs, outputs, attributes }: GraphNode): void {
  for (const input of inputs) to.text(fields.node.input, input);
  for (const output of outputs) to.text(fields.node.output, output);
  to.text(fields.node.name, name);
  to.text(fields.node.operator, operator);
  for (const [key, attribute] of Object.entries(attributes)) writeAttribute(to, key, attribute);
  if (domain !== "") to.text(fields.node.domain, domain);
}

/** Arrays are written as raw little-endian data, which is how every machine that runs this keeps them. */
function writeTensor(to: Message, name: string, { elementType, dims, values }: Tensor): void {
  for (const dim of dims) to.int(fields.tensor.dims, dim);
  to.int(fields.tensor.dataType, codeOfElementType(elementType));
  if (name !== "") to.text(fields.tensor.name, name);
  if (Array.isArray(values)) {
    for (const value of values) to.text(fields.tensor.stringData, value);
    return;
  }
  to.bytes(fields.tensor.rawData, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writeValue(to: Message, { name, elementType, shape }: GraphValue): void {
  const { value, type, tensorType, shape: shapeField, dimension } = fields;
  to.text(value.name, name);
  to.message(value.type, (typeMessage) =>
    typeMessage.message(type.tensorType, (tensor) => {
      tensor.int(tensorType.elementType, codeOfElementType(elementType));
      if (shape === undefined) return;
      tensor.message(tensorType.shape, (dims) => {
        for (const dim of shape) {
          dims.message(shapeField.dimension, (one) => {
            if (typeof dim === "number") one.int(dimension.value, dim);
            else if (dim !== undefined) one.text(dimension.parameter, dim);
          });
        }
      });
    }),
  );
}

function writeGraph(to: Message, { name, inputs, outputs, nodes, initializers }: Graph): void {
  for (const node of nodes) to.message(fields.graph.node, (inner) => writeNode(inner, node));
  to.text(fields.graph.name, name);
  for (const [key, tensor] of initializers) {
    to.message(fields.graph.initializer, (inner) => writeTensor(inner, key, tensor));
  }
  for (const input of inputs) to.message(fields.graph.input, (inner) => writeValue(inner, input));
  for (const output of outputs) to.message(fields.graph.output, (inner) => writeValue(inner, output));
}

/** Encodes a model as an ONNX file (ModelProto). */
export function writeModel({ graph, operatorSets, producer, description, metadata }: Model): Uint8Array {
  const to = new Message();
  to.int(fields.model.irVersion, irVersion);
  to.text(fields.model.producer, producer);
  to.text(fields.model.description, description);
  to.message(fields.model.graph, (inner) => writeGraph(inner, graph));
  for (const [domain, version] of Object.entries(operatorSets)) {
    to.message(fields.model.operatorSet, (inner) => {
      inner.text(fields.operatorSet.domain, domain);
      inner.int(fields.operatorSet.version, version);
    });
  }
  for (const [key, value] of Object.entries(metadata)) {
    to.message(fields.model.metadata, (inner) => {
      inner.text(fields.entry.key, key);
      inner.text(fields.entry.value, value);
    });
  }
  return to.finish();
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
