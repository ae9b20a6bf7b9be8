import { maskOfSegment } from "../../core/mask/write-segment";
import type { LabelMap } from "../../core/mask/label-map";
import { certain, maskAtThreshold, type ProbabilityMap } from "../../core/mask/probability-map";
import { diceOf, type MetricValue } from "../../core/metrics/measure";
import { countOverlap } from "../../core/metrics/overlap";
import type { LayerView } from "../../host/contract";
import { layersOf, referenceLayerOf } from "../state/viewport-queries";
import { pixelOf } from "./painting";
import type { ViewportSession } from "./session";

/** A probability map on the screen, and what a threshold makes of it. */
export interface ShownProbability {
  layer: LayerView;
  segment: number;
  map: ProbabilityMap;
  threshold: number;
  /** The segment's value where it is at least so probable. */
  mask: LabelMap;
}

const masks = new WeakMap<ProbabilityMap, { threshold: number; mask: LabelMap }>();

/** The probability map of a viewport; undefined while there is none. */
export function probabilityOf(session: ViewportSession): ShownProbability | undefined {
  const { picture, state, viewport, probabilityMap } = session;
  const { probability } = viewport;
  if (!picture || !probability || probabilityMap?.state !== "ready") return undefined;
  if (picture.index !== viewport.frameIndex || picture.plane !== "native") return undefined;
  const layer = layersOf(state, picture.series.id).find(({ id }) => id === probability.layerId);
  if (!layer) return undefined;
  const { segment } = probability;
  const map = probabilityMap.value;
  const threshold = probability.threshold ?? map.ownThreshold;
  const known = masks.get(map);
  if (known?.threshold === threshold) return { layer, segment, map, threshold, mask: known.mask };
  const mask = maskAtThreshold(map, { segment, threshold });
  masks.set(map, { threshold, mask });
  return { layer, segment, map, threshold, mask };
}

/** Dice of the mask at the threshold against the reference; undefined where there is none on this slice. */
export function thresholdDice(
  session: ViewportSession,
  { layer, segment, mask }: ShownProbability,
): MetricValue | undefined {
  const reference = referenceLayerOf(session.state, layer.seriesId);
  const labelMap = reference && reference.id !== layer.id ? session.labelMapOf(reference) : undefined;
  if (labelMap?.rows !== mask.rows || labelMap.columns !== mask.columns) return undefined;
  return diceOf(countOverlap(mask.values, maskOfSegment(labelMap.values, segment)));
}

/** A slice stays readable beneath what is certain, and the outline in the same colour over it. */
const mostOpacity = 0.45;

/** Paints probabilities into RGBA pixels: the more probable, the more opaque. */
export function paintTint(map: ProbabilityMap, colour: string, pixels: Uint32Array): void {
  const opaque = pixelOf(colour) & 0xffffff;
  const palette = Uint32Array.from({ length: 256 }, (_, value) => {
    const opacity = Math.round((Math.min(value, certain) / certain) * mostOpacity * 255);
    return ((opacity << 24) | opaque) >>> 0;
  });
  map.values.forEach((value, at) => (pixels[at] = palette[value]!));
}
