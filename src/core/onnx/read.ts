import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { SlicebenchError } from "../errors";
import type { Attribute, Dimension, Graph, GraphNode, GraphValue, Model } from "./graph";
import { elementTypeOfCode } from "./operators/pointwise";
import { attributeTypes, fields } from "./schema";
import { elementCount, type ElementType, type Tensor, type TensorValues } from "./tensor";

/** Graphs within graphs (If, Loop) deeper than this are no network. */
const deepestGraph = 16;
/** The largest networks of the field have some thousands of nodes. */
const mostNodes = 200_000;

/** What to do with each field of a message; fields that are not named are passed over. */
type Handlers = Record<number, (field: Field) => void>;

/** One field's value, not yet read. */
interface Field {
  reader: BinaryReader;
  wire: WireType;
}

/** Walks a message's fields. */
function readMessage(bytes: Uint8Array, handlers: Handlers): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const handler = handlers[number];
    if (handler === undefined) reader.skip(wire, number);
    else handler({ reader, wire });
  }
}

const asInt = ({ reader }: Field): number => Number(reader.int64());
const asText = ({ reader }: Field): string => reader.string();
const asBytes = ({ reader }: Field): Uint8Array => reader.bytes();

/** A repeated number comes packed into one field, or one field a value. */
function repeated<Value>(
  into: Value[],
  packedWire: WireType,
  read: (reader: BinaryReader) => Value,
): (field: Field) => void {
  return ({ reader, wire }) => {
    if (wire === packedWire) {
      into.push(read(reader));
      return;
    }
    const packed = new BinaryReader(reader.bytes());
    while (packed.pos < packed.len) into.push(read(packed));
  };
}

const repeatedInts = (into: number[]) => repeated(into, WireType.Varint, (reader) => Number(reader.int64()));
const repeatedFloats = (into: number[]) => repeated(into, WireType.Bit32, (reader) => reader.float());

function damaged(problem: string): SlicebenchError {
  return new SlicebenchError("ONNX_DAMAGED", `The model is damaged: ${problem}.`, {
    hint: "Export or copy the model again.",
  });
}

