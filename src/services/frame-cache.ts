import type { Frame } from "../core/image/frame";

/**
 * Decoded frames, the least recently used forgotten first, by the bytes that they hold. Two that ask for the
 * same frame at once wait for one decoding.
 */
export class FrameCache {
  readonly #frames = new Map<string, Frame>();
  readonly #underWay = new Map<string, Promise<Frame>>();
  #bytes = 0;

  /** @param limitBytes the most to hold; one frame larger than it is handed on and not kept */
  constructor(private limitBytes: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  set limit(bytes: number) {
    this.limitBytes = bytes;
    this.#forgetOldest();
  }

  has(key: string): boolean {
    return this.#frames.has(key) || this.#underWay.has(key);
  }

  /** The frame from memory, or from `decode`. A decoding that failed is not remembered. */
  async get(key: string, decode: () => Promise<Frame>): Promise<Frame> {
    const kept = this.#frames.get(key);
    if (kept !== undefined) {
      // A Map keeps the order of insertion: what is used moves to the end.
      this.#frames.delete(key);
      this.#frames.set(key, kept);
      return kept;
    }
    let decoding = this.#underWay.get(key);
    if (decoding === undefined) {
      decoding = decode()
        .then((frame) => {
          this.#keep(key, frame);
          return frame;
        })
        .finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, decoding);
    }
    return decoding;
  }

  /** Forgets the frames whose key begins so. */
  forget(prefix: string): void {
    for (const [key, frame] of this.#frames) {
      if (key.startsWith(prefix)) this.#drop(key, frame);
    }
  }

  #keep(key: string, frame: Frame): void {
    if (frame.pixels.byteLength > this.limitBytes) return;
    this.#frames.set(key, frame);
    this.#bytes += frame.pixels.byteLength;
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const [key, frame] of this.#frames) {
      if (this.#bytes <= this.limitBytes) return;
      this.#drop(key, frame);
    }
  }

  #drop(key: string, frame: Frame): void {
    this.#frames.delete(key);
    this.#bytes -= frame.pixels.byteLength;
  }
}
