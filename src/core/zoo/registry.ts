import { GraphBuilder } from "../onnx/builder";
import { alexnet, alexnetTwoTowers } from "./alexnet";
import type { Classifier } from "./blocks";
import { densenet, densenetDesigns } from "./densenet";
import { encoderIds, encoders, type EncoderId } from "./encoders";
import type { BuildOptions, ZooEntry } from "./entry";
import { fcn } from "./fcn";
import {
  googlenet,
  googlenetWithAuxiliaryHeads,
  publishedGooglenet,
  publishedGooglenetWithAuxiliaryHeads,
} from "./googlenet";
import { lenet } from "./lenet";
import { papers } from "./papers";
import { resnet, resnetDesigns } from "./resnet";
import { checkedWidth, decoderIds, segmentationNetwork, unknownName, type DecoderId } from "./segmentation";
import { publishedUnet } from "./unet";
import { vgg, vggDesigns } from "./vgg";

/** ImageNet's 1000 classes at the size that networks take since AlexNet. */
const imageNet: BuildOptions = {
  inputChannels: 3,
  classes: 1000,
  rows: 224,
  columns: 224,
  width: 1,
  seed: 0,
};

interface PublishedEntry extends Pick<ZooEntry, "id" | "name"> {
  classifier: Classifier;
  /** Whose family, paper and year it shares, unless given. */
  of: EncoderId;
  paper?: ZooEntry["paper"];
  year?: number;
  family?: string;
  /** Where it differs from ImageNet's. */
  defaults?: Partial<BuildOptions>;
  /** Given: it labels every pixel. */
  decoder?: string;
}

/** A network as it was published, head included. */
function publishedEntry({ classifier, of, defaults: own, decoder, ...entry }: PublishedEntry): ZooEntry {
  const { family, paper, year } = encoders[of];
  const defaults = { ...imageNet, ...own };
  return {
    ...{ family, paper, year },
    ...entry,
    task: decoder === undefined ? "classification" : "segmentation",
    encoder: decoder === undefined ? entry.id : of,
    decoder: decoder ?? "",
    defaults,
    build: (options) => {
      const { seed, inputChannels, rows, columns, classes, width } = { ...defaults, ...options };
      const net = new GraphBuilder(entry.id, { seed });
      const image = net.input("input", ["batch", inputChannels, rows, columns]);
      net.output("logits", classifier(net, image, { classes, width: checkedWidth(width) }));
      return net.build();
    },
  };
}

/** Pascal VOC's 20 classes and background; its pictures are at most 500 x 500. */
const pascal = { classes: 21, rows: 500, columns: 500 };

const published: readonly ZooEntry[] = [
  publishedEntry({
    id: "lenet",
    name: "LeNet-5",
    classifier: lenet,
    of: "lenet",
    defaults: { inputChannels: 1, classes: 10, rows: 32, columns: 32 },
  }),
  publishedEntry({
    id: "alexnet-two-towers",
    name: "AlexNet (two towers)",
    classifier: alexnetTwoTowers,
    of: "alexnet",
  }),
  publishedEntry({
    id: "alexnet",
    name: "AlexNet",
    classifier: alexnet,
    of: "alexnet",
    paper: papers.alexnetSingleTower,
    year: 2014,
  }),
  ...(["vgg11", "vgg13", "vgg16", "vgg19"] as const).map((id) =>
    publishedEntry({ id, name: encoders[id].name, classifier: vgg(vggDesigns[id]), of: id }),
  ),
  publishedEntry({
    id: "googlenet-published",
    name: "GoogLeNet (as published)",
    classifier: publishedGooglenet,
    of: "googlenet",
  }),
  publishedEntry({
    id: "googlenet-published-aux",
    name: "GoogLeNet (as published, with auxiliary heads)",
    classifier: publishedGooglenetWithAuxiliaryHeads,
    of: "googlenet",
  }),
  publishedEntry({ id: "googlenet", name: "GoogLeNet", classifier: googlenet, of: "googlenet" }),
  publishedEntry({
    id: "googlenet-aux",
    name: "GoogLeNet (with auxiliary heads)",
    classifier: googlenetWithAuxiliaryHeads,
    of: "googlenet",
  }),
  ...([32, 16, 8] as const).map((stride) =>
    publishedEntry({
      id: `fcn${stride}s`,
      name: `FCN-${stride}s`,
      classifier: fcn(stride),
      of: "vgg16",
      family: "FCN",
      paper: papers.fcn,
      defaults: pascal,
      decoder: `fcn${stride}s`,
    }),
  ),
  publishedEntry({
    id: "unet-published",
    name: "U-Net (as published)",
    classifier: publishedUnet,
    of: "unet",
    defaults: { inputChannels: 1, classes: 2, rows: 572, columns: 572 },
    decoder: "unet",
  }),
  ...(["plain18", "plain34", "resnet18", "resnet34", "resnet50", "resnet101"] as const).map((id) =>
    publishedEntry({ id, name: encoders[id].name, classifier: resnet(resnetDesigns[id]), of: id }),
  ),
  ...(["densenet121", "densenet169"] as const).map((id) =>
    publishedEntry({ id, name: encoders[id].name, classifier: densenet(densenetDesigns[id]), of: id }),
  ),
];

/** What a combination is called after its encoder's name. */
const decoderNames: Record<DecoderId, string> = {
  unet: " U-Net",
  fcn: " FCN",
  "no-skips": " without skips",
};

/** An encoder with a decoder, for two classes on a 256 x 256 image unless asked otherwise. */
function segmentationEntry(encoder: EncoderId, decoder: DecoderId): ZooEntry {
  const defaults = { inputChannels: 1, classes: 2, rows: 256, columns: 256, width: 1, seed: 0 };
  const { name, family, paper, year } = encoders[encoder];
  const isUnet = encoder === "unet" && decoder === "unet";
  return {
    id: isUnet ? "unet" : `${encoder}-${decoder}`,
    name: isUnet ? name : `${name}${decoderNames[decoder]}`,
    ...{ family, paper, year },
    task: "segmentation",
    encoder,
    decoder,
    defaults,
    build: (options = {}) => segmentationNetwork({ ...defaults, ...options, encoder, decoder }),
  };
}

/** The architectures: as published, in that order, and every encoder with every decoder. */
export const zoo: readonly ZooEntry[] = [
  ...published,
  ...encoderIds.flatMap((encoder) => decoderIds.map((decoder) => segmentationEntry(encoder, decoder))),
];

/** The entry of this name; throws ZOO_UNKNOWN with the names that are known. */
export function zooEntry(id: string): ZooEntry {
  const entry = zoo.find((each) => each.id === id);
  if (entry !== undefined) return entry;
  throw unknownName(
    "architecture",
    id,
    zoo.map((each) => each.id),
  );
}
