import type { GraphBuilder } from "../onnx/builder";
import type { Value } from "../onnx/graph-assembly";
import { channelsOf, scaledChannels, type Classifier, type FeatureMap } from "./blocks";
import { vggDesigns, vggStages } from "./vgg";

/**
 * Fully convolutional networks: Long, Shelhamer & Darrell, "Fully Convolutional Networks for Semantic
 * Segmentation", CVPR 2015. The fully connected layers of a classifier become convolutions, so that it scores
 * every place; transposed convolutions bring the coarse scores back to the image's size, and scores from finer
 * stages are added on the way (figure 3).
 */

/** New scoring layers start at zero, so that a skip changes nothing until it has learned to (section 4.2). */
const scoring = { kernel: 1, weights: { constant: 0 } } as const;

/** Poolings of which the scores are added, and where Caffe's crop layer finds them under the coarser ones. */
const publishedSkips = [
  { stage: 4, stride: 16, offset: 5 },
  { stage: 3, stride: 8, offset: 9 },
] as const;

/** Where the image begins within the enlarged scores. */
const imageOffsets = { 32: 19, 16: 27, 8: 31 } as const;

/**
 * FCN-32s, -16s and -8s on VGG-16, as in the authors' Caffe files: the image is padded by 100, for otherwise
 * fc6 would not fit into small ones, poolings round up, and scores are cropped to each other and to the image.
 * Transposed convolutions reach from every class to every class, and start as bilinear interpolation of each.
 * (The later "at once" networks scale the skips, too; these are the ones trained in stages.)
 * @param finest stride of the finest stage that is added
 */
export const fcn =
  (finest: 32 | 16 | 8): Classifier =>
  (net, image, { classes, width }) => {
    const pooling = { ceil: true };
    const depths = vggDesigns.vgg16;
    const stages = vggStages(net, image, { depths, width, norm: "none", firstPadding: 100, pooling });
    const pool5 = net.maxPool(stages[4]!.features, { kernel: 2, ...pooling });
    const hidden = { channels: scaledChannels(4096, width) };
    const fc6 = net.dropout(net.relu(net.conv("fc6", pool5, { ...hidden, kernel: 7 })));
    const fc7 = net.dropout(net.relu(net.conv("fc7", fc6, { ...hidden, kernel: 1 })));
    let scores = net.conv("score_fr", fc7, { ...scoring, channels: classes });
    for (const { stage, offset } of publishedSkips.filter(({ stride }) => stride >= finest)) {
      scores = enlarged(net, `upscore_pool${stage + 1}`, scores, { factor: 2, padding: 0 });
      // A stage takes what the pooling before it gives.
      const pooled = stages[stage]!.input;
      const skip = net.conv(`score_pool${stage}`, pooled, { ...scoring, channels: classes });
      scores = net.add(scores, croppedTo(net, skip, scores, offset));
    }
    const atImageScale = enlarged(net, "upscore", scores, { factor: finest, padding: 0 });
    return croppedTo(net, atImageScale, image, imageOffsets[finest]);
  };

/**
 * The same idea over any encoder, padded so that nothing needs cropping: the three coarsest scales are scored
 * and added as in FCN-8s, from the coarsest on, and the sum is enlarged to the image in one step. Without fc6
 * and fc7, which hold nine tenths of the published network's weights.
 * @param features from the finest to the coarsest
 * @returns logits at the image's own resolution
 */
export function fcnDecoder(at: GraphBuilder, features: readonly FeatureMap[], classes: number): Value {
  const [coarsest, ...finer] = features.slice(-3).reverse() as [FeatureMap, ...FeatureMap[]];
  let { stride } = coarsest;
  let scores = at.conv(`score${stride}`, coarsest.value, { channels: classes, kernel: 1, weights: "xavier" });
  for (const skip of finer) {
    const scored = at.conv(`score${skip.stride}`, skip.value, { ...scoring, channels: classes });
    scores = at.add(enlarged(at, `upscore${stride}`, scores, exactly(stride / skip.stride)), scored);
    stride = skip.stride;
  }
  return stride === 1 ? scores : enlarged(at, `upscore${stride}`, scores, exactly(stride));
}

interface Enlargement {
  factor: number;
  padding: number;
}

/** Bilinear interpolation to start with, by a kernel of twice the factor (section 3.3). */
function enlarged(at: GraphBuilder, name: string, scores: Value, { factor, padding }: Enlargement): Value {
  return at.convTranspose(name, scores, {
    channels: channelsOf(scores),
    kernel: 2 * factor,
    stride: factor,
    padding,
    bias: false,
    weights: "bilinear",
  });
}

/** Padded by half of the factor, the result is exactly `factor` times as large. */
const exactly = (factor: number): Enlargement => ({ factor, padding: factor / 2 });

function croppedTo(at: GraphBuilder, scores: Value, target: Value, offset: number): Value {
  const [rows, columns] = target.shape.slice(2) as [number, number];
  return at.crop(scores, { rows, columns, offset: [offset, offset] });
}
