import { dirname, join } from "node:path";
import { UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { SlicebenchError, toWireError } from "../../core/errors";
import type { Engine } from "../../engine/engine";
import { EngineSegmenter } from "../frame-segmenter";
import { hashFile, type ModelStore, type StoredModel } from "../models";
import { isWithin } from "../output-names";
import { cancelKey, type Chunk, type ChunkFrameResult, chunkSchema, queueName } from "./chunk";
import { connectToRedis } from "./connection";
import type { SharedFolder } from "./shared-folder";

export interface QueueWorkerParts {
  address: string;
  share: SharedFolder;
  engine: Engine;
  models: ModelStore;
  /** A worker that is silent for so long has its chunk taken over. */
  takeoverMs: number;
  onFrame: (frame: {
    model: string;
    input: string;
    frame: number;
    error?: SlicebenchError["message"];
  }) => void;
}

/** A chunk that kills its workers comes back so often before it is given up. */
const maxStalledCount = 2;

const passingErrors: ReadonlySet<string> = new Set(["DISK_FULL", "OUTPUT_NOT_WRITABLE", "INTERNAL"]);

/** Segments the frames that come over a queue, with the engine of this machine, one chunk at a time. */
export class QueueWorker {
  readonly #segmenter: EngineSegmenter;
  readonly #models = new Map<string, Promise<StoredModel>>();
  readonly #worker: Worker<Chunk, ChunkFrameResult[]>;

  private constructor(
    private readonly parts: QueueWorkerParts,
    private readonly redis: Redis,
  ) {
    this.#segmenter = new EngineSegmenter(parts.engine);
    this.#worker = new Worker<Chunk, ChunkFrameResult[]>(queueName, (job) => this.#work(job.data), {
      connection: redis,
      lockDuration: parts.takeoverMs,
      stalledInterval: parts.takeoverMs,
      maxStalledCount,
    });
    // A failed chunk is told to who sent it; BullMQ throws where nobody listens.
    this.#worker.on("error", () => undefined);
  }

  /** Throws what `connectToRedis` throws. */
  static async open(parts: QueueWorkerParts): Promise<QueueWorker> {
    const redis = await connectToRedis(parts.address);
    const worker = new QueueWorker(parts, redis);
    await worker.#worker.waitUntilReady();
    return worker;
  }

  /** Takes nothing new, finishes what is begun, and lets go of the server. */
  async close(): Promise<void> {
    await this.#worker.close();
    this.redis.disconnect();
  }

  async #work(data: unknown): Promise<ChunkFrameResult[]> {
    const parsed = chunkSchema.safeParse(data);
    if (!parsed.success)
      throw new UnrecoverableError("The work came in a shape that this version does not know.");
    const chunk = parsed.data;
    const model = await this.#model(chunk.model);
    const results: ChunkFrameResult[] = [];
    for (const frame of chunk.frames) {
      if ((await this.redis.exists(cancelKey(chunk.batch))) === 1) throw new UnrecoverableError("Cancelled.");
      results.push(await this.#frame(chunk, model, frame));
    }
    return results;
  }

  /** One frame; what goes wrong with it is its result, so that the chunk's others stand. */
  async #frame(chunk: Chunk, model: StoredModel, frame: Chunk["frames"][number]): Promise<ChunkFrameResult> {
    const { share, onFrame } = this.parts;
    const told = { model: model.card.id, input: frame.file, frame: frame.frame };
    try {
      const file = await share.toLocal(frame.file);
      const folder = await share.toLocal(chunk.folder);
      if (!isWithin(folder, join(folder, frame.name)))
        throw new SlicebenchError("OUTSIDE_SHARE", "The result would lie outside of its folder.");
      await share.toLocal(join(chunk.folder, dirname(frame.name)));
      if ((await hashFile(file)) !== frame.inputSha256)
        throw new SlicebenchError("INPUT_CHANGED", "The picture changed since it was sent.");
      const { files, timings } = await this.#segmenter.segment({
        model,
        frame: { file, frame: frame.frame },
        inputSha256: frame.inputSha256,
        files: { folder, name: frame.name },
        probabilities: chunk.probabilities,
        isLabelMapWanted: false,
      });
      onFrame(told);
      return { files: files!, timings };
    } catch (thrown) {
      const { file: _local, ...error } = toWireError(thrown);
      // The share may be full or away for a moment: the chunk comes back later, perhaps to another worker.
      if (passingErrors.has(error.code)) throw thrown;
      onFrame({ ...told, error: error.message });
      return { error };
    }
  }

  /** This machine's model of that id. Another one's masks would be another's: that ends the chunk. */
  async #model(wanted: Chunk["model"]): Promise<StoredModel> {
    const key = JSON.stringify(wanted);
    const known = this.#models.get(key) ?? this.#findModel(wanted);
    this.#models.set(key, known);
    // A model that is missing now may be installed later.
    known.catch(() => this.#models.delete(key));
    return known;
  }

  async #findModel({ id, weightsSha256, cardSha256 }: Chunk["model"]): Promise<StoredModel> {
    try {
      const [model] = await this.parts.models.find([id]);
      if (model!.card.weights.sha256 === weightsSha256 && model!.cardSha256 === cardSha256) return model!;
    } catch (thrown) {
      throw new UnrecoverableError(toWireError(thrown).message);
    }
    throw new UnrecoverableError(`The worker's model "${id}" is another version.`);
  }
}
