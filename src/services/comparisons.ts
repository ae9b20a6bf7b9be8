import type { FrameComparison, SeriesComparison } from "../host/contract";
import type { StoredLayer } from "../workspace/layers";
import type { Measured, MeasureRequest } from "./comparison-worker";
import type { Layers } from "./layers";
import { WorkerPool } from "./worker-pool";

/** What a comparison needs to know of a series. */
export interface ComparedSeries {
  frames: readonly { geometry: { spacingMm?: [row: number, column: number] } }[];
}

/** Both layers' label maps on one frame, so that what was measured holds while these revisions do. */
interface Pairing {
  layer: StoredLayer;
  other: StoredLayer;
  frame: number;
  segments: number[];
}

/**
 * What was measured between the layers of a series. Each pair of label maps is measured once: a run that adds
 * frame after frame costs one measurement a frame, however often the page asks.
 */
export class Comparisons {
  readonly #measured = new Map<string, { revisions: string; measured: Promise<Measured> }>();
  readonly #pool = new WorkerPool<MeasureRequest, Measured>("comparison-worker", { maxThreads: 1 });

  constructor(
    private readonly layers: Layers,
    private readonly findSeries: (id: string) => ComparedSeries,
  ) {}

  /**
   * Every layer against the reference where there is one, and how far the others disagree, frame by frame.
   * @param referenceLayerId the layer chosen to measure against; without it, or once it is gone, the reference by origin
   */
  async compare(seriesId: string, referenceLayerId?: string): Promise<SeriesComparison> {
    const series = this.findSeries(seriesId);
    const layers = this.layers.stored(seriesId);
    const reference =
      layers.find(({ id }) => id === referenceLayerId) ??
      layers.find(({ origin }) => origin.kind === "reference");
    const others = layers.filter((layer) => layer !== reference);
    // A consensus has its readers' opinions, none of its own.
    const readers = others.filter(({ origin }) => origin.kind !== "consensus");
    const [frames, disagreement] = await Promise.all([
      reference === undefined ? [] : this.#againstReference(series, others, reference),
      this.#disagreement(series, readers),
    ]);
    return {
      seriesId,
      ...(reference && { referenceLayerId: reference.id }),
      frames,
      disagreement,
    };
  }

  /**
   * How far models disagree, frame by frame: 1 - mean pairwise Dice.
   * @param modelIds the models to look at; all that ran where there is none
   */
  disputes(seriesId: string, modelIds: readonly string[]): Promise<SeriesComparison["disagreement"]> {
    const models = this.layers
      .stored(seriesId)
      .filter(
        ({ origin }) =>
          origin.kind === "model" && (modelIds.length === 0 || modelIds.includes(origin.modelId)),
      );
    return this.#disagreement(this.findSeries(seriesId), models);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #againstReference(
    series: ComparedSeries,
    models: readonly StoredLayer[],
    reference: StoredLayer,
  ): Promise<FrameComparison[]> {
    const segments = reference.segments.map(({ value }) => value);
    const pairings = models.flatMap((layer) =>
      sharedFrames(layer, reference).map((frame) => ({ layer, other: reference, frame, segments })),
    );
    return Promise.all(
      pairings.map(async (pairing) => ({
        layerId: pairing.layer.id,
        frame: pairing.frame,
        ...(await this.#measure(series, pairing)),
      })),
    );
  }

  async #disagreement(
    series: ComparedSeries,
    models: readonly StoredLayer[],
  ): Promise<SeriesComparison["disagreement"]> {
    const pairings = models.flatMap((layer, index) =>
      models.slice(index + 1).flatMap((other) => {
        const values = [...layer.segments, ...other.segments].map(({ value }) => value);
        const segments = [...new Set(values)];
        return sharedFrames(layer, other).map((frame) => ({ layer, other, frame, segments }));
      }),
    );
    const dices = await Promise.all(
      pairings.map(async (pairing) => ({
        frame: pairing.frame,
        // Where neither sees anything they agree.
        dice: (await this.#measure(series, pairing)).dice.value ?? 1,
      })),
    );
    const byFrame = groupByFrame(dices);
    return [...byFrame]
      .sort(([a], [b]) => a - b)
      .map(([frame, pairs]) => ({
        frame,
        value: 1 - pairs.reduce((sum, { dice }) => sum + dice, 0) / pairs.length,
      }));
  }

  async #measure(series: ComparedSeries, pairing: Pairing): Promise<Measured> {
    const { layer, other, frame, segments } = pairing;
    const revisions = [layer.id, other.id].map((id) => this.layers.labelMapRevision(id, frame)).join("/");
    const key = `${layer.id}/${other.id}/${frame}`;
    const known = this.#measured.get(key);
    if (known?.revisions === revisions) return known.measured;
    const measured = this.#measureNow(pairing, {
      segments,
      ...(series.frames[frame]?.geometry.spacingMm && { spacingMm: series.frames[frame].geometry.spacingMm }),
    });
    this.#measured.set(key, { revisions, measured });
    // A failure is told to who asked, and not kept.
    measured.catch(() => this.#measured.delete(key));
    return measured;
  }

  async #measureNow(
    { layer, other, frame }: Pairing,
    rest: Omit<MeasureRequest, "prediction" | "reference">,
  ): Promise<Measured> {
    const [prediction, reference] = await Promise.all([
      this.layers.labelMap(layer.id, frame),
      this.layers.labelMap(other.id, frame),
    ]);
    return this.#pool.run({ prediction, reference, ...rest });
  }
}

/** The frames on which both layers have a label map. */
function sharedFrames(layer: StoredLayer, other: StoredLayer): number[] {
  const there = new Set(other.frames);
  return layer.frames.filter((frame) => there.has(frame));
}

function groupByFrame<Item extends { frame: number }>(items: readonly Item[]): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const item of items) groups.set(item.frame, [...(groups.get(item.frame) ?? []), item]);
  return groups;
}
