import { SlicebenchError } from "../errors";
import type { GridSize } from "../image/resample";
import type { ModelCard } from "../model-card";
import { type Dimension, type Graph, type GraphNode, type GraphValue, intAttribute } from "../onnx/graph";
import { positiveAxis } from "../onnx/operators/rule";
import type { InferredTypes } from "../onnx/types";
import { describeShape } from "./image-input";

type Output = ModelCard["output"];

/** An output of a network in which each pixel of the input has an answer. */
export interface SegmentationOutput {
  name: string;
  layout: Output["layout"];
  activation: Output["activation"];
  activated: boolean;
  reduction: number;
  /** Classes that it tells apart, the background of softmax and labels not counted. */
  segments: number;
}

/** A network that tells more apart is no segmentation of the few things that a card can name. */
const mostSegments = 255;
/** The coarsest answer that is brought back to the picture's own grid. */
const mostReduction = 32;

/** What an output lacks to be a segmentation, in words. */
interface Unsuitable {
  reason: string;
  isClassifier: boolean;
}

/** Operators that change neither what a value means nor its order of classes. */
const neutral = new Set(
  "Identity Transpose Cast Squeeze Unsqueeze Reshape Flatten Resize Upsample Dropout Slice Clip".split(" "),
);

/** How the values of an output came about: the operator that decides what they mean. */
function decisiveNode(producers: Map<string, GraphNode>, name: string): GraphNode | undefined {
  let node = producers.get(name);
  while (node !== undefined && neutral.has(node.operator)) node = producers.get(node.inputs[0] ?? "");
  return node;
}

type Meaning =
  { kind: "labels"; classes: number | undefined } | { kind: "scores"; activation?: "softmax" | "sigmoid" };

function meaningOf(
  node: GraphNode | undefined,
  producers: Map<string, GraphNode>,
  { types }: InferredTypes,
): Meaning {
  switch (node?.operator) {
    case "ArgMax":
    case "ArgMin": {
      const shape = types.get(node.inputs[0] ?? "")?.shape;
      const classes = shape?.[positiveAxis(intAttribute(node, "axis", 0), shape.length)];
      return { kind: "labels", classes: typeof classes === "number" ? classes : undefined };
    }
    case "Greater":
    case "GreaterOrEqual":
    case "Less":
    case "LessOrEqual":
    case "Round":
      return { kind: "labels", classes: 2 };
    case "Sigmoid":
    case "HardSigmoid":
      return { kind: "scores", activation: "sigmoid" };
    case "Softmax":
      return { kind: "scores", activation: "softmax" };
    case "Div": {
      // Older converters spell softmax out: exp(x) / sum(exp(x)).
      const [above, below] = node.inputs.map((name) => producers.get(name)?.operator);
      const isSoftmax = above === "Exp" && below === "ReduceSum";
      return { kind: "scores", ...(isSoftmax && { activation: "softmax" }) };
    }
    default:
      return { kind: "scores" };
  }
}

/** By how much an output is coarser than the input, undefined where it does not cover it. */
function reductionOf(input: GridSize, rows: Dimension, columns: Dimension): number | undefined {
  const known = typeof rows === "number" ? rows : undefined;
  const knownColumns = typeof columns === "number" ? columns : undefined;
  if (known === undefined && knownColumns === undefined) return 1;
  for (let reduction = 1; reduction <= mostReduction; reduction++) {
    const fits = (side: number | undefined, whole: number) =>
      side === undefined || side === Math.ceil(whole / reduction);
    if (fits(known, input.rows) && fits(knownColumns, input.columns)) return reduction;
  }
  return undefined;
}

interface Extent {
  layout: Output["layout"];
  channels: number;
  reduction: number;
}

/** Where rows, columns and channels are in an output's shape. */
function extentOf(shape: readonly Dimension[], input: GridSize): Extent | undefined {
  const extent = (
    layout: Output["layout"],
    channels: Dimension,
    grid: readonly Dimension[],
  ): Extent | undefined => {
    const reduction = reductionOf(input, grid[0], grid[1]);
    return typeof channels === "number" && channels > 0 && reduction !== undefined
      ? { layout, channels, reduction }
      : undefined;
  };
  const pixels = input.rows * input.columns;
  // A batch of one says nothing; without it three axes are one picture.
  const image = shape.length === 4 || (shape[0] === 1 && shape.length > 2) ? shape.slice(1) : shape;
  const [a, b, c] = image;
  if (image.length === 3) {
    const first = extent("NCHW", a, [b, c]);
    const last = extent("NHWC", c, [a, b]);
    // Both fit where there are as many channels as rows: then the usual one.
    return first ?? last;
  }
  if (image.length !== 2) return undefined;
  if (b === pixels && typeof a === "number") return { layout: "NCHW", channels: a, reduction: 1 };
  if (a === pixels && typeof b === "number") return { layout: "NHWC", channels: b, reduction: 1 };
  return extent("NCHW", 1, [a, b]);
}