const arrayTypes = {
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** The values of a tensor as the file gives them: raw bytes, or numbers of the field that its type has. */
interface TensorParts {
  dims: number[];
  elementType: ElementType;
  raw: Uint8Array | undefined;
  numbers: (number | bigint)[];
  texts: string[];
}

function valuesOf({ dims, elementType, raw, numbers, texts }: TensorParts, name: string): TensorValues {
  if (dims.some((dim) => !Number.isSafeInteger(dim) || dim < 0))
    throw damaged(`"${name}" has a size below 0`);
  const count = elementCount(dims);
  const wrong = (seen: number): SlicebenchError =>
    damaged(`"${name}" holds ${seen} values where ${count} were announced`);
  if (elementType === "string") {
    if (texts.length !== count) throw wrong(texts.length);
    return texts;
  }
  const ArrayType = arrayTypes[elementType];
  if (raw !== undefined) {
    if (raw.length !== count * ArrayType.BYTES_PER_ELEMENT)
      throw wrong(raw.length / ArrayType.BYTES_PER_ELEMENT);
    // A copy starts at 0, as wide elements must; `slice` of Node's Buffer would make none.
    return new ArrayType(new Uint8Array(raw).buffer);
  }
  if (numbers.length !== count) throw wrong(numbers.length);
  if (elementType === "int64") return BigInt64Array.from(numbers, BigInt);
  if (elementType === "uint64") return BigUint64Array.from(numbers, BigInt);
  return (ArrayType as Float32ArrayConstructor).from(numbers, Number);
}

function readTensor(bytes: Uint8Array): { name: string; tensor: Tensor } {
  const parts: TensorParts = { dims: [], elementType: "float32", raw: undefined, numbers: [], texts: [] };
  let name = "";
  let code = 0;
  const located = { elsewhere: false };
  const { tensor: field } = fields;
  const big = repeated(parts.numbers, WireType.Varint, (reader) => BigInt(reader.int64()));
  readMessage(bytes, {
    [field.dims]: repeatedInts(parts.dims),
    [field.dataType]: (each) => (code = asInt(each)),
    [field.name]: (each) => (name = asText(each)),
    [field.rawData]: (each) => (parts.raw = asBytes(each)),
    [field.floatData]: repeatedFloats(parts.numbers as number[]),
    [field.doubleData]: repeated(parts.numbers, WireType.Bit64, (reader) => reader.double()),
    [field.int32Data]: repeatedInts(parts.numbers as number[]),
    [field.int64Data]: big,
    [field.uint64Data]: repeated(parts.numbers, WireType.Varint, (reader) => BigInt(reader.uint64())),
    [field.stringData]: (each) => parts.texts.push(asText(each)),
    [field.externalData]: (each) => {
      each.reader.skip(each.wire, field.externalData);
      located.elsewhere = true;
    },
    // Read whatever is known already: a field that is left unread would be taken for the next one.
    [field.dataLocation]: (each) => (located.elsewhere = asInt(each) === 1 || located.elsewhere),
  });
  if (located.elsewhere) {
    throw new SlicebenchError("ONNX_EXTERNAL_DATA", `The weights "${name}" lie in another file.`, {
      hint: "Export the model with its weights inside: one .onnx file below 2 GB (torch.onnx.export: external_data=False).",
    });
  }
  const elementType = elementTypeOfCode(code);
  if (elementType === undefined) throw damaged(`"${name}" has an element type that is not known (${code})`);
  parts.elementType = elementType;
  return { name, tensor: { elementType, dims: parts.dims, values: valuesOf(parts, name) } };
}

function readAttribute(bytes: Uint8Array, depth: number): { name: string; attribute: Attribute } {
  let name = "";
  let type = 0;
  let single: Attribute | undefined;
  const ints: number[] = [];
  const floats: number[] = [];
  const strings: string[] = [];
  const { attribute: field } = fields;
  readMessage(bytes, {
    [field.name]: (each) => (name = asText(each)),
    [field.type]: (each) => (type = asInt(each)),
    [field.float]: ({ reader }) => (single = { kind: "float", value: reader.float() }),
    [field.int]: (each) => (single = { kind: "int", value: asInt(each) }),
    [field.string]: (each) => (single = { kind: "string", value: asText(each) }),
    [field.tensor]: (each) => (single = { kind: "tensor", value: readTensor(asBytes(each)).tensor }),
    [field.graph]: (each) => (single = { kind: "graph", value: readGraph(asBytes(each), depth + 1) }),
    [field.floats]: repeatedFloats(floats),
    [field.ints]: repeatedInts(ints),
    [field.strings]: (each) => strings.push(asText(each)),
  });
  switch (type) {
    case attributeTypes.floats:
      return { name, attribute: { kind: "floats", value: floats } };
    case attributeTypes.ints:
      return { name, attribute: { kind: "ints", value: ints } };
    case attributeTypes.strings:
      return { name, attribute: { kind: "strings", value: strings } };
    case attributeTypes.float:
      return { name, attribute: single ?? { kind: "float", value: 0 } };
    case attributeTypes.int:
      return { name, attribute: single ?? { kind: "int", value: 0 } };
    case attributeTypes.string:
      return { name, attribute: single ?? { kind: "string", value: "" } };
    default:
      return { name, attribute: single ?? { kind: "other", value: bytes } };
  }
}

function readNode(bytes: Uint8Array, depth: number): GraphNode {
  const node: GraphNode = { name: "", operator: "", domain: "", inputs: [], outputs: [], attributes: {} };
  const attributes: [string, Attribute][] = [];
  const { node: field } = fields;
  readMessage(bytes, {
    [field.input]: (each) => node.inputs.push(asText(each)),
    [field.output]: (each) => node.outputs.push(asText(each)),
    [field.name]: (each) => (node.name = asText(each)),
    [field.operator]: (each) => (node.operator = asText(each)),
    [field.domain]: (each) => (node.domain = asText(each)),
    [field.attribute]: (each) => {
      const { name, attribute } = readAttribute(asBytes(each), depth);
      attributes.push([name, attribute]);
    },
  });
  // fromEntries defines properties: a name such as __proto__ stays a name.
  return { ...node, attributes: Object.fromEntries(attributes) };
}

function readDimension(bytes: Uint8Array): Dimension {
  let dimension: Dimension;
  readMessage(bytes, {
    [fields.dimension.value]: (each) => (dimension = asInt(each)),
    [fields.dimension.parameter]: (each) => (dimension = asText(each)),
  });
  return dimension;
}

function readValue(bytes: Uint8Array): GraphValue {
  let name = "";
  let elementType: ElementType | undefined;
  let shape: Dimension[] | undefined;
  readMessage(bytes, {
    [fields.value.name]: (each) => (name = asText(each)),
    [fields.value.type]: (type) =>
      readMessage(asBytes(type), {
        [fields.type.tensorType]: (tensorType) =>
          readMessage(asBytes(tensorType), {
            [fields.tensorType.elementType]: (each) => (elementType = elementTypeOfCode(asInt(each))),
            [fields.tensorType.shape]: (each) => {
              const dims: Dimension[] = [];
              readMessage(asBytes(each), {
                [fields.shape.dimension]: (one) => dims.push(readDimension(asBytes(one))),
              });
              shape = dims;
            },
          }),
      }),
  });
  if (elementType === undefined) {
    throw new SlicebenchError("ONNX_VALUE_TYPE", `"${name}" is no tensor of a known type.`, {
      hint: "Slicebench runs networks from tensors to tensors.",
    });
  }
  return { name, elementType, shape };
}

function readGraph(bytes: Uint8Array, depth: number): Graph {
  if (depth > deepestGraph) throw damaged(`graphs lie in each other ${deepestGraph} deep`);
  const graph: Graph = { name: "", inputs: [], outputs: [], nodes: [], initializers: new Map() };
  const { graph: field } = fields;
  readMessage(bytes, {
    [field.name]: (each) => (graph.name = asText(each)),
    [field.node]: (each) => {
      if (graph.nodes.length >= mostNodes) throw damaged(`it has more than ${mostNodes} nodes`);
      graph.nodes.push(readNode(asBytes(each), depth));
    },
    [field.initializer]: (each) => {
      const { name, tensor } = readTensor(asBytes(each));
      graph.initializers.set(name, tensor);
    },
    [field.input]: (each) => graph.inputs.push(readValue(asBytes(each))),
    [field.output]: (each) => graph.outputs.push(readValue(asBytes(each))),
    [field.sparseInitializer]: () => {
      throw new SlicebenchError("ONNX_UNSUPPORTED", "The model keeps sparse weights, which are not read.", {
        hint: "Export the model with dense weights.",
      });
    },
  });
  // Older exporters list the weights among the inputs as well.
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  return { ...graph, inputs };
}

/**
 * Decodes an ONNX file (ModelProto), which may come from anywhere: sizes are checked against what is there
 * before anything is made of them, and nothing outside the file is followed.
 * @throws SlicebenchError ONNX_DAMAGED, ONNX_EXTERNAL_DATA, ONNX_UNSUPPORTED, ONNX_VALUE_TYPE
 */
export function readModel(bytes: Uint8Array): Model {
  try {
    return readModelMessage(bytes);
  } catch (thrown) {
    if (thrown instanceof SlicebenchError) throw thrown;
    throw damaged("it is cut off, or no ONNX file at all");
  }
}

function readModelMessage(bytes: Uint8Array): Model {
  let graph: Graph | undefined;
  let producer = "";
  let description = "";
  const operatorSets: [string, number][] = [];
  const metadata: [string, string][] = [];
  const { model, operatorSet, entry } = fields;
  readMessage(bytes, {
    [model.producer]: (each) => (producer = asText(each)),
    [model.description]: (each) => (description = asText(each)),
    [model.graph]: (each) => (graph = readGraph(asBytes(each), 0)),
    [model.operatorSet]: (each) => {
      let domain = "";
      let version = 0;
      readMessage(asBytes(each), {
        [operatorSet.domain]: (one) => (domain = asText(one)),
        [operatorSet.version]: (one) => (version = asInt(one)),
      });
      operatorSets.push([domain === "ai.onnx" ? "" : domain, version]);
    },
    [model.metadata]: (each) => {
      let key = "";
      let value = "";
      readMessage(asBytes(each), {
        [entry.key]: (one) => (key = asText(one)),
        [entry.value]: (one) => (value = asText(one)),
      });
      metadata.push([key, value]);
    },
    [model.localFunction]: () => {
      throw new SlicebenchError("ONNX_UNSUPPORTED", "The model defines functions of its own.", {
        hint: "Export it with its functions inlined.",
      });
    },
  });
  if (graph === undefined) throw damaged("it holds no network");
  return {
    graph,
    operatorSets: Object.fromEntries(operatorSets),
    producer,
    description,
    metadata: Object.fromEntries(metadata),
  };
}
