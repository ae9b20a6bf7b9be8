import type { Engine } from "./engine";

/** What a batch needs of an engine. */
export type SegmentingEngine = Pick<Engine, "segment" | "close">;

/**
 * Several engines as one: each call goes to the one with the least to do. Frames come back as they are done, not in
 * the order in which they were asked for.
 */
export class EnginePool implements SegmentingEngine {
  readonly #members: { engine: SegmentingEngine; calls: number }[];

  /** @param engines at least one; closed with the pool */
  constructor(engines: readonly SegmentingEngine[]) {
    this.#members = engines.map((engine) => ({ engine, calls: 0 }));
  }

  async segment(...call: Parameters<Engine["segment"]>): ReturnType<Engine["segment"]> {
    const idlest = this.#members.reduce((best, each) => (each.calls < best.calls ? each : best));
    idlest.calls++;
    try {
      return await idlest.engine.segment(...call);
    } finally {
      idlest.calls--;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ engine }) => engine.close()));
  }
}
