import type { InstanceMetricKey } from "../metrics/instances";
import type { MetricKey } from "../metrics/measure";

/** Whatever is measured of a segment in a case. */
export type CaseMetricKey =
  MetricKey | InstanceMetricKey | "countError" | "expectedCalibrationError" | "brier";

/** What a metric is called, which end of it is the good one, and how it is defined. */
export interface MetricWords {
  name: string;
  better: "higher" | "lower" | "nearer 0";
  /** Lengths are in the case's unit; shares lie in 0..1. */
  kind: "share" | "length" | "number";
  definition: string;
}

const share = (name: string, definition: string): MetricWords => ({
  name,
  better: "higher",
  kind: "share",
  definition,
});
const length = (name: string, definition: string): MetricWords => ({
  name,
  better: "lower",
  kind: "length",
  definition,
});

/** In the order in which they are printed. P is the prediction's mask, R the reference's, |.| counts pixels. */
export const metricWords: Record<CaseMetricKey, MetricWords> = {
  dice: share("Dice", "2 |P and R| / (|P| + |R|) (Dice 1945)"),
  iou: share("IoU", "|P and R| / |P or R|, the Jaccard index"),
  precision: share("Precision", "|P and R| / |P|"),
  recall: share("Recall", "|P and R| / |R|, also called sensitivity"),
  specificity: share("Specificity", "share of the pixels outside R that are outside P"),
  volumeSimilarity: share("Volume similarity", "1 - ||P| - |R|| / (|P| + |R|); blind to where"),
  relativeVolumeDifference: {
    name: "Relative volume difference",
    better: "nearer 0",
    kind: "number",
    definition: "(|P| - |R|) / |R|, signed: above 0 the prediction is too large",
  },
  kappa: {
    name: "Cohen's kappa",
    better: "higher",
    kind: "number",
    definition: "agreement of inside and outside beyond chance (Cohen 1960)",
  },
  hausdorff: length(
    "Hausdorff",
    "the largest distance from a boundary pixel of either mask to the other's boundary",
  ),
  hd95: length(
    "HD95",
    "the larger of the two directed 95th percentiles of boundary distances, interpolated as NumPy does",
  ),
  asd: length("ASD", "mean distance from the prediction's boundary pixels to the reference's boundary"),
  assd: length("ASSD", "mean distance from the boundary pixels of both masks to the other's boundary"),
  surfaceDice: share(
    "Surface Dice",
    "share of both boundaries that lies within the tolerance of the other (Nikolov et al. 2021)",
  ),
  boundaryIou: share("Boundary IoU", "IoU of the bands along both boundaries (Cheng et al. 2021)"),
  objectPrecision: share(
    "Object precision",
    "share of the predicted objects that match a reference object, IoU above 0.5",
  ),
  objectRecall: share("Object recall", "share of the reference objects that are matched"),
  objectF1: share(
    "Object F1",
    "harmonic mean of object precision and recall; the recognition quality of Kirillov et al. 2019",
  ),
  segmentationQuality: share("Segmentation quality", "mean IoU of the matched objects"),
  panopticQuality: share("Panoptic quality", "object F1 times segmentation quality (Kirillov et al. 2019)"),
  aggregatedJaccard: share(
    "Aggregated Jaccard",
    "intersections over unions of best partners, unmatched objects in the union (Kumar et al. 2017)",
  ),
  countError: {
    name: "Count error",
    better: "nearer 0",
    kind: "number",
    definition: "predicted objects less reference objects",
  },
  expectedCalibrationError: {
    name: "Calibration error",
    better: "lower",
    kind: "share",
    definition: "expected calibration error over 15 bins of probability (Naeini et al. 2015)",
  },
  brier: {
    name: "Brier score",
    better: "lower",
    kind: "share",
    definition: "mean squared error of the probability (Brier 1950)",
  },
};

export const caseMetricKeys = Object.keys(metricWords) as CaseMetricKey[];

/** A metric's figure as it is read: shares to three decimals, lengths to one, n/a where there is none. */
export function formatMetric(key: CaseMetricKey, value: number | null | undefined): string {
  if (value === null || value === undefined) return "n/a";
  const { kind } = metricWords[key];
  return value.toFixed(kind === "share" ? 3 : kind === "length" ? 1 : 2);
}