function unsuitable(reason: string, isClassifier = false): Unsuitable {
  return { reason, isClassifier };
}

function classify(
  output: GraphValue,
  graph: Graph,
  inferred: InferredTypes,
  input: GridSize,
): SegmentationOutput | Unsuitable {
  const { elementType } = output;
  const shape = bestShape(inferred.types.get(output.name)?.shape, output.shape);
  if (shape === undefined) return unsuitable("its shape cannot be known before it runs");
  const extent = extentOf(shape, input);
  if (extent === undefined) {
    const seen = describeShape({ name: output.name, elementType, shape });
    const spatial = shape.slice(2);
    const isClassifier =
      (shape.length <= 2 && shape.length > 0) || (shape.length === 4 && spatial.every((dim) => dim === 1));
    return unsuitable(`${seen} for a picture of ${input.rows} × ${input.columns}`, isClassifier);
  }
  const { layout, channels, reduction } = extent;
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const meaning = meaningOf(decisiveNode(producers, output.name), producers, inferred);
  const place = { name: output.name, layout, reduction };
  const isWhole = !elementType.includes("float");
  if (isWhole || meaning.kind === "labels") {
    if (channels !== 1) return unsuitable(`it gives whole numbers in ${channels} channels`);
    const classes = meaning.kind === "labels" ? (meaning.classes ?? 2) : 2;
    return limited({ ...place, activation: "none", activated: false, segments: Math.max(1, classes - 1) });
  }
  const activation = channels === 1 ? "sigmoid" : (meaning.activation ?? "softmax");
  return limited({
    ...place,
    activation,
    activated: meaning.activation !== undefined,
    segments: activation === "softmax" ? channels - 1 : channels,
  });
}

function limited(output: SegmentationOutput): SegmentationOutput | Unsuitable {
  return output.segments <= mostSegments
    ? output
    : unsuitable(`it tells ${output.segments} classes apart; ${mostSegments} can be named`);
}

/** What was inferred for the very size is better than what the file announces; both may leave axes open. */
function bestShape(
  inferred: readonly Dimension[] | undefined,
  announced: readonly Dimension[] | undefined,
): readonly Dimension[] | undefined {
  if (inferred === undefined || announced?.length !== inferred.length) return inferred ?? announced;
  return inferred.map((dim, axis) => (typeof dim === "number" ? dim : announced[axis]));
}

/** Heads that only help in training come after the real one, or say so in their names. */
const isAuxiliary = ({ name }: SegmentationOutput) => /aux|deep|side|\bds\d/i.test(name);

/**
 * The outputs that segment, the most likely one first.
 * @param inferred types for a picture of the size `input`
 * @throws MODEL_NO_SEGMENTATION with what the outputs are instead
 */
export function findSegmentationOutputs(
  graph: Graph,
  inferred: InferredTypes,
  input: GridSize,
): SegmentationOutput[] {
  const outputs = graph.outputs.map((output) => classify(output, graph, inferred, input));
  const usable = outputs.filter((output): output is SegmentationOutput => "name" in output);
  const rank = (output: SegmentationOutput) =>
    (isAuxiliary(output) ? 100 : 0) + output.reduction + (output.activation === "none" ? 0.5 : 0);
  if (usable.length > 0) return usable.sort((a, b) => rank(a) - rank(b));
  const reasons = outputs.flatMap((output, i) =>
    "reason" in output ? [`"${graph.outputs[i]!.name}": ${output.reason}`] : [],
  );
  const isClassifier = outputs.some((output) => "isClassifier" in output && output.isClassifier);
  throw new SlicebenchError(
    "MODEL_NO_SEGMENTATION",
    isClassifier
      ? `The network classifies whole pictures, it does not segment them (${reasons.join("; ")}).`
      : `No output gives an answer for each pixel (${reasons.join("; ")}).`,
    {
      hint: "Slicebench needs a network whose output has the rows and columns of its input, or a whole fraction of them.",
    },
  );
}
