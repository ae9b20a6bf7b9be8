import { mostEntropy } from "./heat";
import { voteEntropy } from "../../core/consensus/vote";
import { compareLabelMaps } from "../../core/mask/difference";
import type { LabelMap } from "../../core/mask/label-map";
import { layersOf, viewportOf } from "../state/viewport-queries";
import type { ViewportsState } from "../state/viewport-model";
import type { ViewportSession } from "./session";

interface KnownDifference {
  reference: LabelMap;
  difference: LabelMap;
}
const differences = new WeakMap<LabelMap, KnownDifference>();

/** The difference map of what is on the screen; undefined while one of the two label maps is missing. */
export function differenceOf(session: ViewportSession): LabelMap | undefined {
  const { picture } = session;
  const wanted = session.viewport.difference;
  if (!picture || !wanted || session.state.layersHidden) return undefined;
  const layers = layersOf(session.state, picture.series.id);
  const layer = layers.find(({ id }) => id === wanted.layerId);
  const reference = layers.find(({ id }) => id === wanted.referenceLayerId);
  const own = layer && session.labelMapOf(layer);
  const against = reference && session.labelMapOf(reference);
  if (!own || against?.rows !== own.rows || against.columns !== own.columns) return undefined;
  const known = differences.get(own);
  if (known?.reference === against) return known.difference;
  const difference = compareLabelMaps(own, against);
  differences.set(own, { reference: against, difference });
  return difference;
}

/** How divided the layers are at each pixel. */
export interface Disagreement {
  rows: number;
  columns: number;
  /** Bits, one a pixel. */
  entropy: Float32Array;
}

interface KnownDisagreement {
  labelMaps: readonly LabelMap[];
  disagreement: Disagreement;
}
const disagreements = new WeakMap<LabelMap, KnownDisagreement>();

/**
 * The disagreement map of what is on the screen. A layer without a label map for the slice has no vote; undefined
 * where fewer than two have one, or while one is still to come.
 */
export function disagreementOf(session: ViewportSession): Disagreement | undefined {
  const { picture, state, id } = session;
  if (!picture || state.layersHidden) return undefined;
  const { plane, index } = picture;
  const voters = disagreeingLayers(state, id).filter(
    ({ frames }) => plane !== "native" || frames.includes(index),
  );
  const labelMaps = voters.flatMap((layer) => session.labelMapOf(layer) ?? []);
  const [first] = labelMaps;
  if (!first || labelMaps.length < Math.max(2, voters.length)) return undefined;
  const { rows, columns } = first;
  if (labelMaps.some((other) => other.rows !== rows || other.columns !== columns)) return undefined;
  const known = disagreements.get(first);
  if (
    known?.labelMaps.length === labelMaps.length &&
    known.labelMaps.every((each, at) => each === labelMaps[at])
  )
    return known.disagreement;
  const disagreement = { rows, columns, entropy: voteEntropy(labelMaps.map(({ values }) => values)) };
  disagreements.set(first, { labelMaps, disagreement });
  return disagreement;
}

function disagreeingLayers(state: ViewportsState, id: string) {
  const { seriesId, disagreement } = viewportOf(state, id);
  return layersOf(state, seriesId).filter((layer) => disagreement?.layerIds.includes(layer.id));
}

/** Bits at the upper end of a viewport's heat: the same on all slices, so that they can be compared. */
export function mostDisagreement(state: ViewportsState, id: string): number {
  const layers = disagreeingLayers(state, id);
  const values = new Set(layers.flatMap(({ segments }) => segments.map(({ value }) => value)));
  return mostEntropy(layers.length, values.add(0).size);
}
