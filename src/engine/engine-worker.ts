import { fromWireError, SlicebenchError } from "../core/errors";
import type { ProgressListener } from "./engine";
import {
  type EngineCalls,
  type EngineMethod,
  type EngineProcessOptions,
  fileOf,
  type FromEngine,
} from "./messages";
import type { EngineProcess, ProcessEnd, StartEngineProcess } from "./process-port";

/** What a worker is asked, and who wants to know how far it is. */
export interface WorkerCall<Method extends EngineMethod> {
  method: Method;
  request: EngineCalls[Method]["request"];
  onProgress?: ProgressListener | undefined;
}

interface PendingCall {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  onProgress: ProgressListener | undefined;
  /** The file it is about, for the message when the process dies. */
  file: string | undefined;
}

const howItEnded = ({ code, signal }: ProcessEnd) =>
  signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;

function crashed(end: ProcessEnd, file: string | undefined): Error {
  return new SlicebenchError("ENGINE_CRASHED", `The engine process died (${howItEnded(end)}).`, {
    hint: "Only this picture is lost; run it again, or on a machine with more memory if it happens again.",
    ...(file === undefined ? {} : { file }),
  });
}

function notStarted(why: string): Error {
  return new SlicebenchError("ENGINE_NOT_STARTED", `The engine process could not be started (${why}).`, {
    hint: "Run `slicebench engines` to see what can execute models here.",
  });
}

/**
 * Calls back after a time in which this program ran: while it was suspended, so was the process that it waits for, or
 * the answer lies unread. A suspension counts as one of ten steps, however long it was.
 * @returns what ends it
 */
function afterAwake(milliseconds: number, callback: () => void): () => void {
  let steps = 10;
  const timer = setInterval(() => {
    if (--steps > 0) return;
    clearInterval(timer);
    callback();
  }, milliseconds / steps);
  return () => clearInterval(timer);
}

/** One engine process and the calls that it has not answered yet. */
export class EngineWorker {
  private readonly process: EngineProcess;
  private readonly pending = new Map<number, PendingCall>();
  private readonly endListeners: (() => void)[] = [];
  private readonly whenReady: Promise<void>;
  private settleReady: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private nextId = 1;
  private state: "starting" | "ready" | "ended" = "starting";

  /** @param startTimeoutMs a process that is not ready by then is ended, and its calls rejected */
  constructor(start: StartEngineProcess, options: EngineProcessOptions, startTimeoutMs: number) {
    this.whenReady = new Promise((resolve, reject) => (this.settleReady = { resolve, reject }));
    // Nobody may be waiting for a spare to be ready; its failure shows in the call that gets it.
    this.whenReady.catch(() => undefined);
    this.process = start(options);
    const endWait = afterAwake(startTimeoutMs, () => this.failStart(`no answer in ${startTimeoutMs} ms`));
    this.process.onMessage((message) => this.take(message));
    this.process.onEnd((end) => {
      this.abandonCalls(end);
      for (const listener of this.endListeners) listener();
    });
    void this.whenReady.then(endWait, endWait);
  }

  get pid(): number | undefined {
    return this.state === "ended" ? undefined : this.process.pid;
  }

  get isReady(): boolean {
    return this.state === "ready";
  }

  get hasEnded(): boolean {
    return this.state === "ended";
  }

  onEnd(listener: () => void): void {
    this.endListeners.push(listener);
  }

  /**
   * Sends one call. `cancel` asks the process to stop at its next look, between tiles.
   * @returns rejects with what the process reports, ENGINE_CRASHED when it dies, ENGINE_NOT_STARTED
   */
  call<Method extends EngineMethod>(
    call: WorkerCall<Method>,
  ): { result: Promise<EngineCalls[Method]["result"]>; cancel: () => void } {
    const id = this.nextId++;
    const file = fileOf(call);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.pending.set(id, { resolve, reject, onProgress: call.onProgress, file });
    });
    const { method, request } = call;
    void this.whenReady.then(
      () => this.process.send({ kind: "call", id, method, request } as Parameters<EngineProcess["send"]>[0]),
      (error: unknown) => this.settle(id)?.reject(error as Error),
    );
    return {
      result: answer as Promise<EngineCalls[Method]["result"]>,
      cancel: () => this.process.send({ kind: "cancel", id }),
    };
  }

  /** Ends the process. Its calls are rejected at once; `onEnd` is called when it is really gone. */
  kill(): void {
    this.process.kill();
    this.abandonCalls({ code: null, signal: "SIGKILL" });
  }

  private settle(id: number): PendingCall | undefined {
    const call = this.pending.get(id);
    this.pending.delete(id);
    return call;
  }

  private take(message: FromEngine): void {
    switch (message.kind) {
      case "ready":
        this.state = "ready";
        this.settleReady?.resolve();
        return;
      case "progress":
        this.pending.get(message.id)?.onProgress?.(message.done, message.total);
        return;
      case "result":
        this.settle(message.id)?.resolve(message.result);
        return;
      case "error":
        this.settle(message.id)?.reject(fromWireError(message.error));
        return;
    }
  }

  private failStart(why: string): void {
    this.settleReady?.reject(notStarted(why));
    this.process.kill();
  }

  private abandonCalls(end: ProcessEnd): void {
    const wasStarting = this.state === "starting";
    this.state = "ended";
    // Calls that wait for a process to be ready are rejected through `whenReady`.
    if (wasStarting) this.settleReady?.reject(notStarted(howItEnded(end)));
    else for (const [id, { file }] of [...this.pending]) this.settle(id)?.reject(crashed(end, file));
  }
}
