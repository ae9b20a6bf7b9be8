import { join } from "node:path";
import type { Redis } from "ioredis";
import { CancelledError, fromWireError, SlicebenchError } from "../../core/errors";
import type { FrameResult, FrameSegmenter, FrameWork } from "../frame-segmenter";
import { readLabelMap } from "../label-map-files";
import type { StoredModel } from "../models";
import type { ChunkFrameResult } from "./chunk";
import { connectToRedis } from "./connection";
import { SentChunks } from "./sent-chunks";
import type { SharedFolder } from "./shared-folder";

/** So many chunks are on their way at once: enough for some hundred workers, few enough for a flat memory. */
const chunksInFlight = 256;

/** A chunk that is not full is sent off after so long. */
const lingerMs = 20;

/** A frame that waits to be sent, and its caller. */
interface Waiting {
  work: FrameWork & { files: NonNullable<FrameWork["files"]> };
  resolve: (result: FrameResult) => void;
  reject: (reason: unknown) => void;
}

interface QueueSegmenterParts {
  address: string;
  share: SharedFolder;
  /** Frames a chunk. */
  chunkFrames: number;
}

/**
 * Has a batch's frames done by workers that listen on a queue (BullMQ on Redis). Frames of one model are sent in
 * chunks, by reference; a worker that dies has its chunk taken over by another, and a chunk that kills its workers is
 * sent again frame by frame, so that one bad frame costs itself alone.
 */
export class QueueSegmenter implements FrameSegmenter {
  readonly framesInFlight: number;
  readonly #waiting = new Map<StoredModel, Waiting[]>();
  readonly #sent: SentChunks;
  readonly #signals = new WeakSet<AbortSignal>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly parts: QueueSegmenterParts,
    private readonly redis: Redis,
  ) {
    this.framesInFlight = parts.chunkFrames * chunksInFlight;
    this.#sent = new SentChunks(redis);
  }

  /** Throws what `connectToRedis` throws. */
  static async open(parts: QueueSegmenterParts): Promise<QueueSegmenter> {
    const segmenter = new QueueSegmenter(parts, await connectToRedis(parts.address));
    await segmenter.#sent.waitUntilReady();
    return segmenter;
  }

  /** How many workers listen now. */
  workers(): Promise<number> {
    return this.#sent.workers();
  }

  segment(work: FrameWork, signal?: AbortSignal): Promise<FrameResult> {
    const { files, model } = work;
    if (files === undefined)
      throw new TypeError("Workers write files; a batch without them has nothing to send.");
    if (signal?.aborted === true) return Promise.reject(new CancelledError());
    this.#listen(signal);
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(model) ?? [];
      this.#waiting.set(model, waiting);
      waiting.push({ work: { ...work, files }, resolve, reject });
      if (waiting.length >= this.parts.chunkFrames) this.#send(model);
      else this.#timer ??= setTimeout(() => this.#sendAll(), lingerMs);
    });
  }

  /** Lets go of the server. What is still on its way is done by the workers, and told to nobody. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sent.close();
    this.redis.disconnect();
  }

  /** One listener a signal, however many frames it stands for. */
  #listen(signal: AbortSignal | undefined): void {
    if (signal === undefined || this.#signals.has(signal)) return;
    this.#signals.add(signal);
    signal.addEventListener("abort", () => void this.#cancel(), { once: true });
  }

  async #cancel(): Promise<void> {
    for (const { reject } of [...this.#waiting.values()].flat()) reject(new CancelledError());
    this.#waiting.clear();
    await this.#sent.cancel();
  }

  #sendAll(): void {
    this.#timer = undefined;
    for (const model of this.#waiting.keys()) this.#send(model);
  }

  #send(model: StoredModel): void {
    const frames = this.#waiting.get(model) ?? [];
    this.#waiting.delete(model);
    if (frames.length > 0) void this.#deliver(model, frames);
  }

  async #deliver(model: StoredModel, frames: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#ask(model, frames);
      await Promise.all(frames.map((frame, index) => settle(frame, results[index])));
    } catch (thrown) {
      // Which frame of several killed the workers is found by asking for each alone.
      if (frames.length > 1 && !(thrown instanceof CancelledError))
        await Promise.all(frames.map((frame) => this.#deliver(model, [frame])));
      else for (const { reject } of frames) reject(thrown);
    }
  }

  async #ask({ card, cardSha256 }: StoredModel, frames: readonly Waiting[]): Promise<ChunkFrameResult[]> {
    const { share } = this.parts;
    const { probabilities, files } = frames[0]!.work;
    return this.#sent.ask({
      model: { id: card.id, weightsSha256: card.weights.sha256, cardSha256 },
      probabilities,
      folder: await share.toShared(files.folder),
      frames: await Promise.all(
        frames.map(
          async ({
            work: {
              frame,
              inputSha256,
              files: { name },
            },
          }) => ({
            file: await share.toShared(frame.file),
            frame: frame.frame,
            inputSha256,
            name,
          }),
        ),
      ),
    });
  }
}

async function settle(
  { work, resolve, reject }: Waiting,
  result: ChunkFrameResult | undefined,
): Promise<void> {
  try {
    if (result === undefined) throw new SlicebenchError("WORKER_FAILED", "A worker forgot this frame.");
    if ("error" in result) throw fromWireError({ ...result.error, file: work.frame.file });
    const { folder, name } = work.files;
    const labelMap = work.isLabelMapWanted ? { labelMap: await readLabelMap(join(folder, name)) } : {};
    resolve({ files: result.files, ...labelMap, timings: result.timings });
  } catch (thrown) {
    reject(thrown);
  }
}
