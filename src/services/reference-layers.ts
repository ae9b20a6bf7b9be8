import type { LoadedReferenceView } from "../host/contract";
import type { EventLog } from "./events";
import type { Layers } from "./layers";
import { findReferenceBeside, loadReference, type PairedFrame } from "./references";

interface ReferenceLayersParts {
  layers: Layers;
  findSeries: (id: string) => { frames: readonly PairedFrame[] };
  events: EventLog;
}

/** The reference of each open series, as a layer. */
export class ReferenceLayers {
  constructor(private readonly parts: ReferenceLayersParts) {}

  /**
   * Loads label maps as the reference of a series, in place of the one that it had.
   * Throws SERIES_NOT_FOUND, and what `loadReference` throws.
   */
  async load(seriesId: string, paths: readonly string[]): Promise<LoadedReferenceView> {
    const { layers, events } = this.parts;
    const { frames } = this.parts.findSeries(seriesId);
    const { segments, labelMaps, warnings } = await loadReference(frames, paths);
    const known = this.#of(seriesId);
    if (known !== undefined) {
      layers.clear(known.id);
      layers.change(known.id, { segments });
    }
    const { id } =
      known ?? layers.create({ seriesId, name: "Reference", origin: { kind: "reference" }, segments });
    await layers.putLabelMaps(id, labelMaps);
    events.publish({ type: "studies" });
    return { ...layers.view(id), warnings };
  }

  /** Loads the reference that lies beside a series' files, where there is one and the series has none yet. */
  async loadBeside(seriesId: string): Promise<void> {
    if (this.#of(seriesId) !== undefined) return;
    const folder = await findReferenceBeside(this.parts.findSeries(seriesId).frames);
    if (folder !== undefined) await this.load(seriesId, [folder]);
  }

  #of(seriesId: string) {
    return this.parts.layers.stored(seriesId).find(({ origin }) => origin.kind === "reference");
  }
}
