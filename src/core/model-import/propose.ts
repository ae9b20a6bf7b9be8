import { SlicebenchError } from "../errors";
import type { GridSize } from "../image/resample";
import type { ModelCard } from "../model-card";
import type { Graph, GraphValue, Model } from "../onnx/graph";
import { type ImageSize, withInputSize } from "../onnx/describe";
import { countMultiplyAdds, countParameters } from "../onnx/measure";
import { operatorRule } from "../onnx/operators/index";
import { elementCount } from "../onnx/tensor";
import { type InferredTypes, inferTypes, operatorCall } from "../onnx/types";
import { describeShape, findImageInput, type ImageInput } from "./image-input";
import { type IntensityChoice, intensityChoices, type SizeChoice, sizeChoices } from "./preparations";
import { operatorSetOf, requireRunnable } from "./runnable";
import { nameSegments } from "./segment-names";
import { findSegmentationOutputs, type SegmentationOutput } from "./segmentation-output";

/** A file that is to become a model. */
export interface ModelFile {
  /** Without its folder. */
  name: string;
  /** What the model is called; the file's stem where this is left out. */
  title?: string;
  sha256: string;
  bytes: number;
}

export interface PortDescription {
  name: string;
  /** "float32 batch × 3 × 256 × 256". */
  type: string;
}

/** What a network's own file says about how to run it, and what it leaves open. */
export interface ModelProposal {
  /** Ready to be used; the first of each choice below. */
  card: ModelCard;
  inputs: PortDescription[];
  outputs: PortDescription[];
  /** Outputs that segment, the card's own first. */
  outputChoices: ModelCard["output"][];
  intensities: IntensityChoice[];
  sizes: SizeChoice[];
  /** What was guessed, and from what, in sentences. */
  notes: string[];
}

/** Sizes at which a network of free rows and columns is looked at: unequal, so that axes are told apart. */
const probe: GridSize = { rows: 256, columns: 320 };
/** Of one value of the network, in elements: more is no network for a picture but a mistake or an attack. */
const largestValue = 2 ** 31;
const coarsestStride = 64;

/** Undefined where an operator's work cannot be known. */
function multiplyAddsAt(graph: Graph, size: ImageSize): number | undefined {
  try {
    return countMultiplyAdds(graph, size);
  } catch (thrown) {
    if (thrown instanceof SlicebenchError) return undefined;
    throw thrown;
  }
}

function requireSensibleSizes({ types }: InferredTypes): void {
  for (const [name, { shape }] of types) {
    const dims = shape?.filter((dim) => typeof dim === "number") ?? [];
    if (elementCount(dims) <= largestValue) continue;
    throw new SlicebenchError(
      "MODEL_TOO_LARGE",
      `Inside the network "${name}" would have ${dims.join(" × ")} values, more than fit into memory.`,
      { hint: "Export the model with the picture size that it was trained at." },
    );
  }
}

/** How many input pixels one position of the coarsest feature map stands for: rows must be a multiple of it. */
function coarsest(graph: Graph, inferred: InferredTypes): number {
  const strides = new Map<string, number>(graph.inputs.map(({ name }) => [name, 1]));
  let most = 1;
  for (const node of graph.nodes) {
    const known = node.inputs.flatMap((name) => strides.get(name) ?? []);
    if (known.length === 0) continue;
    let window;
    try {
      window = operatorRule(node)?.window?.(operatorCall(node, inferred));
    } catch (thrown) {
      if (!(thrown instanceof SlicebenchError)) throw thrown;
    }
    // What was pooled over the whole picture is a gate, no feature map.
    if (window?.extent === "all") continue;
    const stride = Math.max(...known) * Math.max(...(window?.stride ?? [1]));
    for (const name of node.outputs) strides.set(name, stride);
    most = Math.max(most, Math.round(stride));
  }
  return Math.min(most, coarsestStride);
}

function storageOf(graph: Graph): ModelCard["weights"]["storage"] {
  const bytes = { float32: 0, float16: 0, int8: 0 };
  for (const { elementType, dims } of graph.initializers.values()) {
    const kind = elementType === "uint8" ? "int8" : elementType;
    if (kind === "float32" || kind === "float16" || kind === "int8") bytes[kind] += elementCount(dims);
  }
  if (bytes.int8 > bytes.float32 && bytes.int8 > bytes.float16) return "int8";
  return bytes.float16 > bytes.float32 ? "float16" : "float32";
}

const asPort = (value: GraphValue): PortDescription => ({ name: value.name, type: describeShape(value) });

/** A file's stem as a name: `retina_vessels-v2.onnx` is "Retina vessels v2". */
function nameOf(file: string): string {
  const words = file
    .replace(/\.[^.]*$/, "")
    .replaceAll(/[_-]+/g, " ")
    .trim();
  return words === "" ? "Model" : words.charAt(0).toUpperCase() + words.slice(1);
}

