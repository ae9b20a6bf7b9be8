import { alexnetEncoder } from "./alexnet";
import type { Encoder } from "./blocks";
import { densenetDesigns, densenetEncoder } from "./densenet";
import type { ZooEntry } from "./entry";
import { googlenetEncoder } from "./googlenet";
import { lenetEncoder } from "./lenet";
import { papers } from "./papers";
import { resnetDesigns, resnetEncoder } from "./resnet";
import { unetEncoder } from "./unet";
import { vggDesigns, vggEncoder } from "./vgg";

/** What an encoder is called, and where it comes from. */
export interface EncoderEntry extends Pick<ZooEntry, "name" | "family" | "paper" | "year"> {
  encoder: Encoder;
}

const vgg = { family: "VGG", paper: papers.vgg, year: 2014 };
const resnet = { family: "ResNet", paper: papers.resnet, year: 2015 };
const densenet = { family: "DenseNet", paper: papers.densenet, year: 2016 };

/** Every encoder, in the order of publication, by its name as segmentation-models-pytorch and torchvision spell it. */
export const encoders = {
  lenet: { name: "LeNet-5", family: "LeNet", paper: papers.lenet, year: 1998, encoder: lenetEncoder },
  alexnet: { name: "AlexNet", family: "AlexNet", paper: papers.alexnet, year: 2012, encoder: alexnetEncoder },
  vgg11: { ...vgg, name: "VGG-11", encoder: vggEncoder(vggDesigns.vgg11) },
  vgg13: { ...vgg, name: "VGG-13", encoder: vggEncoder(vggDesigns.vgg13) },
  vgg16: { ...vgg, name: "VGG-16", encoder: vggEncoder(vggDesigns.vgg16) },
  vgg19: { ...vgg, name: "VGG-19", encoder: vggEncoder(vggDesigns.vgg19) },
  googlenet: {
    name: "GoogLeNet",
    family: "GoogLeNet",
    paper: papers.googlenet,
    year: 2014,
    encoder: googlenetEncoder,
  },
  unet: { name: "U-Net", family: "U-Net", paper: papers.unet, year: 2015, encoder: unetEncoder },
  plain18: { ...resnet, name: "Plain-18", encoder: resnetEncoder(resnetDesigns.plain18) },
  plain34: { ...resnet, name: "Plain-34", encoder: resnetEncoder(resnetDesigns.plain34) },
  resnet18: { ...resnet, name: "ResNet-18", encoder: resnetEncoder(resnetDesigns.resnet18) },
  resnet34: { ...resnet, name: "ResNet-34", encoder: resnetEncoder(resnetDesigns.resnet34) },
  resnet50: { ...resnet, name: "ResNet-50", encoder: resnetEncoder(resnetDesigns.resnet50) },
  resnet101: { ...resnet, name: "ResNet-101", encoder: resnetEncoder(resnetDesigns.resnet101) },
  densenet121: {
    ...densenet,
    name: "DenseNet-121",
    encoder: densenetEncoder(densenetDesigns.densenet121),
  },
  densenet169: {
    ...densenet,
    name: "DenseNet-169",
    encoder: densenetEncoder(densenetDesigns.densenet169),
  },
} as const satisfies Record<string, EncoderEntry>;

export type EncoderId = keyof typeof encoders;
export const encoderIds = Object.keys(encoders) as EncoderId[];
