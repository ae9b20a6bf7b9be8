import type { LabelMap } from "../core/mask/label-map";
import type { MetricValue } from "../host/contract";

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

/** Measures one label map against another. Runs in a worker thread: an exact distance takes milliseconds. */
export default function measure({ prediction, reference, segments, spacingMm }: MeasureRequest): Measured {
  const counted = segments.map((segment) => {
    let both = 0;
    let either = 0;
    prediction.values.forEach((value, pixel) => {
      const isHere = value === segment;
      const isThere = reference.values[pixel] === segment;
      if (isHere && isThere) both++;
      if (isHere || isThere) either++;
    });
    return { both, either };
  });
  const present = counted.filter(({ either }) => either > 0);
  const meanOf = (metric: (counts: { both: number; either: number }) => number): MetricValue =>
    present.length === 0
      ? { value: null, reason: "Neither has this segment here." }
      : { value: present.reduce((sum, counts) => sum + metric(counts), 0) / present.length };
  return {
    dice: meanOf(({ both, either }) => (2 * both) / (either + both)),
    iou: meanOf(({ both, either }) => both / either),
    hd95: { value: null, reason: "Not measured yet." },
    unit: spacingMm === undefined ? "px" : "mm",
  };
}
