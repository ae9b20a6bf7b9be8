import type { ProbabilityMap } from "../../core/mask/probability-map";
import { fetchProbabilities, type ProbabilityAddress } from "../api/pixels";
import type { ViewportsState } from "../state/viewport-model";
import { layersOf, viewportOf } from "../state/viewport-queries";
import { DemandStore, type Demand } from "./demand-store";

export type ProbabilityStore = DemandStore<ProbabilityAddress, ProbabilityMap>;

/** What a viewport's probability map needs; undefined where it shows none, or a plane that no model sees. */
export function probabilityDemand(state: ViewportsState, id: string): Demand<ProbabilityAddress> | undefined {
  const { seriesId, plane, frameIndex: frame, probability } = viewportOf(state, id);
  const layer = layersOf(state, seriesId).find((each) => each.id === probability?.layerId);
  if (plane !== "native" || !probability || layer?.origin.kind !== "model") return undefined;
  const { modelId, runId } = layer.origin;
  const { segment } = probability;
  // Of an import that took the place of another of the same name, runs are others.
  const key = `${modelId}/${runId}/${layer.seriesId}/${frame}/${segment}`;
  return { key, address: { modelId, seriesId: layer.seriesId, frame, segment } };
}

const capacityBytes = 32 * 2 ** 20;

/** The page's probability maps. The engine runs one at a time. */
export const probabilityStore: ProbabilityStore = new DemandStore({
  fetch: fetchProbabilities,
  sizeOf: ({ values }) => values.byteLength,
  capacityBytes,
  concurrency: 1,
});
