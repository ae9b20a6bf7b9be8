import { join } from "node:path";
import envPaths from "env-paths";
import { CancelledError, SlicebenchError } from "../core/errors";
import type { ProviderChoice } from "../core/execution-providers";
import type { ValueHistogram } from "../core/onnx/quantize/histogram";
import type {
  CalibrationRequest,
  Engine,
  EngineDescription,
  FeatureMapsRequest,
  FeatureMapsResult,
  InferRequest,
  InferResult,
  ModelSource,
  ProgressListener,
  SegmentFrameRequest,
  SegmentFrameResult,
} from "./engine";
import { EngineWorker, type WorkerCall } from "./engine-worker";
import type { EngineCalls, EngineMethod, EngineProcessOptions } from "./messages";
import { forkEngineProcess, type StartEngineProcess } from "./process-port";

export interface ProcessEngineOptions extends Omit<EngineProcessOptions, "provider"> {
  /** What runs the models, and why nothing else does; the CPU unless it is chosen. */
  choice?: ProviderChoice;
  /** How engine processes are started; Node's fork unless Electron's utilityProcess is given. */
  start?: StartEngineProcess;
  /** Keeps a second process ready, with the same models loaded, that takes over after a cancel or a crash. */
  spare?: boolean;
  /** A process that does not report within this time is taken for broken. */
  startTimeoutMs?: number;
}

interface Job {
  call: WorkerCall<EngineMethod>;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
  /** What a cancel does: leaves the queue, or stops the run. */
  abort: () => void;
}

/**
 * How long a cancelled run may take to notice by itself, in milliseconds: a tile of a small network ends sooner
 * than a process is replaced. With a spare the wait is short, as being replaced then costs next to nothing.
 */
const patienceMs = { withSpare: 15, alone: 300 } as const;

/** Where optimised graphs are kept unless the caller says otherwise. */
export const defaultCacheFolder = () => join(envPaths("slicebench", { suffix: "" }).cache, "graphs");

/** A process that waits with the same models loaded as the one that works. */
class Spare {
  private readonly models = new Set<string>();

  constructor(readonly worker: EngineWorker) {}

  /** Loads a model once. A failure shows in the call that needs the model. */
  load(model: ModelSource): void {
    if (this.models.has(model.folder)) return;
    this.models.add(model.folder);
    this.worker.call({ method: "load", request: model }).result.catch(() => undefined);
  }
}

/**
 * The Engine port over a process of its own: one call at a time, in the order of arrival. The process is
 * started with the first call and kept warm. A cancelled call is rejected at once; its process is asked to
 * stop, and ended where it does not. A process that dies costs the call that it was working on and no other.
 */
export class ProcessEngine implements Engine {
  private readonly queue: Job[] = [];
  private readonly alive = new Set<Promise<void>>();
  private worker: EngineWorker | undefined;
  private spare: Spare | undefined;
  private isBusy = false;
  private isClosed = false;
  private threads: number | undefined;
  private choice: ProviderChoice;
  /** The processes were started with other settings than those of now. */
  private isOutdated = false;

  constructor(private readonly options: ProcessEngineOptions = {}) {
    this.threads = options.threads;
    this.choice = options.choice ?? { id: "cpu", unused: {} };
  }

  /** Threads of the arithmetic, from the next call on: its process is a new one. `undefined`: one a physical core. */
  useThreads(threads: number | undefined): void {
    if (threads === this.threads) return;
    this.threads = threads;
    this.isOutdated = true;
  }

  /** Who runs the models, from the next call on: its process is a new one where that is another. */
  useProvider(choice: ProviderChoice): void {
    if (choice.id !== this.choice.id) this.isOutdated = true;
    this.choice = choice;
  }

