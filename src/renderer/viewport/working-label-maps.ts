import type { LabelMap } from "../../core/mask/label-map";

interface Worked {
  layerId: string;
  frame: number;
  labelMap: LabelMap;
}

const capacityBytes = 128 * 2 ** 20;

/**
 * The label maps of annotations as they are on this page: with every stroke, saved or still on its way. What is here
 * goes before what the host answered; it is forgotten where somebody else changed it, and read again. Nothing is let
 * go of by itself: only who edits knows when the host has it all, and then trims.
 */
export class WorkingLabelMaps {
  /** In the order of use, the least recent first. */
  readonly #worked = new Map<string, Worked>();
  readonly #listeners = new Set<() => void>();
  #bytes = 0;

  constructor(private readonly capacity = capacityBytes) {}

  /** Whether there is more than may stay for good. */
  get isOverfull(): boolean {
    return this.#bytes > this.capacity;
  }

  /** Counts as a use. */
  get(layerId: string, frame: number): LabelMap | undefined {
    const key = keyOf(layerId, frame);
    const worked = this.#worked.get(key);
    if (!worked) return undefined;
    this.#worked.delete(key);
    this.#worked.set(key, worked);
    return worked.labelMap;
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
    for (const [key, worked] of [...this.#worked])
      if (worked.layerId === layerId && frames?.includes(worked.frame) !== false) this.#delete(key);
    this.#announce();
  }

  forgetAll(): void {
    this.#worked.clear();
    this.#bytes = 0;
    this.#announce();
  }

  /**
   * Lets go of what was used least recently, until a quarter of the capacity is free: not again at the next slice.
   * @param mayGo whether the host has this label map as it is here, and nobody looks at it or works on it
   */
  trim(mayGo: (layerId: string, frame: number) => boolean): void {
    for (const [key, { layerId, frame }] of [...this.#worked]) {
      if (this.#bytes <= 0.75 * this.capacity) return;
      if (mayGo(layerId, frame)) this.#delete(key);
    }
  }

  /** Called when something was put in place or forgotten. Returns the way to end it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #put(layerId: string, frame: number, labelMap: LabelMap): void {
    const key = keyOf(layerId, frame);
    this.#delete(key);
    this.#worked.set(key, { layerId, frame, labelMap });
    this.#bytes += labelMap.values.byteLength;
  }

  #delete(key: string): void {
    this.#bytes -= this.#worked.get(key)?.labelMap.values.byteLength ?? 0;
    this.#worked.delete(key);
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

const keyOf = (layerId: string, frame: number): string => `${layerId}/${frame}`;

/** The page's annotations. */
export const workingLabelMaps = new WorkingLabelMaps();
