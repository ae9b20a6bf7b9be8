import type { LabelMap } from "../mask/label-map";

/** Label maps of a picture, or of a volume: slices x rows x columns. */
export interface LabelVolume extends LabelMap {
  /** 1 where absent. */
  slices?: number;
}

/** One candidate's answer for a case. */
export interface CaseAnswer {
  model: string;
  labels: LabelVolume;
  /** By segment value, 0..1 a pixel. */
  probabilities?: ReadonlyMap<number, Float32Array>;
}
