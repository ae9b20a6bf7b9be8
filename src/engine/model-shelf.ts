import type { ModelSource } from "./engine";
import { cardChangeTime, checkAgainstCard, readModelCard, readWeights } from "./model-folder";
import { loadNetwork, type LoadOptions } from "./onnxruntime";
import type { LoadedModel } from "./pipeline";

interface Entry {
  model: LoadedModel;
  loadMs: number;
  /** Of model.json: a model that was imported anew under its old name is another one. */
  cardChangedAt: number;
}

/** The models that are loaded, the most recently used last. */
export class ModelShelf {
  private readonly loaded = new Map<string, Entry>();

  /** @param capacity how many models stay loaded */
  constructor(
    private readonly capacity: number,
    private readonly options: LoadOptions,
  ) {}

  /** The model, loaded now where it was not. `loadMs` is what its load took. */
  async take(source: ModelSource): Promise<Entry> {
    const cardChangedAt = await cardChangeTime(source);
    const known = this.loaded.get(source.folder);
    const isCurrent = known?.cardChangedAt === cardChangedAt;
    if (known !== undefined && !isCurrent) await this.release(source.folder, known);
    const entry = known !== undefined && isCurrent ? known : await this.load(source, cardChangedAt);
    this.loaded.delete(source.folder);
    this.loaded.set(source.folder, entry);
    return entry;
  }

  private async load(source: ModelSource, cardChangedAt: number): Promise<Entry> {
    const start = performance.now();
    const card = await readModelCard(source);
    const weights = await readWeights(source, card);
    // Released first, so that two models are in memory only where two may be.
    await this.releaseDownTo(this.capacity - 1);
    const session = await loadNetwork(weights, this.options);
    try {
      checkAgainstCard(session, card);
    } catch (thrown) {
      await session.release();
      throw thrown;
    }
    return { model: { card, session }, loadMs: performance.now() - start, cardChangedAt };
  }

  private async releaseDownTo(count: number): Promise<void> {
    for (const [folder, entry] of this.loaded) {
      if (this.loaded.size <= count) return;
      await this.release(folder, entry);
    }
  }

  private async release(folder: string, { model }: Entry): Promise<void> {
    this.loaded.delete(folder);
    await model.session.release();
  }
}
