import { CancelledError, SlicebenchError } from "../core/errors";
import { thresholdOf } from "../core/mask/network-output";
import { type ProbabilityMap, quantiseProbabilities } from "../core/mask/probability-map";
import type { Engine } from "../engine/engine";
import type { ModelStore, StoredModel } from "./models";
import type { RunnableSeries } from "./runs";

/** So many bytes of probability maps are kept: 128 of 512 x 512. */
const keptBytes = 32 * 2 ** 20;

export interface ProbabilitiesRequest {
  modelId: string;
  seriesId: string;
  frame: number;
  /** Its value. */
  segment: number;
}

interface FrameProbabilitiesParts {
  engine: Pick<Engine, "segment">;
  models: Pick<ModelStore, "find">;
  findSeries: (id: string) => Pick<RunnableSeries, "frames">;
}

/** What one run gave: a map a segment, by its value. */
type SegmentMaps = ReadonlyMap<number, ProbabilityMap>;

/**
 * How probable a model holds its segments on single frames, computed when it is asked for: layers keep decisions
 * alone. A run gives all segments; the last few are kept.
 */
export class FrameProbabilities {
  /** The least recently used first. */
  readonly #kept = new Map<string, SegmentMaps>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: FrameProbabilitiesParts) {}

  /**
   * One segment's probabilities on one frame. Requests wait for each other: whoever walks through slices gives up
   * most of them before their turn. A run that has begun is finished and kept, for ending it would end its process.
   * Throws MODEL_UNKNOWN, MODEL_WITHOUT_PROBABILITIES, REQUEST_INVALID; CancelledError.
   */
  async read(request: ProbabilitiesRequest, signal?: AbortSignal): Promise<ProbabilityMap> {
    const turn = this.#last.then(() => this.#mapsOf(request, signal));
    this.#last = turn.catch(() => undefined);
    const map = (await turn).get(request.segment);
    if (map !== undefined) return map;
    throw new SlicebenchError("REQUEST_INVALID", `The model has no segment ${request.segment}.`);
  }

  async #mapsOf(
    { modelId, seriesId, frame }: ProbabilitiesRequest,
    signal?: AbortSignal,
  ): Promise<SegmentMaps> {
    if (signal?.aborted === true) throw new CancelledError();
    const reference = this.parts.findSeries(seriesId).frames[frame];
    if (reference === undefined) {
      throw new SlicebenchError("REQUEST_INVALID", `The series has no frame ${frame + 1}.`);
    }
    const [model] = await this.parts.models.find([modelId]);
    const { card, folder, cardSha256 } = model!;
    const key = `${card.weights.sha256} ${cardSha256} ${seriesId}/${frame}`;
    const known = this.#kept.get(key);
    // A Map keeps the order of insertion: what is used moves to the end.
    if (known !== undefined) this.#kept.delete(key);
    const maps = known ?? (await this.#run(reference, { folder, card }));
    this.#kept.set(key, maps);
    this.#forgetOldest();
    return maps;
  }

  async #run(
    frame: RunnableSeries["frames"][number],
    { folder, card }: Pick<StoredModel, "folder" | "card">,
  ): Promise<SegmentMaps> {
    const { rows, columns, probabilities } = await this.parts.engine.segment({
      model: { folder },
      frame,
      probabilities: true,
    });
    const ownThreshold = thresholdOf(card.output);
    return new Map(
      card.output.segments.map(({ value }, at) => [
        value,
        { rows, columns, ownThreshold, values: quantiseProbabilities(probabilities![at]!) },
      ]),
    );
  }

  #forgetOldest(): void {
    const sizes = [...this.#kept].map(([key, maps]) => [key, bytesOf(maps)] as const);
    let bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
    for (const [key, size] of sizes) {
      if (bytes <= keptBytes) return;
      this.#kept.delete(key);
      bytes -= size;
    }
  }
}

function bytesOf(maps: SegmentMaps): number {
  return [...maps.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
}
