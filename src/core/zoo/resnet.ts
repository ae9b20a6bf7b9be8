import type { GraphBuilder } from "../onnx/builder";
import type { Value } from "../onnx/graph-assembly";
import {
  channelsOf,
  convReluUnit,
  convUnit,
  pooledHead,
  scaledChannels,
  type Classifier,
  type Encoder,
  type FeatureMap,
} from "./blocks";

/**
 * Residual networks: He, Zhang, Ren & Sun, "Deep Residual Learning for Image Recognition", CVPR 2016.
 * Each block learns what to add to its input, and so hundreds of layers can be trained. The same networks
 * without shortcuts are the paper's "plain" ones, which get worse with depth (figure 4).
 *
 * Where the paper and implementations differ, we follow torchvision: projection shortcuts where the shape
 * changes (the paper's option B), and the stride of a bottleneck in its 3x3 convolution, not in its first
 * 1x1 ("ResNet v1.5"). Layers are named as in torchvision.
 */
export interface ResnetDesign {
  block: "basic" | "bottleneck";
  /** Blocks in each of the four stages (table 1). */
  depths: readonly [number, number, number, number];
  /** False gives the plain network. */
  shortcuts: boolean;
}

export const resnetDesigns = {
  resnet18: { block: "basic", depths: [2, 2, 2, 2], shortcuts: true },
  resnet34: { block: "basic", depths: [3, 4, 6, 3], shortcuts: true },
  resnet50: { block: "bottleneck", depths: [3, 4, 6, 3], shortcuts: true },
  resnet101: { block: "bottleneck", depths: [3, 4, 23, 3], shortcuts: true },
  plain18: { block: "basic", depths: [2, 2, 2, 2], shortcuts: false },
  plain34: { block: "basic", depths: [3, 4, 6, 3], shortcuts: false },
} as const satisfies Record<string, ResnetDesign>;

interface BlockOptions {
  /** Of the 3x3 convolutions; a bottleneck gives four times as many. */
  channels: number;
  stride: number;
  shortcut: boolean;
}

/** Figure 5, left: two 3x3 convolutions. */
export function basicBlock(
  at: GraphBuilder,
  input: Value,
  { channels, stride, shortcut }: BlockOptions,
): Value {
  const conv3x3 = { channels, kernel: 3, padding: 1, norm: "batch", weights: "he-fan-out" } as const;
  const middle = convReluUnit(at, "1", input, { ...conv3x3, stride });
  const residual = convUnit(at, "2", middle, conv3x3);
  return at.relu(shortcut ? at.add(residual, shortcutOf(at, input, { channels, stride })) : residual);
}

/** Figure 5, right: 1x1 reduces to a quarter of the channels, 3x3 works on those, 1x1 restores. */
export function bottleneckBlock(
  at: GraphBuilder,
  input: Value,
  { channels, stride, shortcut }: BlockOptions,
): Value {
  const common = { norm: "batch", weights: "he-fan-out" } as const;
  const expanded = channels * bottleneckExpansion;
  const reduced = convReluUnit(at, "1", input, { ...common, channels, kernel: 1 });
  const middle = convReluUnit(at, "2", reduced, { ...common, channels, kernel: 3, padding: 1, stride });
  const residual = convUnit(at, "3", middle, { ...common, channels: expanded, kernel: 1 });
  return at.relu(
    shortcut ? at.add(residual, shortcutOf(at, input, { channels: expanded, stride })) : residual,
  );
}

const bottleneckExpansion = 4;

/** The identity (eq. 1) where the shape stays, else a 1x1 projection (eq. 2). */
function shortcutOf(
  at: GraphBuilder,
  input: Value,
  { channels, stride }: { channels: number; stride: number },
): Value {
  if (channels === channelsOf(input) && stride === 1) return input;
  const projection = at.scope("downsample");
  return convUnit(projection, "", input, {
    channels,
    kernel: 1,
    stride,
    norm: "batch",
    weights: "he-fan-out",
  });
}

/** The published network: conv1 to conv5_x, the mean of each map, and one linear layer. */
export const resnet =
  (design: ResnetDesign): Classifier =>
  (net, image, { classes, width }) => {
    const conv5 = resnetEncoder(design)(net, image, { width }).at(-1)!;
    return pooledHead(net, conv5.value, { classes, dropout: 0 });
  };

/** conv1 to conv5_x of table 1, without the classifier. Features have strides 2, 4, 8, 16 and 32. */
export function resnetEncoder(design: ResnetDesign): Encoder {
  return (at, image, { width }) => {
    const block = design.block === "basic" ? basicBlock : bottleneckBlock;
    const stemChannels = scaledChannels(64, width);
    const stem = convReluUnit(at, "1", image, {
      channels: stemChannels,
      kernel: 7,
      stride: 2,
      padding: 3,
      norm: "batch",
      weights: "he-fan-out",
    });
    const maps: FeatureMap[] = [{ value: stem, stride: 2, decoderChannels: stemChannels }];
    let features = at.maxPool(stem, { kernel: 3, stride: 2, padding: 1 });
    design.depths.forEach((depth, stage) => {
      const channels = scaledChannels(64 * 2 ** stage, width);
      const layer = at.scope(`layer${stage + 1}`);
      for (let index = 0; index < depth; index++) {
        features = block(layer.scope(String(index)), features, {
          channels,
          stride: stage > 0 && index === 0 ? 2 : 1,
          shortcut: design.shortcuts,
        });
      }
      maps.push({ value: features, stride: 4 * 2 ** stage, decoderChannels: channels });
    });
    return maps;
  };
}
