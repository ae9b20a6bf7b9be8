import { randomUUID } from "node:crypto";
import { CancelledError, SlicebenchError, toWireError, type WireError } from "../core/errors";
import type { JobView } from "../host/contract";
import type { EventLog } from "./events";

/** How often a job's progress is told at most; its beginning and end are told at once. */
const progressIntervalMs = 100;
/** Finished jobs are remembered, so that a page that reloads still finds their problems. */
const finishedJobsKept = 100;

/** What the work of a job may say about itself. */
export interface JobHandle {
  readonly id: string;
  /** Aborted with a CancelledError when the job is cancelled: the work throws that at its next step. */
  readonly signal: AbortSignal;
  /** From here on the job runs; until then it waits its turn. */
  begin(): void;
  progress(done: number, total?: number): void;
  /** One item that could not be done; the rest goes on. */
  problem(problem: WireError): void;
  /** Names the studies that the job added. */
  added(studyIds: string[]): void;
  /** Names the files that the job wrote. */
  wrote(files: string[]): void;
  /** Names the layer that the job made. */
  made(layerId: string): void;
}

interface Job {
  view: JobView;
  abort: AbortController;
  startedAt?: number;
  toldAt: number;
  timer?: NodeJS.Timeout;
}

const isOver = (view: JobView) => view.state !== "waiting" && view.state !== "running";

/** Work that takes time: has progress, can be cancelled, survives its failures. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly events: EventLog) {}

  /**
   * Starts work in the background. What it throws ends the job as failed, a CancelledError as cancelled;
   * nothing is thrown to the caller.
   */
  start(kind: JobView["kind"], title: string, work: (job: JobHandle) => Promise<void>): JobView {
    const view: JobView = { id: randomUUID(), kind, title, state: "waiting", done: 0, problems: [] };
    const job: Job = { view, abort: new AbortController(), toldAt: 0 };
    this.#jobs.set(view.id, job);
    this.#forgetOldJobs();
    this.#tell(job);
    const running = this.#run(job, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return structuredClone(view);
  }

  list(): JobView[] {
    return [...this.#jobs.values()].map(({ view }) => structuredClone(view));
  }

  get(id: string): JobView {
    return structuredClone(this.#find(id).view);
  }

  /** Asks a job to stop. One that is over already stays as it is. */
  cancel(id: string): JobView {
    const job = this.#find(id);
    if (!isOver(job.view)) job.abort.abort(new CancelledError());
    return structuredClone(job.view);
  }

  /** Waits until nothing is under way, jobs that others start meanwhile included. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Cancels what is under way and waits until it has stopped. */
  async close(): Promise<void> {
    for (const { abort } of this.#jobs.values()) abort.abort(new CancelledError());
    await Promise.all(this.#running);
    for (const { timer } of this.#jobs.values()) clearTimeout(timer);
  }

  async #run(job: Job, work: (handle: JobHandle) => Promise<void>): Promise<void> {
    const { view } = job;
    try {
      // The caller gets its answer, and may listen, before the first progress is told.
      await Promise.resolve();
      job.abort.signal.throwIfAborted();
      await work(this.#handle(job));
      view.state = "done";
    } catch (thrown) {
      if (job.abort.signal.aborted) view.state = "cancelled";
      else {
        view.state = "failed";
        view.problems.push(toWireError(thrown));
      }
    }
    delete view.remainingMs;
    this.#tell(job);
  }

  #handle(job: Job): JobHandle {
    const { view } = job;
    return {
      id: view.id,
      signal: job.abort.signal,
      begin: () => {
        if (view.state !== "waiting") return;
        view.state = "running";
        job.startedAt = performance.now();
        this.#tell(job);
      },
      progress: (done, total) => {
        view.done = done;
        if (total !== undefined) view.total = total;
        if (job.startedAt !== undefined && view.total !== undefined && done > 0) {
          const perItem = (performance.now() - job.startedAt) / done;
          view.remainingMs = Math.round(perItem * (view.total - done));
        }
        this.#tellSoon(job);
      },
      problem: (problem) => {
        view.problems.push(problem);
        this.#tellSoon(job);
      },
      added: (studyIds) => {
        view.studyIds = [...studyIds];
        this.#tellSoon(job);
      },
      wrote: (files) => {
        view.files = [...files];
        this.#tellSoon(job);
      },
      made: (layerId) => {
        view.layerId = layerId;
        this.#tellSoon(job);
      },
    };
  }

  #find(id: string): Job {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new SlicebenchError("JOB_NOT_FOUND", "This job is not known any more.");
    return job;
  }

  #tell(job: Job): void {
    clearTimeout(job.timer);
    delete job.timer;
    job.toldAt = performance.now();
    this.events.publish({ type: "job", job: structuredClone(job.view) });
  }

  #tellSoon(job: Job): void {
    if (job.timer !== undefined) return;
    const wait = progressIntervalMs - (performance.now() - job.toldAt);
    if (wait <= 0) this.#tell(job);
    else job.timer = setTimeout(() => this.#tell(job), wait).unref();
  }

  #forgetOldJobs(): void {
    const finished = [...this.#jobs.values()].filter(({ view }) => isOver(view));
    for (const { view } of finished.slice(0, -finishedJobsKept)) this.#jobs.delete(view.id);
  }
}
