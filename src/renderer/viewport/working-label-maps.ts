import type { LabelMap } from "../../core/mask/label-map";

/**
 * The label maps of annotations as they are on this page: with every stroke, saved or still on its way. What is here
 * goes before what the host answered; it is forgotten where somebody else changed it, and read again.
 */
export class WorkingLabelMaps {
  readonly #layers = new Map<string, Map<number, LabelMap>>();
  readonly #listeners = new Set<() => void>();

  get(layerId: string, frame: number): LabelMap | undefined {
    return this.#layers.get(layerId)?.get(frame);
  }

  /** Keeps a copy of what came from the host, to be painted on in place. Returns it. */
  adopt(layerId: string, frame: number, { rows, columns, values }: LabelMap): LabelMap {
    const labelMap = { rows, columns, values: values.slice() };
    this.#put(layerId, frame, labelMap);
    return labelMap;
  }

  /** Puts a changed label map in place: by another identity, as what is derived from one is kept by that. */
  set(layerId: string, frame: number, labelMap: LabelMap): void {
    this.#put(layerId, frame, labelMap);
    this.#announce();
  }

  /** Forgets some frames of a layer, or all of them. */
  forget(layerId: string, frames?: readonly number[]): void {
    if (frames === undefined) this.#layers.delete(layerId);
    else for (const frame of frames) this.#layers.get(layerId)?.delete(frame);
    this.#announce();
  }

  forgetAll(): void {
    this.#layers.clear();
    this.#announce();
  }

  /** Called when something was put in place or forgotten. Returns the way to end it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #put(layerId: string, frame: number, labelMap: LabelMap): void {
    const frames = this.#layers.get(layerId) ?? new Map<number, LabelMap>();
    this.#layers.set(layerId, frames.set(frame, labelMap));
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The page's annotations. */
export const workingLabelMaps = new WorkingLabelMaps();
