import type { LabelMap } from "../../core/mask/label-map";
import type { LayerView, SeriesDetail } from "../../host/contract";
import type { ViewportPlane, ViewportsState } from "../state/viewport-model";
import {
  layersOf,
  referenceLayerOf,
  seriesOf,
  shownLayers,
  stackOf,
  viewportOf,
} from "../state/viewport-queries";
import { labelMapDemands, labelMapKey, type LabelMapStore } from "./label-map-store";
import { reformatLabelMap } from "./volume";
import type { WorkingLabelMaps } from "./working-label-maps";

/** Which slice a label map is wanted for. */
interface Place {
  series: SeriesDetail;
  plane: ViewportPlane;
  index: number;
}

interface KeptLabelMap {
  key: string;
  labelMap: LabelMap;
}

/** Layers that a viewport draws, or measures what it draws against. */
function neededLayers(state: ViewportsState, viewportId: string): LayerView[] {
  const { difference, disagreement, probability } = viewportOf(state, viewportId);
  const series = seriesOf(state, viewportId);
  if (!series) return [];
  const reference = probability && referenceLayerOf(state, series.id);
  const needed = new Set(
    [
      ...shownLayers(state, viewportId).map(({ id }) => id),
      difference?.layerId,
      difference?.referenceLayerId,
      reference?.id,
      ...(disagreement?.layerIds ?? []),
    ].filter((id) => id !== undefined),
  );
  return layersOf(state, series.id).filter(({ id }) => needed.has(id));
}

/** The label maps of one viewport's layers: wishes for them, and finds or reformats the one to draw. */
export class ViewportLabelMaps {
  private readonly viewportId: string;
  private readonly store: LabelMapStore;
  private readonly working: WorkingLabelMaps;
  /** In whose name label maps are wished for: each layer's own. */
  private parties = new Set<string>();
  /** By layer: what was drawn last, for while a newer revision is on its way. */
  private readonly kept = new Map<string, KeptLabelMap>();
  private readonly reformatted = new Map<string, KeptLabelMap>();

  constructor(viewportId: string, store: LabelMapStore, working: WorkingLabelMaps) {
    this.viewportId = viewportId;
    this.store = store;
    this.working = working;
  }

  /** A layer's label map for a slice; undefined where it has none, or none yet. */
  of(layer: LayerView, place: Place): LabelMap | undefined {
    const { plane, index } = place;
    const found = plane === "native" ? this.native(layer, index) : this.inPlane(layer, place);
    const key = `${plane}/${index}`;
    if (found) {
      this.kept.set(layer.id, { key, labelMap: found });
      return found;
    }
    const kept = this.kept.get(layer.id);
    return kept?.key === key && layer.frames.length > 0 ? kept.labelMap : undefined;
  }

  /**
   * Wishes for what the viewport needs.
   * @param frames what it shows or may soon, the most urgent first
   */
  wish(state: ViewportsState, frames: readonly number[]): void {
    const { plane } = viewportOf(state, this.viewportId);
    // While a run adds slices, every one makes the whole layer a new revision: fetch few of them ahead.
    const nearby = plane === "native" ? frames.slice(0, 4) : frames;
    const parties = new Set<string>();
    for (const layer of neededLayers(state, this.viewportId)) {
      const party = `${this.viewportId}/${layer.id}`;
      parties.add(party);
      // What is worked on, or was read for it, is not read again with every stroke that makes a new revision.
      const missing =
        layer.origin.kind === "annotation"
          ? nearby.filter((frame) => this.native(layer, frame) === undefined)
          : nearby;
      this.store.wish(party, labelMapDemands(layer, missing));
    }
    for (const party of this.parties) if (!parties.has(party)) this.store.wish(party, []);
    this.parties = parties;
  }

  /** Wishes for nothing any more. */
  end(): void {
    this.parties.forEach((party) => this.store.wish(party, []));
    this.parties.clear();
  }

  private native(layer: LayerView, frame: number): LabelMap | undefined {
    const known = this.working.get(layer.id, frame);
    if (known) return known;
    const held = this.store.read(labelMapKey({ layerId: layer.id, frame, revision: layer.revision }));
    if (held.state !== "ready") return undefined;
    return layer.origin.kind === "annotation" ? this.working.adopt(layer.id, frame, held.value) : held.value;
  }

  private inPlane(layer: LayerView, { series, plane, index }: Place): LabelMap | undefined {
    const stack = stackOf(series, plane);
    if (!stack) return undefined;
    const labelMaps = series.frames.map((_, frame) => this.native(layer, frame));
    const loaded = labelMaps.filter((labelMap) => labelMap !== undefined).length;
    if (loaded === 0) return undefined;
    const key = `${plane}/${index}/${layer.revision}/${loaded}`;
    const known = this.reformatted.get(layer.id);
    if (known?.key === key) return known.labelMap;
    const labelMap = reformatLabelMap(stack, index, labelMaps);
    this.reformatted.set(layer.id, { key, labelMap });
    return labelMap;
  }
}
