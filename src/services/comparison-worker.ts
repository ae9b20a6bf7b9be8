import type { LabelMap } from "../core/mask/label-map";
import { measureLabelMaps, meanMetric, type MetricKey, type MetricValue } from "../core/metrics/measure";

/** Two label maps of one frame, and what to measure between them. */
export interface MeasureRequest {
  prediction: LabelMap;
  reference: LabelMap;
  /** The segments over which the mean is taken. */
  segments: number[];
  /** Between rows, between columns; lengths are in px without it. */
  spacingMm?: [row: number, column: number];
}

export interface Measured {
  dice: MetricValue;
  iou: MetricValue;
  hd95: MetricValue;
  unit: "mm" | "px";
}

/**
 * Measures one label map against another: each metric is the mean over the segments for which it is defined.
 * Runs in a worker thread, as an exact distance takes milliseconds.
 */
export default function measure({ prediction, reference, segments, spacingMm }: MeasureRequest): Measured {
  const measured = [
    ...measureLabelMaps(prediction, reference, { segments, ...(spacingMm && { spacingMm }) }).values(),
  ];
  const meanOf = (key: MetricKey): MetricValue => meanMetric(measured.map(({ metrics }) => metrics[key]));
  return {
    dice: meanOf("dice"),
    iou: meanOf("iou"),
    hd95: meanOf("hd95"),
    unit: spacingMm === undefined ? "px" : "mm",
  };
}
