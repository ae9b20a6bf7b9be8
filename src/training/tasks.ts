import type { TilePlan } from "./augment";
import type { InputSize } from "../core/model-card";
import { segmentColours, type Segment } from "../core/mask/label-map";

/** What is trained on: where the data lie, how they are split, sampled and varied, and what came of it. */
export interface TrainingTask {
  id: "nuclei" | "cardiac-lv";
  channels: 1 | 3;
  imageExtension: ".png";
  /** Folder of the masks beside `images`; every value above 0 is the segment. */
  maskFolder: string;
  /** Who a row of the task's table is of, and the stratum over which splits and sampling are balanced. */
  describe(row: Record<string, string>): { subject: string; stratum: string };
  /** Share of the subjects of each stratum that the test takes. */
  testShare: number;
  mergeNearDuplicates: boolean;
  /** How often a stratum is drawn against the others; strata not named: by their number of images. */
  stratumShares?: Record<string, number>;
  segments: Segment[];
  /** How the pipeline presents an image to the network, as on the card. */
  inputSize: (tileSize: number) => InputSize;
  percentiles: readonly [low: number, high: number];
  tile: Omit<TilePlan, "size">;
}

const nuclei: TrainingTask = {
  id: "nuclei",
  channels: 3,
  imageExtension: ".png",
  maskFolder: "instances",
  describe: ({ name = "", kind = "" }) => ({ subject: name, stratum: kind }),
  testShare: 0.12,
  mergeNearDuplicates: true,
  stratumShares: { fluor: 0.55, he: 0.3, brightfield: 0.15 },
  segments: [
    {
      value: 1,
      label: "Nucleus",
      colour: segmentColours[0],
      concept: { value: "84640000", scheme: "SCT", meaning: "Nucleus" },
    },
  ],
  inputSize: () => ({ kind: "tiles", rows: 256, columns: 256, overlap: 0.25 }),
  percentiles: [1, 99],
  tile: {
    view: "crop",
    scale: [0.6, 1.6],
    stretch: 1.15,
    rotation: 20,
    quarterTurns: true,
    flips: true,
    shift: 0,
    intensity: {
      percentiles: [1, 99],
      gamma: 1.4,
      contrast: 1.25,
      brightness: 0.1,
      tint: 1.15,
      inversion: 0.03,
      noise: 0.04,
    },
  },
};

const cardiac: TrainingTask = {
  id: "cardiac-lv",
  channels: 1,
  imageExtension: ".png",
  maskFolder: "masks",
  describe: ({ patient = "" }) => ({ subject: patient, stratum: patient.replace(/^SC-|-\d+$/g, "") }),
  testShare: 0.16,
  mergeNearDuplicates: false,
  segments: [
    {
      value: 1,
      label: "Left ventricle",
      colour: segmentColours[0],
      concept: { value: "87878005", scheme: "SCT", meaning: "Left ventricle" },
    },
  ],
  inputSize: (tileSize) => ({ kind: "fit", rows: tileSize, columns: tileSize }),
  percentiles: [1, 99],
  tile: {
    view: "whole",
    scale: [0.8, 1.35],
    stretch: 1.15,
    rotation: 30,
    quarterTurns: false,
    flips: true,
    shift: 0.08,
    intensity: {
      percentiles: [1, 99],
      gamma: 1.5,
      contrast: 1.25,
      brightness: 0.1,
      tint: 1,
      inversion: 0,
      noise: 0.05,
    },
  },
};

/** The tasks by id. */
export const trainingTasks: Record<string, TrainingTask | undefined> = { nuclei, "cardiac-lv": cardiac };
