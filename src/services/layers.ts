import { SlicebenchError } from "../core/errors";
import type { LabelMap } from "../core/mask/label-map";
import type { LayerView } from "../host/contract";
import type { DeflatedLabelMap, LayerStore, StoredLayer } from "../workspace/layers";
import type { EventLog } from "./events";

/** Colours of layers, by letter: A, B, C, D and again. The reference is white. */
const layerColours = ["#E69F00", "#56B4E9", "#CC79A7", "#F0E442"] as const;
const referenceColour = "#FFFFFF";

export type NewLayer = Pick<StoredLayer, "seriesId" | "name" | "origin" | "segments">;

/** Layers: label maps of a whole series with an origin. Every change is told to the pages. */
export class Layers {
  constructor(
    private readonly store: LayerStore,
    private readonly events: EventLog,
  ) {}

  list(seriesId: string): LayerView[] {
    return this.store.list(seriesId).map(viewOf);
  }

  /** The layer as the workspace remembers it; throws LAYER_NOT_FOUND. */
  get(id: string): StoredLayer {
    const layer = this.store.get(id);
    if (layer === undefined) throw new SlicebenchError("LAYER_NOT_FOUND", "This layer was removed.");
    return layer;
  }

  /** The layer as a page sees it; throws LAYER_NOT_FOUND. */
  view(id: string): LayerView {
    return viewOf(this.get(id));
  }

  stored(seriesId: string): StoredLayer[] {
    return this.store.list(seriesId);
  }

  /** A name that no other layer of the series has: as wanted, or with a number behind it. */
  freeName(seriesId: string, name: string): string {
    const taken = new Set(this.stored(seriesId).map((layer) => layer.name));
    for (let number = 2; taken.has(name); number++)
      if (!taken.has(`${name} ${number}`)) return `${name} ${number}`;
    return name;
  }

  /** Makes a layer, empty or with its label maps, in the next free colour of its series. */
  create(layer: NewLayer, labelMaps?: readonly DeflatedLabelMap[]): StoredLayer {
    const created = this.store.create({ ...layer, colour: this.#nextColour(layer) }, labelMaps);
    this.#tell(created);
    return created;
  }

  change(id: string, change: Parameters<LayerStore["change"]>[1]): LayerView {
    const changed = this.store.change(id, change);
    if (changed === undefined) throw new SlicebenchError("LAYER_NOT_FOUND", "This layer was removed.");
    this.#tell(changed);
    return viewOf(changed);
  }

  /** Removes a layer. An annotation, which nothing could make again, is set aside with its history. */
  remove(id: string): void {
    const { origin } = this.get(id);
    if (origin.kind === "annotation") this.store.setAside(id);
    else this.store.remove(id);
    this.events.publish({ type: "layer-removed", layerId: id });
  }

  /** The annotations of a series that were removed and can be restored, the last one first. */
  listRemoved(seriesId: string): LayerView[] {
    return this.store.listSetAside(seriesId).map(viewOf);
  }

  /** Brings a removed annotation back with its history; throws LAYER_NOT_FOUND. */
  restore(id: string): LayerView {
    const layer = this.store.bringBack(id);
    if (layer === undefined) throw new SlicebenchError("LAYER_NOT_FOUND", "This layer was removed for good.");
    this.#tell(layer);
    return viewOf(layer);
  }

  /** Forgets annotations for good that were removed before a time, in milliseconds since 1970. */
  purgeRemoved(before: number): void {
    this.store.forgetSetAside(before);
  }

  clear(id: string): void {
    this.store.clear(id);
    this.#tell(this.get(id));
  }

  /** Writes a frame's label map. Where the layer was removed meanwhile, nothing happens. */
  async putLabelMap(id: string, frame: number, labelMap: LabelMap): Promise<void> {
    await this.store.putLabelMap(id, frame, labelMap);
    const layer = this.store.get(id);
    if (layer !== undefined) this.#tell(layer);
  }

  /** Writes many frames' label maps, and tells of them once. */
  async putLabelMaps(id: string, labelMaps: readonly { frame: number; labelMap: LabelMap }[]): Promise<void> {
    for (const { frame, labelMap } of labelMaps) await this.store.putLabelMap(id, frame, labelMap);
    this.#tell(this.get(id));
  }

  /** Tells the pages that a layer, or one of its label maps, is another now. */
  tellOf(id: string): void {
    this.#tell(this.get(id));
  }

  /** Tells two contents of one frame's label map apart; undefined where there is none. */
  labelMapRevision(id: string, frame: number): number | undefined {
    return this.store.labelMapRevision(id, frame);
  }

  /** One frame's label map; throws LAYER_NOT_FOUND or LABEL_MAP_NOT_FOUND. */
  async labelMap(id: string, frame: number): Promise<LabelMap & { revision: number }> {
    const labelMap = await this.store.labelMap(id, frame);
    if (labelMap !== undefined) return labelMap;
    this.get(id);
    throw new SlicebenchError("LABEL_MAP_NOT_FOUND", `This layer has nothing on frame ${frame + 1} yet.`);
  }

  #nextColour({ seriesId, origin }: NewLayer): string {
    if (origin.kind === "reference") return referenceColour;
    const taken = this.store.list(seriesId).map(({ colour }) => colour);
    const free = layerColours.find((colour) => !taken.includes(colour));
    return free ?? layerColours[taken.length % layerColours.length]!;
  }

  #tell(layer: StoredLayer): void {
    this.events.publish({ type: "layer", layer: viewOf(layer) });
  }
}

/** What a page sees of a layer. */
function viewOf(layer: StoredLayer): LayerView {
  const { origin } = layer;
  return {
    ...layer,
    origin:
      origin.kind === "model" ? { kind: "model", modelId: origin.modelId, runId: origin.runId } : origin,
  };
}
