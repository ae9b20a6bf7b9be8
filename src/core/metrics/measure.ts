import { SlicebenchError } from "../errors";
import type { LabelMap } from "../mask/label-map";
import type { Goal } from "../statistics/paired-ranking";
import { boundaryIou } from "./boundary-iou";
import { cropToMasks, type MaskPair } from "./crop";
import { countOverlap, type OverlapCounts } from "./overlap";
import {
  averageDistance,
  averageSymmetricDistance,
  hausdorffDistance,
  hausdorffDistance95,
  surfaceDice,
  surfaceDistances,
} from "./surface-distances";

/** The keys that scripts rely on, in the order in which they are printed. */
export const metricKeys = [
  "dice",
  "iou",
  "precision",
  "recall",
  "specificity",
  "volumeSimilarity",
  "relativeVolumeDifference",
  "kappa",
  "hausdorff",
  "hd95",
  "asd",
  "assd",
  "surfaceDice",
  "boundaryIou",
] as const;

export type MetricKey = (typeof metricKeys)[number];

/** Those that are lengths, in mm where the spacing is known and else in px. */
export const lengthMetricKeys: ReadonlySet<MetricKey> = new Set(["hausdorff", "hd95", "asd", "assd"]);

/** What is better of a metric: of lengths less, of the signed volume difference nearer to 0, else more. */
export function goalOf(key: MetricKey): Goal {
  if (key === "relativeVolumeDifference") return "zero";
  return lengthMetricKeys.has(key) ? "low" : "high";
}

/** A number, or null and why there is none. Edge cases: docs/decisions/metrics-edge-cases.md. */
export type MetricValue = { value: number } | { value: null; reason: string };

/** Every reason for which a metric can be undefined. */
export const undefinedReasons = {
  bothEmpty: "Neither mask has a pixel of this segment.",
  predictionEmpty: "The prediction has no pixel of this segment.",
  referenceEmpty: "The reference has no pixel of this segment.",
  referenceFull: "The reference covers every pixel, so that nothing can be outside.",
  bothFull: "Both masks cover every pixel, so that agreement by chance is complete.",
  noMatch: "No object was found again, so that there is nothing to take the mean of.",
  infinite: "Only one of the masks has this segment, so that the distance is infinite.",
} as const;

/** What was measured between two masks. */
export interface MaskMetrics {
  /** Of the `lengthMetricKeys`, `tolerance` and `boundaryWidth`. */
  unit: "mm" | "px";
  metrics: Record<MetricKey, MetricValue>;
  counts: OverlapCounts;
  /** Up to which distance a boundary counts as met, for `surfaceDice`. */
  tolerance: number;
  /** How deep the band of `boundaryIou` is. */
  boundaryWidth: number;
}

/** The shape of the masks and what lengths are measured in. */
export interface MeasureOptions {
  rows: number;
  columns: number;
  /** 1 where absent: a picture. */
  slices?: number;
  /** Between rows, between columns, and of a volume between slices. Absent where unknown: lengths are in px. */
  spacingMm?: readonly [row: number, column: number, slice?: number];
  /** Of `surfaceDice`, in mm or px; default 1. */
  tolerance?: number;
  /** Of `boundaryIou`, in mm or px; default 2 % of a slice's diagonal, at least one pixel (Cheng et al. 2021). */
  boundaryWidth?: number;
}

/** A quotient, or the reason for which there is none. */
export function ratio(numerator: number, denominator: number, reason: string): MetricValue {
  return denominator === 0 ? { value: null, reason } : { value: numerator / denominator };
}

/** 2 |P and R| / (|P| + |R|) (Dice 1945). */
export function diceOf({ truePositive, falsePositive, falseNegative }: OverlapCounts): MetricValue {
  return ratio(
    2 * truePositive,
    2 * truePositive + falsePositive + falseNegative,
    undefinedReasons.bothEmpty,
  );
}

type OverlapKey =
  | "dice"
  | "iou"
  | "precision"
  | "recall"
  | "specificity"
  | "volumeSimilarity"
  | "relativeVolumeDifference"
  | "kappa";

function overlapMetrics(counts: OverlapCounts): Record<OverlapKey, MetricValue> {
  const { truePositive: both, falsePositive, falseNegative, trueNegative } = counts;
  const { bothEmpty } = undefinedReasons;
  const predicted = both + falsePositive;
  const reference = both + falseNegative;
  const isEmpty = predicted + reference === 0;
  return {
    dice: diceOf(counts),
    iou: ratio(both, both + falsePositive + falseNegative, bothEmpty),
    precision: ratio(both, predicted, isEmpty ? bothEmpty : undefinedReasons.predictionEmpty),
    recall: ratio(both, reference, isEmpty ? bothEmpty : undefinedReasons.referenceEmpty),
    specificity: ratio(trueNegative, trueNegative + falsePositive, undefinedReasons.referenceFull),
    volumeSimilarity: ratio(2 * Math.min(predicted, reference), predicted + reference, bothEmpty),
    // Signed: a prediction that is too large is above 0, one without a pixel is -1.
    relativeVolumeDifference: ratio(
      predicted - reference,
      reference,
      isEmpty ? bothEmpty : undefinedReasons.referenceEmpty,
    ),
    kappa: cohensKappa(counts),
  };
}

