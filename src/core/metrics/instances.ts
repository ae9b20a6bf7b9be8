import { type MetricValue, ratio, shapeMismatch, undefinedReasons } from "./measure";

/** What is measured between two sets of objects, in the order in which it is printed. */
export const instanceMetricKeys = [
  "objectPrecision",
  "objectRecall",
  "objectF1",
  "segmentationQuality",
  "panopticQuality",
  "aggregatedJaccard",
] as const;

export type InstanceMetricKey = (typeof instanceMetricKeys)[number];

export interface InstanceMetrics {
  /** How many objects there are, and how many of them were found in each other. */
  counts: { predicted: number; reference: number; matched: number };
  metrics: Record<InstanceMetricKey, MetricValue>;
}

/** Pixels of each object, and of each pair of objects that overlap. */
interface OverlapTable {
  predicted: Map<number, number>;
  reference: Map<number, number>;
  /** By reference object, the predicted objects on it. */
  shared: Map<number, Map<number, number>>;
}

function tabulate(predicted: ArrayLike<number>, reference: ArrayLike<number>): OverlapTable {
  const table: OverlapTable = { predicted: new Map(), reference: new Map(), shared: new Map() };
  const add = (counts: Map<number, number>, key: number, pixels: number) =>
    counts.set(key, (counts.get(key) ?? 0) + pixels);
  // Neighbours mostly belong to the same pair, so runs are counted and not pixels.
  for (let start = 0, end = 0; start < reference.length; start = end) {
    const [own, wanted] = [predicted[start]!, reference[start]!];
    do end++;
    while (end < reference.length && predicted[end] === own && reference[end] === wanted);
    if (own !== 0) add(table.predicted, own, end - start);
    if (wanted === 0) continue;
    add(table.reference, wanted, end - start);
    if (own === 0) continue;
    const shared = table.shared.get(wanted) ?? new Map<number, number>();
    table.shared.set(wanted, shared);
    add(shared, own, end - start);
  }
  return table;
}

/** Intersection and union of a reference object with each predicted object that overlaps it. */
function* overlapsOf(object: number, { predicted, reference, shared }: OverlapTable) {
  for (const [other, both] of shared.get(object) ?? []) {
    yield { other, both, either: reference.get(object)! + predicted.get(other)! - both };
  }
}

/**
 * The aggregated Jaccard index (Kumar et al. 2017): each reference object with the predicted object of the largest
 * IoU (of equal ones that of the lower number), intersections over unions; predicted objects that nobody chose
 * enlarge the union.
 */
function aggregatedJaccard(table: OverlapTable): number {
  let [intersection, union] = [0, 0];
  const unchosen = new Map(table.predicted);
  for (const [object, pixels] of table.reference) {
    let best: { other: number; both: number; either: number } | undefined;
    for (const overlap of overlapsOf(object, table)) {
      // Compared as products of whole numbers, as rounded quotients would break ties by chance.
      const [mine, its] = [overlap.both * (best?.either ?? 1), (best?.both ?? 0) * overlap.either];
      if (mine > its || (mine === its && overlap.other < best!.other)) best = overlap;
    }
    intersection += best?.both ?? 0;
    union += best?.either ?? pixels;
    if (best !== undefined) unchosen.delete(best.other);
  }
  for (const pixels of unchosen.values()) union += pixels;
  return intersection / union;
}

/**
 * Measures objects against reference objects.
 * @param predicted, reference each pixel's object number, 0 is background; of one shape, 2D or 3D
 * @param minimumIou objects are the same where their IoU is larger; from 0.5 on no object can have two partners
 * @throws MASK_SHAPE_MISMATCH; RangeError for a `minimumIou` below 0.5
 * Definitions: Kirillov et al. 2019 (panoptic quality is segmentation quality, the mean IoU of the matched, times
 * recognition quality, which is `objectF1`); Kumar et al. 2017 (aggregated Jaccard); Maier-Hein et al. 2024.
 */
export function measureInstances(
  predicted: ArrayLike<number>,
  reference: ArrayLike<number>,
  minimumIou = 0.5,
): InstanceMetrics {
  if (predicted.length !== reference.length)
    throw shapeMismatch(`${predicted.length} pixels`, `${reference.length}`);
  if (minimumIou < 0.5) throw new RangeError(`With an IoU of ${minimumIou} an object may have two partners.`);
  const table = tabulate(predicted, reference);
  let [matched, quality] = [0, 0];
  for (const object of table.reference.keys()) {
    for (const { both, either } of overlapsOf(object, table)) {
      if (both / either <= minimumIou) continue;
      matched++;
      quality += both / either;
    }
  }
  const counts = { predicted: table.predicted.size, reference: table.reference.size, matched };
  return { counts, metrics: instanceMetrics(counts, quality, table) };
}

function instanceMetrics(
  { predicted, reference, matched }: InstanceMetrics["counts"],
  quality: number,
  table: OverlapTable,
): Record<InstanceMetricKey, MetricValue> {
  const { bothEmpty, predictionEmpty, referenceEmpty, noMatch } = undefinedReasons;
  const isEmpty = predicted + reference === 0;
  const objects = (predicted + reference) / 2;
  return {
    objectPrecision: ratio(matched, predicted, isEmpty ? bothEmpty : predictionEmpty),
    objectRecall: ratio(matched, reference, isEmpty ? bothEmpty : referenceEmpty),
    objectF1: ratio(matched, objects, bothEmpty),
    segmentationQuality: ratio(quality, matched, isEmpty ? bothEmpty : noMatch),
    panopticQuality: ratio(quality, objects, bothEmpty),
    aggregatedJaccard: isEmpty ? { value: null, reason: bothEmpty } : { value: aggregatedJaccard(table) },
  };
}
