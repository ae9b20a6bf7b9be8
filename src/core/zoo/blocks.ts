import type { GraphBuilder } from "../onnx/builder";
import type { ConvolutionOptions } from "../onnx/builder-options";
import type { Value } from "../onnx/graph-assembly";

/** Whether activations are normalised after each convolution (Ioffe & Szegedy 2015). */
export type Norm = "batch" | "none";

export interface ConvUnitOptions extends Omit<ConvolutionOptions, "bias"> {
  norm: Norm;
  /** Default 1e-5. */
  epsilon?: number;
}

/**
 * A convolution and its batch normalisation: `conv1`, `bn1` where the label is "1". The convolution has a
 * bias only where no normalisation follows, which would take it away again.
 */
export function convUnit(at: GraphBuilder, label: string, input: Value, options: ConvUnitOptions): Value {
  const { norm, epsilon, ...convolution } = options;
  const features = at.conv(`conv${label}`, input, { ...convolution, bias: norm === "none" });
  if (norm === "none") return features;
  return at.batchNorm(`bn${label}`, features, epsilon === undefined ? {} : { epsilon });
}

/** The same with a ReLU (Nair & Hinton 2010): the brick that every network since AlexNet is made of. */
export function convReluUnit(at: GraphBuilder, label: string, input: Value, options: ConvUnitOptions): Value {
  return at.relu(convUnit(at, label, input, options));
}

/** A fully connected layer with a bias. */
export function linear(at: GraphBuilder, name: string, input: Value, features: number): Value {
  return at.gemm(name, input, { features, weights: "xavier" });
}

/** fc6, fc7 and fc8: how AlexNet and VGG end. Half of the activations are dropped in training. */
export function denseHead(
  at: GraphBuilder,
  features: Value,
  { classes, width }: Pick<ClassifierOptions, "classes" | "width">,
): Value {
  let values = at.flatten(features);
  for (const name of ["fc6", "fc7"]) {
    values = at.gemm(name, at.dropout(values), { features: scaledChannels(4096, width) });
    values = at.relu(values);
  }
  return linear(at, "fc8", values, classes);
}

/** The mean of each map and one linear layer: how networks end since GoogLeNet (Lin et al. 2013, 3.2). */
export function pooledHead(
  at: GraphBuilder,
  features: Value,
  { classes, dropout }: { classes: number; dropout: number },
): Value {
  const means = at.flatten(at.globalAveragePool(features));
  return linear(at, "fc", dropout === 0 ? means : at.dropout(means, dropout), classes);
}

/**
 * A network's channel count at another width. Other widths than 1 give multiples of 8, which the
 * engine's vector units take whole.
 */
export function scaledChannels(channels: number, width: number): number {
  return width === 1 ? channels : Math.max(8, Math.round((channels * width) / 8) * 8);
}

/** The channel count of an image or feature map; networks are always built with it known. */
export function channelsOf(value: Value): number {
  return value.shape[1] as number;
}

/** What an encoder hands to a decoder at one scale. */
export interface FeatureMap {
  value: Value;
  /** Input pixels between neighbouring positions: 1, 2, 4 ... */
  stride: number;
  /** Channels with which a decoder works at this scale. */
  decoderChannels: number;
}

/** The size of a network, beside its design. */
export interface EncoderOptions {
  /** Factor on every channel count; 1 is the published network. */
  width: number;
}

/** Appends an encoder to a graph; gives its feature maps from the finest to the coarsest. */
export type Encoder = (at: GraphBuilder, image: Value, options: EncoderOptions) => FeatureMap[];

/** The size of a network that classifies whole images. */
export interface ClassifierOptions extends EncoderOptions {
  classes: number;
}

/** Appends a classifier to a graph; gives its logits, batch x classes. */
export type Classifier = (at: GraphBuilder, image: Value, options: ClassifierOptions) => Value;
