import type { Dimension, Graph } from "../onnx/graph";

/** Where an architecture was published. */
export interface Paper {
  authors: string;
  title: string;
  venue: string;
  url: string;
}

/** How an architecture is to be built. */
export interface BuildOptions {
  /** 1 for grey, 3 for colour. */
  inputChannels: number;
  /** Channels of the output; of a segmentation, background included. */
  classes: number;
  /** Size of the input; networks without crops and fully connected layers also take a symbol ("rows"). */
  rows: Dimension;
  columns: Dimension;
  /** Factor on every channel count; 1 is the published network. U-Net's base width of 64 is 16 at 0.25. */
  width: number;
  /** Of the initial weights; the same seed gives the same weights on every machine. */
  seed: number;
}

/** An architecture of the zoo. */
export interface ZooEntry {
  id: string;
  name: string;
  /** "U-Net", "ResNet": what the model card calls its family. */
  family: string;
  task: "classification" | "segmentation";
  /** As `segmentationNetwork` takes them; of the published networks, their own names. */
  encoder: string;
  /** "" where the network classifies whole images. */
  decoder: string;
  paper: Paper;
  /** In which it was first made public. */
  year: number;
  /** The published form. */
  defaults: BuildOptions;
  /** What is left out is as published. Input "input", output "logits" (before softmax or sigmoid). */
  build: (options?: Partial<BuildOptions>) => Graph;
}
