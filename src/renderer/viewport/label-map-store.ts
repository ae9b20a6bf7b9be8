import type { LabelMap } from "../../core/mask/label-map";
import type { LayerView } from "../../host/contract";
import { fetchLabelMap } from "../api/pixels";
import { DemandStore, type Demand } from "./demand-store";

export interface LabelMapAddress {
  layerId: string;
  frame: number;
  revision: number;
}

export type LabelMapStore = DemandStore<LabelMapAddress, LabelMap>;

/** A revision is part of the key: what was edited or computed anew is another label map. */
export function labelMapKey({ layerId, frame, revision }: LabelMapAddress): string {
  return `${layerId}/${frame}@${revision}`;
}

export function createLabelMapStore(
  fetch: (address: LabelMapAddress, signal: AbortSignal) => Promise<LabelMap>,
  capacityBytes: number,
): LabelMapStore {
  return new DemandStore({ fetch, sizeOf: ({ values }) => values.byteLength, capacityBytes });
}

/** A layer's label maps of some frames; frames that the layer does not have are left out. */
export function labelMapDemands(layer: LayerView, frames: readonly number[]): Demand<LabelMapAddress>[] {
  const present = new Set(layer.frames);
  return frames
    .filter((frame) => present.has(frame))
    .map((frame) => ({ layerId: layer.id, frame, revision: layer.revision }))
    .map((address) => ({ key: labelMapKey(address), address }));
}

const capacityBytes = 256 * 2 ** 20;

/** The page's label maps. */
export const labelMapStore = createLabelMapStore(fetchLabelMap, capacityBytes);
