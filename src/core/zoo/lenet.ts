import type { GraphBuilder } from "../onnx/builder";
import type { Value } from "../onnx/graph-assembly";
import { linear, scaledChannels, type Classifier, type Encoder } from "./blocks";

/**
 * LeNet-5: LeCun, Bottou, Bengio & Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998.
 * Convolutions that share their weights over the image, each followed by a subsampling, then full
 * connections: the plan of every network here. Layers are called as in figure 2.
 *
 * Where today's implementations differ from the paper, we follow them (61,706 parameters instead of 60,000):
 * C3 sees all six maps of S2 where the paper connects each to some of them (table 1); S2 and S4 are plain
 * averages, without a trained coefficient and bias; the squashing function is tanh without the factors 1.7159
 * and 2/3; the output is linear and goes to a softmax, where the paper measures distances to ten fixed bitmaps.
 * Images are 32 x 32, digits in their middle.
 */
export const lenet: Classifier = (net, image, { classes, width }) => {
  const [, , c5] = lenetFeatures(net, image, { width, padding: 0 });
  const f6 = net.tanh(linear(net, "f6", net.flatten(c5), scaledChannels(84, width)));
  return linear(net, "output", f6, classes);
};

/** C1, C3 and C5, padded so that their maps lie over the image. Strides 1, 2 and 4. */
export const lenetEncoder: Encoder = (at, image, { width }) =>
  lenetFeatures(at, image, { width, padding: "same" }).map((value, index) => ({
    value,
    stride: 2 ** index,
    decoderChannels: scaledChannels([6, 16, 32][index]!, width),
  }));

function lenetFeatures(
  at: GraphBuilder,
  image: Value,
  { width, padding }: { width: number; padding: 0 | "same" },
): [c1: Value, c3: Value, c5: Value] {
  const squashed = (name: string, input: Value, channels: number) =>
    at.tanh(
      at.conv(name, input, {
        channels: scaledChannels(channels, width),
        kernel: 5,
        padding,
        weights: "xavier",
      }),
    );
  const c1 = squashed("c1", image, 6);
  const c3 = squashed("c3", at.averagePool(c1, { kernel: 2 }), 16);
  const c5 = squashed("c5", at.averagePool(c3, { kernel: 2 }), 120);
  return [c1, c3, c5];
}
