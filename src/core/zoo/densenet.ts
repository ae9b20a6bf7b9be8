import type { GraphBuilder } from "../onnx/builder";
import type { Value } from "../onnx/graph-assembly";
import {
  channelsOf,
  convReluUnit,
  pooledHead,
  scaledChannels,
  type Classifier,
  type Encoder,
  type FeatureMap,
} from "./blocks";

/**
 * DenseNet-BC: Huang, Liu, van der Maaten & Weinberger, "Densely Connected Convolutional Networks", CVPR 2017.
 * Within a block each layer takes the maps of all layers before it, by concatenation, and adds a few of its own
 * (the growth rate): features are used again instead of being learned again.
 *
 * As torchvision (and the authors' own code) has it: batch normalisation and ReLU come before each convolution
 * (section 3, "composite function"), a 1x1 bottleneck of four times the growth rate before each 3x3 (B), and
 * transitions that halve the channels (C). Layers are named as in torchvision.
 *
 * Layers in each of the four blocks (table 1).
 */
export const densenetDesigns = {
  densenet121: [6, 12, 24, 16],
  densenet169: [6, 12, 32, 32],
} as const satisfies Record<string, DensenetDepths>;

export type DensenetDepths = readonly [number, number, number, number];

const growthRate = 32;
const bottleneckFactor = 4;

/** The published network: the blocks, the mean of each map, and one linear layer. */
export const densenet =
  (depths: DensenetDepths): Classifier =>
  (net, image, { classes, width }) => {
    const last = densenetEncoder(depths)(net, image, { width }).at(-1)!;
    return pooledHead(net, last.value, { classes, dropout: 0 });
  };

/**
 * The stem, what each transition passes on before its pooling, and the last block's normalised maps.
 * Strides 2, 4, 8, 16 and 32.
 */
export const densenetEncoder =
  (depths: DensenetDepths): Encoder =>
  (at, image, { width }) => {
    const stem = convReluUnit(at, "0", image, {
      channels: scaledChannels(2 * growthRate, width),
      kernel: 7,
      stride: 2,
      padding: 3,
      norm: "batch",
    });
    const maps: FeatureMap[] = [{ value: stem, stride: 2, decoderChannels: channelsOf(stem) }];
    let features = at.maxPool(stem, { kernel: 3, stride: 2, padding: 1 });
    depths.forEach((depth, index) => {
      features = denseBlock(at.scope(`denseblock${index + 1}`), features, { depth, width });
      const isLast = index === depths.length - 1;
      const value = isLast
        ? normRelu(at, "norm5", features)
        : transition(at.scope(`transition${index + 1}`), features);
      const decoderChannels = scaledChannels(64 * 2 ** index, width);
      maps.push({ value, stride: 4 * 2 ** index, decoderChannels });
      if (!isLast) features = at.averagePool(value, { kernel: 2 });
    });
    return maps;
  };

/** Equation 2: every layer sees the concatenation of the block's input and of all layers before it. */
function denseBlock(
  at: GraphBuilder,
  input: Value,
  { depth, width }: { depth: number; width: number },
): Value {
  let features = input;
  for (let index = 1; index <= depth; index++) {
    const layer = at.scope(`denselayer${index}`);
    const growth = scaledChannels(growthRate, width);
    const bottleneck = normReluConv(layer, "1", features, {
      channels: bottleneckFactor * growth,
      kernel: 1,
    });
    const added = normReluConv(layer, "2", bottleneck, { channels: growth, kernel: 3 });
    features = layer.concat([features, added]);
  }
  return features;
}

/** A 1x1 convolution to half of the channels; its 2x2 average pooling follows outside. */
function transition(at: GraphBuilder, input: Value): Value {
  const channels = Math.floor(channelsOf(input) / 2);
  return normReluConv(at, "", input, { channels, kernel: 1 });
}

function normReluConv(
  at: GraphBuilder,
  label: string,
  input: Value,
  { channels, kernel }: { channels: number; kernel: 1 | 3 },
): Value {
  const activated = normRelu(at, `norm${label}`, input);
  return at.conv(`conv${label}`, activated, { channels, kernel, padding: "same", bias: false });
}

function normRelu(at: GraphBuilder, name: string, input: Value): Value {
  return at.relu(at.batchNorm(name, input));
}