  async segment(
    request: SegmentFrameRequest,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: ProgressListener } = {},
  ): Promise<SegmentFrameResult> {
    const result = await this.enqueue({ method: "segment", request, onProgress }, signal);
    return { ...result, unused: { ...this.choice.unused, ...result.unused } };
  }

  featureMaps(
    request: FeatureMapsRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<FeatureMapsResult> {
    return this.enqueue({ method: "featureMaps", request }, signal);
  }

  calibrate(
    request: CalibrationRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Record<string, ValueHistogram>> {
    return this.enqueue({ method: "calibrate", request }, signal);
  }

  infer(request: InferRequest): Promise<InferResult> {
    return this.enqueue({ method: "infer", request });
  }

  load(model: ModelSource): Promise<{ loadMs: number }> {
    return this.enqueue({ method: "load", request: model });
  }

  async describe(): Promise<EngineDescription[]> {
    const engines = await this.enqueue({ method: "describe", request: undefined });
    const reasons: Readonly<Record<string, string>> = this.choice.unused;
    return engines.map((engine) => ({
      ...engine,
      providers: engine.providers.map((provider) => {
        const reason = provider.inUse ? undefined : reasons[provider.id];
        return reason === undefined ? provider : { ...provider, reason };
      }),
    }));
  }

  processIds(): number[] {
    return [this.worker, this.spare?.worker].flatMap((worker) => worker?.pid ?? []);
  }

  /** Ends the processes and waits until they are gone; calls that wait or run are rejected as cancelled. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const job of this.queue.splice(0)) job.reject(new CancelledError());
    this.worker?.kill();
    this.spare?.worker.kill();
    await Promise.all(this.alive);
  }

  private async enqueue<Method extends EngineMethod>(
    call: WorkerCall<Method>,
    signal?: AbortSignal,
  ): Promise<EngineCalls[Method]["result"]> {
    if (this.isClosed) throw new SlicebenchError("ENGINE_CLOSED", "The engine was closed.");
    if (signal?.aborted === true) throw new CancelledError();
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<EngineCalls[Method]["result"]>((resolve, reject) => {
        const job: Job = { call, resolve: resolve as Job["resolve"], reject, abort: () => this.leave(job) };
        onAbort = () => job.abort();
        signal?.addEventListener("abort", onAbort);
        this.queue.push(job);
        void this.drain();
      });
    } finally {
      if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
    }
  }

  private leave(job: Job): void {
    const place = this.queue.indexOf(job);
    if (place >= 0) this.queue.splice(place, 1);
    job.reject(new CancelledError());
  }

  private async drain(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    for (let job = this.queue.shift(); job !== undefined; job = this.queue.shift()) await this.work(job);
    this.isBusy = false;
  }

  /** Works on one job until the process is free for the next, which after a cancel is later than the answer. */
  private async work(job: Job): Promise<void> {
    let stopped: Promise<void> | undefined;
    try {
      const worker = this.takeWorker();
      const { result, cancel } = worker.call(job.call);
      job.abort = () => {
        job.reject(new CancelledError());
        // A look into a network is over soon, and whoever walks through slices gives up many of them: none is
        // worth a process.
        if (job.call.method === "featureMaps") return;
        cancel();
        stopped = this.stop(worker, result);
      };
      job.resolve(await result);
      this.prepareSpare(job.call);
    } catch (error) {
      job.reject(this.isClosed ? new CancelledError() : error);
      // Nothing that waits would fare better, unless it was a cancel that ended the start.
      const isOurDoing = stopped !== undefined;
      if (!isOurDoing && error instanceof SlicebenchError && error.code === "ENGINE_NOT_STARTED") {
        for (const waiting of this.queue.splice(0)) waiting.reject(error);
      }
    }
    await stopped;
  }

  /** Waits for a cancelled call to stop by itself, and ends its process where it does not. */
  private async stop(worker: EngineWorker, result: Promise<unknown>): Promise<void> {
    const patience = this.spare?.worker.isReady === true ? patienceMs.withSpare : patienceMs.alone;
    const timer = setTimeout(() => worker.kill(), patience);
    await result.catch(() => undefined);
    clearTimeout(timer);
  }

  private startWorker(): EngineWorker {
    const { start = forkEngineProcess, startTimeoutMs = 30_000, loadedModels } = this.options;
    const options = {
      cacheFolder: this.options.cacheFolder ?? defaultCacheFolder(),
      provider: this.choice.id,
      ...(this.threads !== undefined && { threads: this.threads }),
      ...(loadedModels !== undefined && { loadedModels }),
    };
    const worker = new EngineWorker(start, options, startTimeoutMs);
    const gone = new Promise<void>((resolve) => worker.onEnd(resolve)).then(
      () => void this.alive.delete(gone),
    );
    this.alive.add(gone);
    return worker;
  }

  private takeWorker(): EngineWorker {
    if (this.isOutdated) {
      this.isOutdated = false;
      this.worker?.kill();
      this.spare?.worker.kill();
      this.worker = this.spare = undefined;
    }
    if (this.worker !== undefined && !this.worker.hasEnded) return this.worker;
    const spare = this.spare?.worker;
    this.spare = undefined;
    this.worker = spare !== undefined && !spare.hasEnded ? spare : this.startWorker();
    return this.worker;
  }

  /** Has the spare load a model once the first process has run it. */
  private prepareSpare({ method, request }: WorkerCall<EngineMethod>): void {
    if (this.options.spare === false || this.isClosed) return;
    if (method !== "segment" && method !== "load") return;
    const model = method === "segment" ? (request as SegmentFrameRequest).model : (request as ModelSource);
    if (this.spare === undefined || this.spare.worker.hasEnded) this.spare = new Spare(this.startWorker());
    this.spare.load(model);
  }
}
