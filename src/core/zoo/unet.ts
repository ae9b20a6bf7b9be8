import type { GraphBuilder } from "../onnx/builder";
import type { Value } from "../onnx/graph-assembly";
import {
  convReluUnit,
  scaledChannels,
  type Classifier,
  type Encoder,
  type EncoderOptions,
  type FeatureMap,
  type Norm,
} from "./blocks";

/**
 * U-Net: Ronneberger, Fischer & Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation",
 * MICCAI 2015. A contracting path of double convolutions and pooling, and an expanding one of
 * up-convolutions, each joined by concatenation with the features of its scale.
 */

/** How the network treats an image's border, and its layers' outputs. */
export interface UnetStyle {
  /** "same" pads each convolution, so that the mask is as large as the image; "valid" is the published form. */
  padding: "same" | "valid";
  norm: Norm;
  /** Share of activations dropped at the end of the contracting path; 0 for none. */
  dropout: number;
}

/** Figure 1: channels from the full resolution down to the bottleneck. */
const levelChannels = [64, 128, 256, 512, 1024];

/** "Repeated application of two 3x3 convolutions, each followed by a rectified linear unit." */
export function doubleConv(
  at: GraphBuilder,
  input: Value,
  { channels, padding, norm }: { channels: number; padding: UnetStyle["padding"]; norm: Norm },
): Value {
  const options = { channels, kernel: 3, padding: padding === "same" ? ("same" as const) : 0, norm };
  return convReluUnit(at, "2", convReluUnit(at, "1", input, options), options);
}

/** The contracting path: five levels, halved in size and doubled in channels by 2x2 max pooling. */
export function contractingPath(
  at: GraphBuilder,
  image: Value,
  { width, padding, norm, dropout }: EncoderOptions & UnetStyle,
): FeatureMap[] {
  let features = image;
  return levelChannels.map((published, index) => {
    const level = at.scope(`level${index + 1}`);
    const channels = scaledChannels(published, width);
    if (index > 0) features = level.maxPool(features, { kernel: 2 });
    features = doubleConv(level, features, { channels, padding, norm });
    // The authors' Caffe files drop at the end of the last two levels.
    if (dropout > 0 && index >= 3) features = level.dropout(features, dropout);
    return { value: features, stride: 2 ** index, decoderChannels: channels };
  });
}

/**
 * The published network: valid convolutions, no normalisation, dropout at the end of the contracting path. Of
 * 572 x 572 pixels it labels the 388 x 388 in the middle; larger images are tiled ("overlap-tile strategy").
 */
export const publishedUnet: Classifier = (net, image, { classes, width }) => {
  const style = { padding: "valid", norm: "none" } as const;
  const features = contractingPath(net.scope("encoder"), image, { ...style, width, dropout: 0.5 });
  const decoded = unetDecoder(net.scope("decoder"), features, { ...style, skips: true });
  return net.conv("head", decoded, { channels: classes, kernel: 1 });
};

/** The padded, batch-normalised contracting path, as it is used nearly everywhere today. */
export const unetEncoder: Encoder = (at, image, options) =>
  contractingPath(at, image, { ...options, padding: "same", norm: "batch", dropout: 0 });

export interface UnetDecoderOptions extends Pick<UnetStyle, "padding" | "norm"> {
  /** False leaves the concatenations out: the same path with nothing but what came through the bottleneck. */
  skips: boolean;
}

/**
 * The expanding path over any encoder: at each scale an up-convolution (2x2, stride 2), the concatenation with
 * the encoder's features and a double convolution. Scales finer than the encoder's finest get no features.
 * @param features from the finest to the coarsest
 * @returns features at the image's own resolution
 */
export function unetDecoder(
  at: GraphBuilder,
  features: readonly FeatureMap[],
  { padding, norm, skips }: UnetDecoderOptions,
): Value {
  const coarsest = features.at(-1)!;
  let { value, stride } = coarsest;
  let channels = coarsest.decoderChannels;
  while (stride > 1) {
    stride /= 2;
    const skip = features.find((each) => each.stride === stride);
    channels = skip?.decoderChannels ?? channels / 2;
    const stage = at.scope(`up${stride}`);
    value = stage.convTranspose("upconv", value, { channels, kernel: 2, stride: 2 });
    if (skip !== undefined && skips) {
      value = stage.concat([padding === "valid" ? croppedTo(stage, skip.value, value) : skip.value, value]);
    }
    value = doubleConv(stage, value, { channels, padding, norm });
  }
  return value;
}

/** "The cropping is necessary due to the loss of border pixels in every convolution." */
function croppedTo(at: GraphBuilder, features: Value, target: Value): Value {
  const [rows, columns] = target.shape.slice(2) as [number, number];
  return at.crop(features, { rows, columns });
}
