import { join } from "node:path";
import { fromWireError, SlicebenchError } from "../core/errors";
import { zoo, zooEntry } from "../core/zoo/registry";
import type { Engine, FeatureMapsResult } from "../engine/engine";
import type { ArchitectureView, NetworkView } from "../host/contract";
import type { ModelStore } from "./models";
import type { DescribedNetwork, NetworkAnswer, NetworkSource } from "./network-worker";
import type { RunnableSeries } from "./runs";
import { WorkerPool } from "./worker-pool";

/** A model's file seldom has more than a few thousand nodes; so many descriptions are kept. */
const keptDescriptions = 24;

export interface FeaturesRequest {
  modelId: string;
  seriesId: string;
  frame: number;
  value: string;
  most: number;
}

interface NetworksParts {
  engine: Pick<Engine, "featureMaps">;
  models: Pick<ModelStore, "find">;
  findSeries: (id: string) => Pick<RunnableSeries, "frames">;
}

/** What networks are made of: those of the zoo, and those of models. */
export class Networks {
  readonly #described = new Map<string, Promise<DescribedNetwork>>();
  readonly #pool = new WorkerPool<NetworkSource, NetworkAnswer>("network-worker", { maxThreads: 1 });

  constructor(private readonly parts: NetworksParts) {}

  /** The zoo's architectures, in the order in which they were published. */
  architectures(): ArchitectureView[] {
    return zoo.map(({ id, name, family, task, encoder, decoder, year, paper }) => {
      return { id, name, family, task, encoder, decoder, year, paper };
    });
  }

  /** Throws ZOO_UNKNOWN. */
  async architecture(id: string): Promise<NetworkView> {
    const { name } = zooEntry(id);
    return { id, name, ...(await this.#describe(`zoo ${id}`, { kind: "architecture", id })) };
  }

  /** Throws MODEL_UNKNOWN, and what cannot be read of the model's file. */
  async model(id: string): Promise<NetworkView> {
    const [model] = await this.parts.models.find([id]);
    const { card, folder } = model!;
    const described = await this.#describe(`model ${card.weights.sha256} ${model!.cardSha256}`, {
      kind: "model",
      file: join(folder, card.weights.file),
      layout: card.input.layout,
      size: card.architecture.macsAt,
    });
    return { id, name: card.name, weightBytes: card.weights.bytes, ...described };
  }

  /** The channels of one of a model's values over a frame of a series. */
  async features(
    { modelId, seriesId, frame, value, most }: FeaturesRequest,
    options: { signal?: AbortSignal } = {},
  ): Promise<FeatureMapsResult> {
    const reference = this.parts.findSeries(seriesId).frames[frame];
    if (reference === undefined) {
      throw new SlicebenchError("REQUEST_INVALID", `The series has no frame ${frame + 1}.`);
    }
    const [model] = await this.parts.models.find([modelId]);
    const request = { model: { folder: model!.folder }, frame: reference, value, most };
    return this.parts.engine.featureMaps(request, options);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #describe(key: string, source: NetworkSource): Promise<DescribedNetwork> {
    const known = this.#described.get(key);
    if (known !== undefined) return known;
    const described = this.#describeNow(source);
    const [oldest] = this.#described.keys();
    if (this.#described.size >= keptDescriptions && oldest !== undefined) this.#described.delete(oldest);
    this.#described.set(key, described);
    // A failure is told to who asked, and not kept.
    described.catch(() => this.#described.delete(key));
    return described;
  }

  async #describeNow(source: NetworkSource): Promise<DescribedNetwork> {
    const answer = await this.#pool.run(source);
    if ("network" in answer) return answer.network;
    throw fromWireError(answer.error);
  }
}
