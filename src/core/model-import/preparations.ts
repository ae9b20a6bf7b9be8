import type { InputSize, IntensityRule } from "../model-card";
import type { ImageInput } from "./image-input";

/** One way to turn a picture's intensities into the network's input, and what it is called. */
export interface IntensityChoice {
  id: string;
  label: string;
  /** Where one meets it. */
  usedBy: string;
  rule: IntensityRule;
}

/** One way to bring a picture to the network's rows and columns. */
export interface SizeChoice {
  id: string;
  label: string;
  size: InputSize;
}

/** Mean and deviation of ImageNet's colours, 0..1, with which torchvision's and most encoders were trained. */
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

const zeroToOne: IntensityChoice = {
  id: "percentile",
  label: "Percentiles 1 to 99 → 0 to 1",
  usedBy: "medical images; outliers are clipped",
  rule: { kind: "percentile", low: 1, high: 99 },
};
const wholeRange: IntensityChoice = {
  id: "range",
  label: "Lowest to highest → 0 to 1",
  usedBy: "MONAI ScaleIntensity",
  rule: { kind: "percentile", low: 0, high: 100 },
};
const normalised: IntensityChoice = {
  id: "z-score",
  label: "Mean 0, deviation 1",
  usedBy: "nnU-Net, MONAI NormalizeIntensity",
  rule: { kind: "z-score" },
};
const displayed: IntensityChoice = {
  id: "displayed",
  label: "As shown, 0 to 255 → 0 to 1",
  usedBy: "Keras Rescaling(1/255), ToTensor",
  rule: { kind: "0-255", divisor: 255 },
};
const centred: IntensityChoice = {
  id: "centred",
  label: "As shown, 0 to 255 → −1 to 1",
  usedBy: "Keras mobilenet, inception",
  rule: { kind: "0-255", divisor: 127.5, mean: [1, 1, 1] },
};
const raw: IntensityChoice = {
  id: "raw",
  label: "As shown, 0 to 255",
  usedBy: "networks that scale by themselves",
  rule: { kind: "0-255", divisor: 1 },
};
const imageNetColours: IntensityChoice = {
  id: "imagenet",
  label: "As shown, ImageNet's mean and deviation",
  usedBy: "torchvision, segmentation-models-pytorch",
  rule: { kind: "0-255", divisor: 255, ...imageNet },
};

/** Numbers under a metadata key, of 0..1 or 0..255; undefined where there are none. */
function statedNumbers(text: string | undefined): number[] | undefined {
  const numbers = (text?.match(/-?\d+(\.\d+)?(e-?\d+)?/gi) ?? []).map(Number);
  return numbers.length === 1 || numbers.length === 3 ? numbers : undefined;
}

/** Mean and deviation that the file itself states. */
function statedNormalisation(metadata: Readonly<Record<string, string>>): IntensityChoice | undefined {
  const mean = statedNumbers(metadata.mean ?? metadata.image_mean);
  const std = statedNumbers(metadata.std ?? metadata.image_std);
  if (mean === undefined || std === undefined || std.some((each) => each <= 0)) return undefined;
  const of255 = Math.max(...mean, ...std) > 4;
  const divisor = of255 ? 1 : 255;
  return {
    id: "stated",
    label: "As shown, the file's own mean and deviation",
    usedBy: "this model",
    rule: { kind: "0-255", divisor, mean, std },
  };
}

/** Ways to scale intensities for this input, the most likely one first. */
export function intensityChoices(
  input: ImageInput,
  { producer, metadata }: { producer: string; metadata: Readonly<Record<string, string>> },
): IntensityChoice[] {
  // Whole numbers 0..255 have no room for any other rule.
  if (input.elementType === "uint8") return [raw];
  const stated = statedNormalisation(metadata);
  const isKeras = /tf2onnx|keras|tensorflow/i.test(producer);
  const colour = input.channels === 3;
  const usual = isKeras
    ? [displayed, centred]
    : colour
      ? [imageNetColours, displayed]
      : [zeroToOne, displayed];
  const all = [
    ...(stated === undefined ? [] : [stated]),
    ...(input.scalesItself ? [raw] : []),
    ...usual,
    zeroToOne,
    wholeRange,
    normalised,
    displayed,
    ...(colour ? [imageNetColours] : []),
    centred,
    raw,
  ];
  return [...new Set(all)];
}

/** Side of the square into which whole pictures are fitted where the network does not say. */
const usualSide = 256;

/** Ways to bring a picture to the network's size. @param multiple of which rows and columns must be where they are free */
export function sizeChoices({ rows, columns }: ImageInput, multiple: number): SizeChoice[] {
  if (rows === undefined || columns === undefined) {
    const side = Math.ceil(usualSide / multiple) * multiple;
    return [
      { id: "own", label: "Own size", size: { kind: "multiple-of", multiple } },
      { id: "fit", label: `Fitted into ${side} × ${side}`, size: { kind: "fit", rows: side, columns: side } },
    ];
  }
  return [
    { id: "fit", label: `Whole slice in ${rows} × ${columns}`, size: { kind: "fit", rows, columns } },
    { id: "tiles", label: "Own size, in tiles", size: { kind: "tiles", rows, columns, overlap: 0.25 } },
  ];
}
