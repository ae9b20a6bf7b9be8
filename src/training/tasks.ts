import type { TilePlan } from "./augment";
import type { InputSize, ModelCard } from "../core/model-card";
import { segmentColours, type Segment } from "../core/mask/label-map";

/** What a card says about a model of this task. */
export interface TaskDescription {
  /** What the models are called after: "nuclei". */
  title: string;
  /** One sentence: what goes in and what comes out. */
  purpose: string;
  /** What it has not seen, one sentence each. */
  limits: string[];
  data: string;
  /** What a subject of the split is. */
  subject: "image" | "patient";
  citation: string;
  suits: ModelCard["input"]["suits"];
  /** Names of the strata, as on the card. */
  strata: Record<string, string>;
}

/** What is trained on: where the data lie, how they are split, sampled and varied, and what came of it. */
export interface TrainingTask {
  id: "nuclei" | "cardiac-lv";
  about: TaskDescription;
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
  about: {
    title: "nuclei",
    purpose:
      "Marks cell nuclei in light-microscopy pictures: fluorescence, stained histology and brightfield.",
    limits: [
      "Touching nuclei become one region: it tells nucleus from background, not one nucleus from the next.",
      "It learned from 8-bit pictures of 256 to 1388 pixels in which a nucleus is about 10 to 60 pixels wide; other magnifications, electron microscopy and stacks it has not seen.",
      "Immunohistochemistry (brown stain) it has not seen, and finds next to nothing there.",
      "Few brightfield pictures were there to learn from; check its masks on them one by one.",
      "Pictures of one experiment can be on both sides of the split, so the figures hold for pictures like these.",
    ],
    data: "2018 Data Science Bowl stage 1 (BBBC038v1), corrected masks, CC0",
    subject: "image",
    citation:
      "Caicedo JC et al. Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl. Nature Methods 16:1247-1253 (2019). doi:10.1038/s41592-019-0612-7",
    suits: { modalities: [], colour: "either" },
    strata: { fluor: "fluorescence", he: "histology", brightfield: "brightfield" },
  },
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
  about: {
    title: "left ventricle",
    purpose:
      "Marks the cavity of the left ventricle in short-axis cine MR slices of the heart, papillary muscles included.",
    limits: [
      "Every slice that it learned from shows a left ventricle: above the base or below the apex it may mark one that is not there.",
      "It learned from 25 patients of one centre and few scanners, whole 256 x 256 slices; other sequences (late enhancement, T1 maps), long-axis views and infants it has not seen.",
      "Small apical cavities are its weakest slices.",
    ],
    data: "Sunnybrook Cardiac Data, 2009 Cardiac MR LV Segmentation Challenge, CC0",
    subject: "patient",
    citation:
      "Radau P, Lu Y, Connelly K, Paul G, Dick AJ, Wright GA. Evaluation Framework for Algorithms Segmenting Short Axis Cardiac MRI. The MIDAS Journal (2009). hdl.handle.net/10380/3070",
    suits: { modalities: ["MR"], colour: "grey" },
    strata: {
      "HF-I": "heart failure with infarction",
      "HF-NI": "heart failure without infarction",
      HYP: "hypertrophy",
      N: "healthy",
    },
  },
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
