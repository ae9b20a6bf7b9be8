import type { Command } from "commander";
import { ModelStore } from "../../services/models";
import { openEngine } from "../../services/open-engine";
import { SharedFolder } from "../../services/queue/shared-folder";
import { QueueWorker } from "../../services/queue/worker";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { Output } from "../output";
import type { RunAction } from "../run-action";
import { parseCount } from "../words";

interface WorkerWords {
  queue: string;
  share: string;
  threads?: number;
  takeover: number;
  json?: boolean;
}

/** `worker --queue URL --share DIR`: segments what others send, until it is told to stop. */
export function addWorkerCommand(program: Command, run: RunAction): void {
  program
    .command("worker")
    .description("segment what `segment --queue` sends, until interrupted")
    .requiredOption("--queue <address>", "the Redis server, redis:// or rediss://")
    .requiredOption("--share <folder>", "the folder that all machines see, as this one sees it")
    .option("--threads <count>", "threads of the arithmetic; default one a physical core", parseCount)
    .option(
      "--takeover <seconds>",
      "a worker that is silent for so long has its work taken over",
      parseCount,
      30,
    )
    .option("--json", "print one JSON object a frame")
    .action((words: WorkerWords) => run(() => work(words)));
}

async function work(words: WorkerWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const { signal, release } = listenForInterrupt();
  const share = await SharedFolder.open(words.share);
  const engine = openEngine({ spare: false, ...(words.threads && { threads: words.threads }) });
  try {
    const worker = await QueueWorker.open({
      address: words.queue,
      share,
      engine,
      models: new ModelStore(),
      takeoverMs: words.takeover * 1_000,
      onFrame: ({ error, ...frame }) =>
        output.item(
          { ok: error === undefined, ...frame, ...(error !== undefined && { error }) },
          () => undefined,
        ),
    });
    output.note("Listening.");
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await worker.close();
    // To be told to stop is how a worker ends.
    return exitCodes.done;
  } finally {
    await engine.close();
    release();
  }
}
