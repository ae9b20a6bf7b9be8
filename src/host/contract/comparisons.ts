import type { ComparisonRecord } from "../../core/comparison/record";

/** A metric's value, or null with the reason why it has none. */
export interface MetricValue {
  value: number | null;
  reason?: string;
}

/** What was measured of one layer against the reference on one frame, the mean over segments. */
export interface FrameComparison {
  layerId: string;
  frame: number;
  dice: MetricValue;
  iou: MetricValue;
  hd95: MetricValue;
  unit: "mm" | "px";
}

export interface SeriesComparison {
  seriesId: string;
  referenceLayerId?: string;
  frames: FrameComparison[];
  /** 1 - mean pairwise Dice between the layers, by frame: where they differ most. */
  disagreement: { frame: number; value: number }[];
}

/**
 * `GET /api/comparisons/record?seriesId=&scope=series|study&referenceLayerId=&objects=`: the layers of a series, or of
 * its study, compared as `slicebench compare` compares label maps. `GET /api/comparisons/report?…` answers with the
 * report of the same as a file to keep, `GET /api/comparisons/page?…` as a page to look at and to print.
 */
export interface LaboratoryView {
  record: ComparisonRecord;
  /** Where each case is found, in the record's order; `frame` from 0 in the series. */
  places: { seriesId: string; frame: number }[];
  /** Which layer holds what a candidate marked in a series. */
  layers: { model: string; seriesId: string; layerId: string }[];
  /** Which layer the candidates were measured against. */
  references: { seriesId: string; layerId: string }[];
  /** Names of layers that are not compared, as they mark other segments. */
  leftOut: string[];
}
