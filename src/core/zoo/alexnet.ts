import type { GraphBuilder } from "../onnx/builder";
import type { Padding } from "../onnx/builder-options";
import type { Value } from "../onnx/graph-assembly";
import { convReluUnit, denseHead, scaledChannels, type Classifier, type Encoder } from "./blocks";

/**
 * AlexNet: Krizhevsky, Sutskever & Hinton, "ImageNet Classification with Deep Convolutional Neural Networks",
 * NIPS 2012. It brought ReLU, local response normalisation, overlapping pooling and dropout, and training on
 * two graphics processors, of which each holds half of the maps.
 */
interface AlexnetDesign {
  /** Maps of conv1 to conv5. */
  channels: readonly [number, number, number, number, number];
  /** conv2, conv4 and conv5 see the maps of their own half alone. */
  groups: 1 | 2;
  /** Local response normalisation after conv1 and conv2 (section 3.3). */
  normalized: boolean;
  /** Around conv1's image. */
  padding: Padding;
}

/**
 * The two-processor form of 2012. The paper's 224 x 224 pixels give the 55 x 55 positions of figure 2 only with
 * three more rows and columns; cuda-convnet, in which it was written, puts them at the right and the lower
 * border. (Caffe crops 227 x 227 instead: the same numbers.)
 */
const twoTowers: AlexnetDesign = {
  channels: [96, 256, 384, 384, 256],
  groups: 2,
  normalized: true,
  padding: [0, 0, 3, 3],
};

/**
 * The single-tower form of Krizhevsky's "One weird trick for parallelizing convolutional neural networks",
 * 2014, as torchvision has it: other channel counts, no groups, no normalisation.
 */
const singleTower: AlexnetDesign = {
  channels: [64, 192, 384, 256, 256],
  groups: 1,
  normalized: false,
  padding: 2,
};

/** Of the single-tower form, torchvision's average pooling to 6 x 6 is left out: at 224 x 224 it does nothing. */
const classifier =
  (design: AlexnetDesign): Classifier =>
  (net, image, { classes, width }) => {
    const { conv5 } = alexnetFeatures(net, image, { ...design, width, poolPadding: 0 });
    return denseHead(net, net.maxPool(conv5, overlapping), { classes, width });
  };

export const alexnet = classifier(singleTower);
export const alexnetTwoTowers = classifier(twoTowers);

/** "If we set s < z, we obtain overlapping pooling": z = 3, s = 2 (section 3.4). */
const overlapping = { kernel: 3, stride: 2 };

/**
 * conv1, conv2 and conv5 of the 2012 form in one tower, padded so that each map has exactly a fourth, an
 * eighth and a sixteenth of the image's rows and columns.
 */
export const alexnetEncoder: Encoder = (at, image, { width }) => {
  const design = { ...twoTowers, groups: 1, padding: [3, 3, 4, 4] } as const;
  const { conv1, conv2, conv5 } = alexnetFeatures(at, image, { ...design, width, poolPadding: 1 });
  return [conv1, conv2, conv5].map((value, index) => ({
    value,
    stride: 4 * 2 ** index,
    decoderChannels: scaledChannels([96, 128, 256][index]!, width),
  }));
};

function alexnetFeatures(
  at: GraphBuilder,
  image: Value,
  {
    channels,
    groups,
    normalized,
    padding,
    width,
    poolPadding,
  }: AlexnetDesign & { width: number; poolPadding: number },
) {
  const conv = (label: number, input: Value, kernel: number, options: { stride?: number; groups?: number }) =>
    convReluUnit(at, String(label), input, {
      channels: scaledChannels(channels[label - 1]!, width),
      kernel,
      padding: label === 1 ? padding : "same",
      norm: "none",
      ...options,
    });
  const reduced = (features: Value) =>
    at.maxPool(normalized ? responseNorm(at, features) : features, {
      ...overlapping,
      padding: poolPadding,
    });
  const conv1 = conv(1, image, 11, { stride: 4 });
  const conv2 = conv(2, reduced(conv1), 5, { groups });
  const conv3 = conv(3, reduced(conv2), 3, {});
  const conv4 = conv(4, conv3, 3, { groups });
  const conv5 = conv(5, conv4, 3, { groups });
  return { conv1, conv2, conv5 };
}

/**
 * Local response normalisation with the constants of section 3.3. The paper's alpha of
 * 1e-4 weighs the sum over the five neighbours, ONNX's (and Caffe's) their mean.
 */
function responseNorm(at: GraphBuilder, input: Value): Value {
  return at.localResponseNorm(input, { size: 5, alpha: 5 * 1e-4, beta: 0.75, bias: 2 });
}
