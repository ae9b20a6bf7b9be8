import type { GraphBuilder } from "../onnx/builder";
import type { PoolingOptions } from "../onnx/builder-options";
import type { Value } from "../onnx/graph-assembly";
import { convReluUnit, denseHead, scaledChannels, type Classifier, type Encoder, type Norm } from "./blocks";

/**
 * VGG: Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015.
 * Nothing but 3x3 convolutions: two of them see what a 5x5 sees with fewer weights and one more ReLU, and so
 * depth could grow to 19 layers with weights.
 *
 * Convolutions in each of the five stages (table 1: configurations A, B, D and E).
 */
export const vggDesigns = {
  vgg11: [1, 1, 2, 2, 2],
  vgg13: [2, 2, 2, 2, 2],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
} as const satisfies Record<string, VggDepths>;

export type VggDepths = readonly [number, number, number, number, number];

const stageChannels = [64, 128, 256, 512, 512];

/** The published network. torchvision's average pooling to 7 x 7 is left out: at 224 x 224 it does nothing. */
export const vgg =
  (depths: VggDepths): Classifier =>
  (net, image, { classes, width }) => {
    const { features } = vggStages(net, image, { depths, width, norm: "none" }).at(-1)!;
    return denseHead(net, net.maxPool(features, { kernel: 2 }), { classes, width });
  };

/**
 * The five stages, each before its pooling; the last pooling is left out, as nothing follows. Strides 1, 2, 4,
 * 8 and 16. Batch-normalised, as in torchvision's `vgg16_bn`: the authors had to start deep configurations from
 * the weights of shallow ones.
 */
export const vggEncoder =
  (depths: VggDepths): Encoder =>
  (at, image, { width }) =>
    vggStages(at, image, { depths, width, norm: "batch" }).map(({ features }, index) => ({
      value: features,
      stride: 2 ** index,
      decoderChannels: scaledChannels(stageChannels[index]!, width),
    }));

interface VggOptions {
  depths: VggDepths;
  width: number;
  norm: Norm;
  /** Around the image; the stages keep their size with 1, which is the default. */
  firstPadding?: number;
  /** How poolings halve odd sizes; default: down. */
  pooling?: Pick<PoolingOptions, "ceil">;
}

/** Layers are called as in the authors' Caffe files: `conv3_2`. @returns what each stage takes and gives */
export function vggStages(
  at: GraphBuilder,
  image: Value,
  { depths, width, norm, firstPadding = 1, pooling = {} }: VggOptions,
): { input: Value; features: Value }[] {
  let features = image;
  return depths.map((depth, stage) => {
    if (stage > 0) features = at.maxPool(features, { kernel: 2, ...pooling });
    const input = features;
    for (let index = 1; index <= depth; index++) {
      features = convReluUnit(at, `${stage + 1}_${index}`, features, {
        channels: scaledChannels(stageChannels[stage]!, width),
        kernel: 3,
        padding: stage === 0 && index === 1 ? firstPadding : 1,
        norm,
      });
    }
    return { input, features };
  });
}
