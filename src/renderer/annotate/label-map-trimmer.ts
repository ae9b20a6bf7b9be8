import type { WorkingLabelMaps } from "../viewport/working-label-maps";

interface TrimmerSources {
  working: WorkingLabelMaps;
  /** What was saved last, by identity; undefined while an edit is begun, under way or waits to be saved. */
  settled: () => object | undefined;
  /**
   * Reads again which revision every layer has: only that is sure to be no older than this page's own edits. False
   * where the host did not answer.
   */
  readLayers: () => Promise<boolean>;
  mayGo: (layerId: string, frame: number) => boolean;
}

/**
 * Keeps the working label maps of visited slices within their capacity, without losing a stroke: one goes only when
 * the host has every edit, and the page knows the layer's revision that holds them.
 */
export class LabelMapTrimmer {
  #isTrimming = false;

  constructor(private readonly sources: TrimmerSources) {}

  /** Call when another slice came into view, or something was saved. */
  async trim(): Promise<void> {
    const { working, settled, readLayers, mayGo } = this.sources;
    const before = settled();
    if (this.#isTrimming || before === undefined || !working.isOverfull) return;
    this.#isTrimming = true;
    try {
      const isRead = await readLayers();
      // An edit that was made meanwhile may not be in what was read: next time, then.
      if (isRead && settled() === before) working.trim(mayGo);
    } finally {
      this.#isTrimming = false;
    }
  }
}