/** Agreement beyond chance (Cohen 1960), of inside and outside alike; 0 where one mask is empty or full. */
function cohensKappa(counts: OverlapCounts): MetricValue {
  const { truePositive: both, falsePositive, falseNegative, trueNegative: neither } = counts;
  const { bothEmpty, bothFull } = undefinedReasons;
  // po - pe over 1 - pe, written out: both shares times the pixels squared.
  const beyondChance = 2 * (both * neither - falsePositive * falseNegative);
  const possible =
    (both + falsePositive) * (falsePositive + neither) + (both + falseNegative) * (falseNegative + neither);
  return ratio(beyondChance, possible, both === 0 ? bothEmpty : bothFull);
}

type BoundaryKey = Exclude<MetricKey, OverlapKey>;

function everyBoundaryMetric(distance: MetricValue, share: MetricValue): Record<BoundaryKey, MetricValue> {
  const distances = { hausdorff: distance, hd95: distance, asd: distance, assd: distance };
  return { ...distances, surfaceDice: share, boundaryIou: share };
}

function boundaryMetrics(
  pair: MaskPair,
  counts: OverlapCounts,
  { tolerance, boundaryWidth }: { tolerance: number; boundaryWidth: number },
): Record<BoundaryKey, MetricValue> {
  const predicted = counts.truePositive + counts.falsePositive;
  const reference = counts.truePositive + counts.falseNegative;
  const cropped = cropToMasks(pair);
  if (cropped === undefined) {
    const undefinedValue = { value: null, reason: undefinedReasons.bothEmpty };
    return everyBoundaryMetric(undefinedValue, undefinedValue);
  }
  if (predicted === 0 || reference === 0) {
    return everyBoundaryMetric({ value: null, reason: undefinedReasons.infinite }, { value: 0 });
  }
  const distances = surfaceDistances(cropped.predicted, cropped.reference, cropped.grid);
  return {
    hausdorff: { value: hausdorffDistance(distances) },
    hd95: { value: hausdorffDistance95(distances) },
    asd: { value: averageDistance(distances.fromPredicted) },
    assd: { value: averageSymmetricDistance(distances) },
    surfaceDice: { value: surfaceDice(distances, tolerance) },
    boundaryIou: { value: boundaryIou(cropped, boundaryWidth) },
  };
}

function expectShape(mask: Uint8Array, { rows, columns, slices = 1 }: MeasureOptions): void {
  if (mask.length === rows * columns * slices) return;
  throw shapeMismatch(`${mask.length} pixels`, `${slices} x ${rows} x ${columns}`);
}

/** The failure of masks that do not cover the same pixels. */
export function shapeMismatch(seen: string, wanted: string): SlicebenchError {
  return new SlicebenchError("MASK_SHAPE_MISMATCH", `A mask has ${seen}; ${wanted} were expected.`, {
    hint: "Compare masks of the same picture at the same size.",
  });
}

/**
 * Measures a prediction against a reference, every metric of the design.
 * @param predicted, reference slices x rows x columns, non-zero is inside
 * @throws MASK_SHAPE_MISMATCH
 * Definitions: Maier-Hein et al. 2024 (Metrics Reloaded); a boundary pixel is an inside pixel with an outside
 * neighbour (of 4 in a picture, of 6 in a volume), and the image's border counts as outside.
 */
export function measureMasks(
  predicted: Uint8Array,
  reference: Uint8Array,
  options: MeasureOptions,
): MaskMetrics {
  expectShape(predicted, options);
  expectShape(reference, options);
  const { rows, columns, slices = 1, spacingMm } = options;
  const [row, column, slice = 1] = spacingMm ?? [1, 1, 1];
  const { tolerance = 1, boundaryWidth = 0.02 * Math.hypot(rows * row, columns * column) } = options;
  const widths = { tolerance, boundaryWidth: Math.max(boundaryWidth, row, column) };
  const counts = countOverlap(predicted, reference);
  const pair: MaskPair = {
    predicted,
    reference,
    grid: { slices, rows, columns, spacing: [slice, row, column] },
  };
  return {
    unit: spacingMm === undefined ? "px" : "mm",
    metrics: { ...overlapMetrics(counts), ...boundaryMetrics(pair, counts, widths) },
    counts,
    ...widths,
  };
}

/** Where one segment is: 1 inside, 0 outside. */
export function maskOfSegment(labelMap: LabelMap, segment: number): Uint8Array {
  return labelMap.values.map((value) => (value === segment ? 1 : 0));
}

/**
 * Measures one label map against another, segment by segment.
 * @param segments the values to measure
 * @throws MASK_SHAPE_MISMATCH
 * @returns one entry a segment, by its value
 */
export function measureLabelMaps(
  predicted: LabelMap,
  reference: LabelMap,
  {
    segments,
    ...options
  }: Omit<MeasureOptions, "rows" | "columns" | "slices"> & { segments: readonly number[] },
): Map<number, MaskMetrics> {
  const { rows, columns } = reference;
  if (predicted.rows !== rows || predicted.columns !== columns) {
    throw shapeMismatch(`${predicted.rows} x ${predicted.columns}`, `${rows} x ${columns}`);
  }
  return new Map(
    segments.map((segment) => [
      segment,
      measureMasks(maskOfSegment(predicted, segment), maskOfSegment(reference, segment), {
        rows,
        columns,
        ...options,
      }),
    ]),
  );
}

/** The mean of those that are defined; undefined where none is, with the first reason. */
export function meanMetric(values: readonly MetricValue[]): MetricValue {
  const defined = values.flatMap(({ value }) => (value === null ? [] : [value]));
  if (defined.length > 0) return { value: defined.reduce((sum, value) => sum + value, 0) / defined.length };
  const [first] = values;
  return first?.value === null ? first : { value: null, reason: "Nothing was measured." };
}
