import { randomUUID } from "node:crypto";
import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { CancelledError, SlicebenchError } from "../../core/errors";
import { cancelKey, type Chunk, type ChunkFrameResult, chunkResultSchema, queueName } from "./chunk";

/** A chunk whose worker failed, not once but each time, is given up; what it may be is told with it. */
const attempts = 3;
const retryAfterMs = 500;

/** So often the server is asked whether it still knows what was sent: one that lost its memory tells nobody. */
const checkEveryMs = 15_000;

interface Sent {
  resolve: (results: ChunkFrameResult[]) => void;
  reject: (reason: unknown) => void;
  /** The last check did not find it. */
  isMissing: boolean;
}

/** Chunks that one batch has sent to the queue, and what came back of them. */
export class SentChunks {
  readonly #batch = randomUUID();
  readonly #queue: Queue<Chunk, ChunkFrameResult[]>;
  readonly #events: QueueEvents;
  readonly #sent = new Map<string, Sent>();
  readonly #check = setInterval(() => void this.#findMissing(), checkEveryMs);

  constructor(private readonly redis: Redis) {
    this.#queue = new Queue(queueName, { connection: redis });
    this.#events = new QueueEvents(queueName, { connection: redis });
    this.#events.on("completed", ({ jobId, returnvalue }) => {
      const parsed = chunkResultSchema.safeParse(returnvalue);
      if (parsed.success) this.#take(jobId)?.resolve(parsed.data);
      else this.#take(jobId)?.reject(failed("its answer has a shape that this version does not know."));
    });
    this.#events.on("failed", ({ jobId, failedReason }) => this.#take(jobId)?.reject(failed(failedReason)));
    // Connections come back by themselves; BullMQ throws where nobody listens.
    this.#queue.on("error", () => undefined);
    this.#events.on("error", () => undefined);
  }

  async waitUntilReady(): Promise<void> {
    await Promise.all([this.#queue.waitUntilReady(), this.#events.waitUntilReady()]);
  }

  workers(): Promise<number> {
    return this.#queue.getWorkersCount();
  }

  /** Sends a chunk and waits for what a worker makes of it. Rejects with WORKER_FAILED, or CancelledError. */
  ask(chunk: Omit<Chunk, "batch">): Promise<ChunkFrameResult[]> {
    return new Promise((resolve, reject) => {
      const jobId = randomUUID();
      // Known before it is sent: its answer can be here before the server has said that it took it.
      this.#sent.set(jobId, { resolve, reject, isMissing: false });
      const options = {
        jobId,
        attempts,
        backoff: { type: "exponential", delay: retryAfterMs },
        removeOnComplete: true,
        removeOnFail: true,
      };
      this.#queue.add("segment", { batch: this.#batch, ...chunk }, options).catch((thrown: unknown) => {
        this.#take(jobId)?.reject(thrown);
      });
    });
  }

  /** Takes back what no worker has begun, and tells those that have begun to stop after the frame at hand. */
  async cancel(): Promise<void> {
    const ids = [...this.#sent.keys()];
    for (const id of ids) this.#take(id)?.reject(new CancelledError());
    await this.redis.set(cancelKey(this.#batch), "", "EX", 3_600);
    // What is being worked on is locked, and cannot be removed.
    await Promise.all(ids.map((id) => this.#queue.remove(id).catch(() => undefined)));
  }

  async close(): Promise<void> {
    clearInterval(this.#check);
    await this.#events.close();
    await this.#queue.close();
  }

  #take(jobId: string): Sent | undefined {
    const sent = this.#sent.get(jobId);
    this.#sent.delete(jobId);
    return sent;
  }

  async #findMissing(): Promise<void> {
    for (const [id, sent] of this.#sent) {
      const job = await this.#queue.getJob(id).catch(() => "unknown" as const);
      if (job !== undefined) continue;
      // Missing once may be an answer on its way.
      if (sent.isMissing) this.#take(id)?.reject(failed("the queue's server does not know of it any more."));
      else sent.isMissing = true;
    }
  }
}

function failed(why: string): SlicebenchError {
  return new SlicebenchError("WORKER_FAILED", `No worker could finish this frame: ${why}`, {
    hint: "See what the workers say; run again with --resume when they are in order.",
  });
}