/** An id made of a name: lower case, what is no letter or digit becomes a hyphen. */
export function modelIdOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase();
  const id = plain
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  return id === "" ? "model" : id;
}

function outputOf(found: SegmentationOutput, metadata: Model["metadata"]): ModelCard["output"] {
  const { name, layout, activation, activated, reduction, segments: count } = found;
  const hasBackground = activation !== "sigmoid";
  return {
    name,
    layout,
    activation,
    ...(activated && { activated }),
    ...(reduction > 1 && { reduction }),
    segments: nameSegments(metadata, { count, hasBackground, outputName: name }),
  };
}

const meanings: Record<ModelCard["output"]["activation"], string> = {
  softmax: "one class a pixel, class 0 taken as background",
  sigmoid: "each segment by itself, from a probability of 0.5 on",
  none: "the network decides itself and gives labels",
};

function notesOf(input: ImageInput, output: ModelCard["output"], outputCount: number): string[] {
  const { activation, activated, reduction } = output;
  const decided =
    activation === "none"
      ? ""
      : activated === true
        ? `, ${activation} inside the network`
        : `, ${activation} is applied to its scores`;
  return [
    ...(input.layout === "NHWC" ? ["Channels come last, as in TensorFlow."] : []),
    ...(input.scalesItself
      ? ["The network scales by 255 itself, so it wants pictures as they are shown."]
      : []),
    `Output "${output.name}": ${meanings[activation]}${decided}.`,
    ...(outputCount > 1 ? [`It has ${outputCount} outputs; this one fits best.`] : []),
    ...(reduction === undefined
      ? []
      : [`The output is ${reduction} times coarser than the picture and is enlarged.`]),
  ];
}

/**
 * Proposes how to run a network that somebody brings, from nothing but its file: layout, size, channels, element
 * type, what the output means, how many segments there are and what they are called.
 * @throws MODEL_OPERATOR_SET, MODEL_CUSTOM_OPERATOR, MODEL_NOT_FOR_IMAGES, MODEL_CHANNELS, MODEL_BATCH,
 *         MODEL_INPUT_TYPE, MODEL_TOO_LARGE, MODEL_NO_SEGMENTATION
 */
export function proposeModelCard(model: Model, file: ModelFile): ModelProposal {
  requireRunnable(model);
  const { graph, metadata } = model;
  const input = findImageInput(graph);
  const size: GridSize = { rows: input.rows ?? probe.rows, columns: input.columns ?? probe.columns };
  const sized = withInputSize(graph, { ...size, layout: input.layout });
  const inferred = inferTypes(sized);
  requireSensibleSizes(inferred);
  const found = findSegmentationOutputs(sized, inferred, size);
  const outputChoices = found.map((each) => outputOf(each, metadata));
  const output = outputChoices[0]!;
  const intensities = intensityChoices(input, model);
  const sizes = sizeChoices(input, coarsest(sized, inferred));
  const macsAt: GridSize = { rows: input.rows ?? 256, columns: input.columns ?? 256 };
  const macs = multiplyAddsAt(graph, { ...macsAt, layout: input.layout });
  const name = nameOf(file.title ?? file.name);
  const stated = (...keys: string[]) =>
    keys.map((key) => metadata[key]).find((text) => text !== undefined && text !== "");
  const card: ModelCard = {
    schemaVersion: 2,
    id: modelIdOf(name),
    name,
    version: stated("version") ?? "1",
    description: stated("description") ?? (model.description || `Brought in from ${file.name}.`),
    use: "brought in by the reader; nobody has measured it here",
    limits: ["Nothing is known here about what it was trained on, and how well it does."],
    licence: stated("license", "licence") ?? "not stated",
    citation: [],
    weights: { file: "model.onnx", sha256: file.sha256, bytes: file.bytes, storage: storageOf(graph) },
    architecture: {
      family: stated("architecture", "arch", "family") ?? "unknown",
      encoder: stated("encoder", "encoder_name", "backbone") ?? "unknown",
      decoder: stated("decoder") ?? "unknown",
      parameters: countParameters(graph),
      ...(macs !== undefined && { macs }),
      macsAt,
    },
    input: {
      name: input.value.name,
      channels: input.channels,
      size: sizes[0]!.size,
      intensity: intensities[0]!.rule,
      layout: input.layout,
      ...(input.elementType !== "float32" && { elementType: input.elementType }),
      suits: { modalities: [], colour: "either" },
    },
    output,
    source: {
      file: file.name,
      producer: model.producer,
      operatorSet: operatorSetOf(model),
      importedOn: "",
    },
  };
  return {
    card,
    inputs: graph.inputs.map(asPort),
    outputs: graph.outputs.map(asPort),
    outputChoices,
    intensities,
    sizes,
    notes: notesOf(input, output, graph.outputs.length),
  };
}
