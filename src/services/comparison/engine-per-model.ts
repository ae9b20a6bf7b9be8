import type { Engine } from "../../engine/engine";

/**
 * Gives each model an engine process of its own, one after the other, so that the memory that is measured is that
 * model's alone. Models are expected in turn, as a batch runs them.
 */
export class EnginePerModel implements Pick<Engine, "segment"> {
  #current: { folder: string; engine: Engine } | undefined;

  constructor(private readonly start: () => Engine) {}

  async segment(...[request, options]: Parameters<Engine["segment"]>): ReturnType<Engine["segment"]> {
    const { folder } = request.model;
    const previous = this.#current;
    if (previous?.folder === folder) return previous.engine.segment(request, options);
    // Taken at once: a second frame of this model may ask before the previous process is gone.
    const current = { folder, engine: this.start() };
    this.#current = current;
    await previous?.engine.close();
    return current.engine.segment(request, options);
  }

  async close(): Promise<void> {
    await this.#current?.engine.close();
  }
}
