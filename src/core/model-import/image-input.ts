import { SlicebenchError } from "../errors";
import type { ModelCard } from "../model-card";
import { type Dimension, type Graph, type GraphValue, intAttribute, intsAttribute } from "../onnx/graph";
import { elementCount, numbersOf, type Tensor } from "../onnx/tensor";
import { inferTypes } from "../onnx/types";

type Layout = ModelCard["input"]["layout"];

/** The input of a network that takes one picture. */
export interface ImageInput {
  value: GraphValue;
  layout: Layout;
  channels: 1 | 3;
  elementType: NonNullable<ModelCard["input"]["elementType"]>;
  /** Absent where the network takes any. */
  rows?: number;
  columns?: number;
  /** The network divides by about 255, or half of it, itself: it wants the displayed values as they are. */
  scalesItself: boolean;
}

/** Larger pictures are worked through in tiles; a network that wants them whole has a wrong size in its file. */
const largestSide = 8192;

const usableTypes = ["float32", "float16", "uint8"] as const;

export function describeShape({ elementType, shape }: GraphValue): string {
  const dims = shape?.map((dim) => (dim === undefined ? "?" : String(dim))).join(" × ");
  return `${elementType} ${dims === undefined ? "of unknown shape" : dims === "" ? "scalar" : dims}`;
}

function refuse(code: string, message: string, hint: string): SlicebenchError {
  return new SlicebenchError(code, message, { hint });
}

/** What the network does with its input before its first convolution. */
interface FirstSteps {
  /** Which axis of the input holds the channels, and how many the first convolution takes. */
  channelAxis?: number;
  channels?: number;
  scalesItself: boolean;
}

/** Operators that leave axes where they are. */
const pointwise = new Set(
  "Cast Identity Mul Div Add Sub Clip Pad Relu Dropout Pow Sqrt BatchNormalization Resize Min Max Neg".split(
    " ",
  ),
);

/** Division by about 255, to 0..1, or by 127.5, to -1..1. */
function isRangeOf255(tensor: Tensor | undefined, reciprocal: boolean): boolean {
  if (tensor === undefined || elementCount(tensor.dims) > 64) return false;
  const divisors = numbersOf(tensor).map((each) => (reciprocal ? 1 / each : each));
  const isRange = (each: number) => Math.abs(each - 255) < 30 || Math.abs(each - 127.5) < 1;
  return divisors.length > 0 && divisors.every(isRange);
}

/** Follows the picture to its first convolution, through transpositions. */
function firstSteps(graph: Graph, input: string): FirstSteps {
  const { constants } = inferTypes(graph);
  /** By value: which axis of the input each of its axes is. */
  const axes = new Map<string, readonly number[]>([[input, [0, 1, 2, 3]]]);
  const found: FirstSteps = { scalesItself: false };
  for (const node of graph.nodes) {
    const from = node.inputs.find((name) => axes.has(name));
    const [output] = node.outputs;
    const order = axes.get(from ?? "");
    if (order === undefined || output === undefined) continue;
    const other = constants.get(node.inputs.find((name) => name !== from) ?? "");
    if (node.operator === "Conv") {
      const weight =
        graph.initializers.get(node.inputs[1] ?? "")?.dims ?? constants.get(node.inputs[1] ?? "")?.dims;
      if (weight?.length !== 4) continue;
      return {
        ...found,
        channelAxis: order[1]!,
        channels: weight[1]! * intAttribute(node, "group", 1),
      };
    }
    if (node.operator === "Transpose") {
      const permutation = intsAttribute(node, "perm");
      if (permutation?.length === 4)
        axes.set(
          output,
          permutation.map((axis) => order[axis] ?? 0),
        );
    } else if (pointwise.has(node.operator)) {
      axes.set(output, order);
      if (node.operator === "Div") found.scalesItself ||= isRangeOf255(other, false);
      if (node.operator === "Mul") found.scalesItself ||= isRangeOf255(other, true);
    }
  }
  return found;
}

/** Unknown sizes are left out as symbols, as undefined, or as -1. */
const known = (dim: Dimension): number | undefined => (typeof dim === "number" && dim > 0 ? dim : undefined);

function chooseLayout(shape: readonly Dimension[], steps: FirstSteps): Layout {
  if (steps.channelAxis === 1) return "NCHW";
  if (steps.channelAxis === 3) return "NHWC";
  const canBe = (axis: number) => known(shape[axis]) === 1 || known(shape[axis]) === 3;
  return !canBe(1) && canBe(3) ? "NHWC" : "NCHW";
}

function requireSide(name: string, side: number | undefined): void {
  if (side === undefined || side <= largestSide) return;
  throw refuse(
    "MODEL_TOO_LARGE",
    `The input "${name}" is ${side} pixels long; at most ${largestSide} are taken.`,
    "Export the model with the size it was trained at, or with free rows and columns.",
  );
}

/**
 * Finds the one input through which a network takes a picture.
 * @throws MODEL_NOT_FOR_IMAGES, MODEL_CHANNELS, MODEL_BATCH, MODEL_INPUT_TYPE, MODEL_TOO_LARGE
 */
export function findImageInput(graph: Graph): ImageInput {
  const [value, ...others] = graph.inputs;
  if (value === undefined || others.length > 0) {
    const listed = graph.inputs.map((each) => `"${each.name}" (${describeShape(each)})`);
    throw refuse(
      "MODEL_NOT_FOR_IMAGES",
      value === undefined
        ? "The network takes no input."
        : `The network takes ${graph.inputs.length} inputs: ${listed.join(", ")}. Slicebench gives one picture.`,
      "Export the part that takes one picture and gives its segmentation.",
    );
  }
  const { name, shape } = value;
  if (shape?.length !== 4) {
    const seen = describeShape(value);
    throw refuse(
      "MODEL_NOT_FOR_IMAGES",
      shape?.length === 5
        ? `The network takes volumes (${seen}); Slicebench segments slice by slice.`
        : `The input "${name}" (${seen}) is no picture: batch, channels, rows and columns are expected.`,
      "Export a two-dimensional network with a batch axis.",
    );
  }
  const batch = known(shape[0]);
  if (batch !== undefined && batch !== 1) {
    throw refuse(
      "MODEL_BATCH",
      `The network takes ${batch} pictures at once; Slicebench gives one.`,
      "Export it with a batch of 1, or a free one.",
    );
  }
  const elementType = usableTypes.find((each) => each === value.elementType);
  if (elementType === undefined) {
    throw refuse(
      "MODEL_INPUT_TYPE",
      `The network takes ${value.elementType}; pictures are given as ${usableTypes.join(", ")}.`,
      "Export it with a float32 input.",
    );
  }
  const steps = firstSteps(graph, name);
  const layout = chooseLayout(shape, steps);
  const [channelAxis, rowAxis] = layout === "NCHW" ? [1, 2] : [3, 1];
  const channels = known(shape[channelAxis]) ?? steps.channels ?? 3;
  if (channels !== 1 && channels !== 3) {
    throw refuse(
      "MODEL_CHANNELS",
      `The network takes ${channels} channels; a slice has 1 (grey) or 3 (colour).`,
      "Models of several sequences or neighbouring slices cannot be run here.",
    );
  }
  const [rows, columns] = [known(shape[rowAxis]), known(shape[rowAxis + 1])];
  requireSide(name, rows);
  requireSide(name, columns);
  const sides =
    rows !== undefined || columns !== undefined
      ? { rows: (rows ?? columns)!, columns: (columns ?? rows)! }
      : {};
  return { value, layout, channels, elementType, ...sides, scalesItself: steps.scalesItself };
}
