import type { Paper } from "./entry";
import { papers } from "./papers";

/**
 * The line of convolutional networks from LeNet to U-Net: what each one added, and how often it was wrong.
 * Every figure is one that its source prints, with the table that it stands in: checked on 25 November 2026 against
 * transcripts of the papers; LeNet-5's, U-Net's and a person's against later texts that cite them.
 */

/** Share of images whose true class is none of a network's five first guesses, in percent, on ILSVRC 2012 to 2015. */
export interface TopFiveError {
  percent: number;
  /** What was measured: "one network, 10 crops". */
  what: string;
  set: "validation" | "test";
  source: Citation;
}

export interface Citation {
  paper: Paper;
  /** "Table 3". */
  place: string;
}

/** A step in the line. */
export interface Landmark {
  id: string;
  name: string;
  year: number;
  /** What it added, in a few words. */
  added: string;
  paper: Paper;
  /** The architecture of the zoo that shows it. */
  architectureId: string;
  /**
   * `single`: one network, ten crops, validation set, which compares like with like. `entry`: what was entered
   * into the challenge, several networks together, on its test set. Absent: not measured so.
   */
  imagenet: { single: TopFiveError; entry?: TopFiveError } | undefined;
  /** Where there is no ImageNet figure: why, and what its paper measured instead. */
  instead?: { reason: string; measured: string; source: Citation };
  /** Two encoders and decoders that differ in what the step added alone. */
  pair?: NetworkPair;
}

/** Networks that differ in one thing, as model cards name them. */
export interface NetworkPair {
  /** "with and without shortcuts". */
  what: string;
  with: NetworkDesign;
  without: NetworkDesign;
}

export interface NetworkDesign {
  encoder: string;
  decoder: string;
}

const imagenetChallenge: Paper = {
  authors: "Russakovsky et al.",
  title: "ImageNet Large Scale Visual Recognition Challenge",
  venue: "International Journal of Computer Vision 115(3), 2015",
  url: "https://arxiv.org/abs/1409.0575",
};

/**
 * What a person scores: annotator A1, trained on 500 images, on 1500 images of the test set (section 6.4.1), where
 * GoogLeNet is wrong on 6.8 %. A second annotator, on 258 images, scored 12.0 %.
 */
export const humanError: TopFiveError = {
  percent: 5.1,
  what: "one person (annotator A1), 1500 images",
  set: "test",
  source: { paper: imagenetChallenge, place: "Table 9" },
};

const tenCrops = "one network, 10 crops";

export const landmarks: readonly Landmark[] = [
  {
    id: "lenet",
    name: "LeNet-5",
    year: 1998,
    added: "Learned convolutions and subsampling",
    paper: papers.lenet,
    architectureId: "lenet",
    imagenet: undefined,
    instead: {
      reason: "reads digits",
      measured: "0.95 % error on MNIST",
      source: { paper: papers.lenet, place: "section III.B" },
    },
  },
  {
    id: "alexnet",
    name: "AlexNet",
    year: 2012,
    added: "ReLU, dropout, training on GPUs",
    paper: papers.alexnet,
    architectureId: "alexnet-two-towers",
    imagenet: {
      single: {
        percent: 18.2,
        what: "one network, 10 patches",
        set: "validation",
        source: { paper: papers.alexnet, place: "Table 2" },
      },
      entry: {
        percent: 15.3,
        what: "7 networks, two of them trained on more images; the other 5 alone 16.4 %",
        set: "test",
        source: { paper: papers.alexnet, place: "Table 2" },
      },
    },
  },
  {
    id: "vgg",
    name: "VGG-16",
    year: 2014,
    added: "Depth, from 3 × 3 kernels alone",
    paper: papers.vgg,
    architectureId: "vgg16",
    imagenet: {
      single: {
        percent: 9.33,
        what: `${tenCrops}, as the authors of ResNet measured it`,
        set: "validation",
        source: { paper: papers.resnet, place: "Table 3" },
      },
      entry: {
        percent: 7.3,
        what: "7 networks, dense evaluation; 2 networks after the challenge 6.8 %",
        set: "test",
        source: { paper: papers.vgg, place: "Table 7" },
      },
    },
  },
  {
    id: "googlenet",
    name: "GoogLeNet",
    year: 2014,
    added: "Branches and 1 × 1 bottlenecks",
    paper: papers.googlenet,
    architectureId: "googlenet-published",
    imagenet: {
      single: {
        percent: 9.15,
        what: tenCrops,
        set: "validation",
        source: { paper: papers.googlenet, place: "Table 3" },
      },
      entry: {
        percent: 6.67,
        what: "7 networks, 144 crops",
        set: "test",
        source: { paper: papers.googlenet, place: "Table 2" },
      },
    },
  },
  {
    id: "resnet",
    name: "ResNet",
    year: 2015,
    added: "Shortcuts, and so 152 layers",
    paper: papers.resnet,
    architectureId: "resnet101",
    imagenet: {
      single: {
        percent: 5.71,
        what: `${tenCrops}, ResNet-152; ResNet-101 6.05 %`,
        set: "validation",
        source: { paper: papers.resnet, place: "Table 3" },
      },
      entry: {
        percent: 3.57,
        what: "6 networks",
        set: "test",
        source: { paper: papers.resnet, place: "Table 5" },
      },
    },
    pair: {
      what: "with and without shortcuts",
      with: { encoder: "resnet18", decoder: "unet" },
      without: { encoder: "plain18", decoder: "unet" },
    },
  },
  {
    id: "densenet",
    name: "DenseNet",
    year: 2017,
    added: "Every layer sees all before it",
    paper: papers.densenet,
    architectureId: "densenet121",
    // Never entered into the challenge.
    imagenet: {
      single: {
        percent: 5.29,
        what: `${tenCrops}, DenseNet-264; DenseNet-121 6.66 %`,
        set: "validation",
        source: { paper: papers.densenet, place: "Table 3" },
      },
    },
  },
  {
    id: "fcn",
    name: "FCN-8s",
    year: 2015,
    added: "A class for every pixel; skips by sum",
    paper: papers.fcn,
    architectureId: "fcn8s",
    imagenet: undefined,
    instead: {
      reason: "labels pixels",
      measured: "62.2 % mean IoU on PASCAL VOC 2012 test",
      source: { paper: papers.fcn, place: "Table 3" },
    },
  },
  {
    id: "unet",
    name: "U-Net",
    year: 2015,
    added: "A decoder as deep as the encoder; skips by concatenation",
    paper: papers.unet,
    architectureId: "unet-published",
    imagenet: undefined,
    instead: {
      reason: "labels pixels",
      measured: "92.0 % IoU on PhC-U373, 77.6 % on DIC-HeLa",
      source: { paper: papers.unet, place: "Table 2" },
    },
    pair: {
      what: "with and without skips",
      with: { encoder: "unet", decoder: "unet" },
      without: { encoder: "unet", decoder: "no-skips" },
    },
  },
];
