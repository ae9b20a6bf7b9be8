import type { ZooEntry } from "./entry";
import { papers } from "./papers";
import { segmentationNetwork, unknownName, type DecoderId } from "./segmentation";

interface SegmentationEntry extends Pick<ZooEntry, "id" | "name" | "family" | "paper" | "year" | "encoder"> {
  decoder: DecoderId;
}

/** An encoder with a decoder, for two classes on a 256 x 256 image unless asked otherwise. */
function segmentationEntry(entry: SegmentationEntry): ZooEntry {
  const defaults = { inputChannels: 1, classes: 2, rows: 256, columns: 256, width: 1, seed: 0 };
  return {
    ...entry,
    task: "segmentation",
    defaults,
    build: (options = {}) =>
      segmentationNetwork({ ...defaults, ...options, encoder: entry.encoder, decoder: entry.decoder }),
  };
}

/** The architectures, in the order in which they were published. */
export const zoo: readonly ZooEntry[] = [
  segmentationEntry({
    id: "unet",
    name: "U-Net",
    family: "U-Net",
    encoder: "unet",
    decoder: "unet",
    paper: papers.unet,
    year: 2015,
  }),
  segmentationEntry({
    id: "unet-no-skips",
    name: "U-Net without skips",
    family: "U-Net",
    encoder: "unet",
    decoder: "no-skips",
    paper: papers.unet,
    year: 2015,
  }),
  segmentationEntry({
    id: "resnet18-unet",
    name: "ResNet-18 U-Net",
    family: "ResNet",
    encoder: "resnet18",
    decoder: "unet",
    paper: papers.resnet,
    year: 2016,
  }),
  segmentationEntry({
    id: "resnet34-unet",
    name: "ResNet-34 U-Net",
    family: "ResNet",
    encoder: "resnet34",
    decoder: "unet",
    paper: papers.resnet,
    year: 2016,
  }),
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
