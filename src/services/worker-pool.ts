import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import Tinypool from "tinypool";
import { CancelledError } from "../core/errors";

/** Worker threads of one program, started when there is work. What a program takes and gives back is its own. */
export class WorkerPool<Request, Answer> {
  readonly #pool: Tinypool;
  #isClosed = false;

  /**
   * @param name   of the program, a file beside this one: "decode-worker"
   * @param idleMs how long a thread waits for more work, where the next gesture should not wait for a new one
   */
  constructor(name: string, { maxThreads, idleMs = 0 }: { maxThreads: number; idleMs?: number }) {
    this.#pool = new Tinypool({
      ...workerProgram(name),
      minThreads: 0,
      maxThreads,
      idleTimeout: idleMs,
      // To wait in Atomics.wait for the next piece of work makes each take longer, not shorter.
      useAtomics: false,
    });
  }

  /**
   * Throws CancelledError where the pool is closed before the answer comes.
   * @param signal ends the work, and the thread that is at it; that is a CancelledError too
   */
  async run(request: Request, signal?: AbortSignal): Promise<Answer> {
    this.#throwIfClosed();
    try {
      return (await this.#pool.run(request, signal && { signal })) as Answer;
    } catch (thrown) {
      if (signal?.aborted) throw new CancelledError();
      this.#throwIfClosed();
      throw thrown;
    }
  }

  /** Ends the threads, and with them what they are at. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool.destroy();
  }

  #throwIfClosed(): void {
    if (this.#isClosed) throw new CancelledError();
  }
}

/** TypeScript beside its service in the source tree; a file of the build, by an entry of the same name, elsewhere. */
function workerProgram(name: string): { filename: string; argv: string[] } {
  const here = import.meta.dirname;
  const source = join(here, "source-worker.mjs");
  if (existsSync(source)) return { filename: source, argv: [name] };
  // Shared chunks of the build lie one folder below its entries.
  const built = [here, dirname(here)].map((folder) => join(folder, `${name}.mjs`));
  return { filename: built.find((file) => existsSync(file)) ?? built[0]!, argv: [] };
}
