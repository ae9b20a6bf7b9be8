import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import type { ComparisonCase, CaseResult } from "../../core/comparison/record";
import { CancelledError, type WireError } from "../../core/errors";
import type { CaseOutcome, CaseRequest } from "../case-worker";
import { type BatchProgress, RateMeter } from "../progress";
import { WorkerPool } from "../worker-pool";
import { caseKey, type ComparisonJournal } from "./journal";

/** A case that waits to be measured: where it belongs, what is known of it, and where its label maps lie. */
export interface PendingCase {
  place: Omit<ComparisonCase, "results" | "agreement" | "disagreement" | "consensus" | "referenceObjects">;
  /** Of each answer of the request, in its order. */
  results: Omit<CaseResult, "segments" | "objects">[];
  request: CaseRequest;
}

/** What is told while cases are measured. */
export type CaseEvent =
  | { type: "case-done"; state: "measured" | "kept"; case: ComparisonCase }
  | { type: "case-failed"; input: string; frame: number; error: WireError }
  | { type: "measuring"; progress: BatchProgress };

export interface CaseOptions {
  journal: ComparisonJournal | undefined;
  signal?: AbortSignal | undefined;
  onEvent: (event: CaseEvent) => void;
}

/**
 * Measures cases on all cores, and writes each into the journal before it is told. What the journal knows already is
 * not measured again.
 * @returns in the order of the cases; one that fails is told and left out
 * @throws CancelledError
 */
export async function measureCases(
  pending: AsyncIterable<PendingCase>,
  total: number,
  { journal, signal, onEvent }: CaseOptions,
): Promise<ComparisonCase[]> {
  const threads = availableParallelism();
  const pool = new WorkerPool<CaseRequest, CaseOutcome>("case-worker", {
    maxThreads: threads,
    idleMs: 10_000,
  });
  const queue = new PQueue({ concurrency: threads });
  const meter = new RateMeter(total);
  const measured: (ComparisonCase | undefined)[] = [];
  const measureOne = async ({ place, results, request }: PendingCase, index: number): Promise<void> => {
    const key = caseKey({ place, results: results.map(withoutCost), question: request.question });
    const known = journal?.findCase(key);
    const outcome = known === undefined ? await pool.run(request) : undefined;
    if (outcome !== undefined && "error" in outcome) {
      onEvent({ type: "case-failed", input: place.input, frame: place.frame, error: outcome.error });
    } else {
      const { results: figures, ...rest } = outcome?.measured ?? known!;
      const merged = results.map((result, at) => ({ ...result, ...figuresOf(figures[at]) }));
      const done: ComparisonCase = { ...place, ...agreementOf(rest), results: merged };
      if (known === undefined) await journal?.addCase(key, done);
      measured[index] = done;
      onEvent({ type: "case-done", state: known === undefined ? "measured" : "kept", case: done });
    }
    onEvent({ type: "measuring", progress: meter.finish(known === undefined ? "worked" : "skipped") });
  };
  let failure: Error | undefined;
  try {
    let index = 0;
    for await (const each of pending) {
      // The queue is kept short, so that memory does not grow with the cases.
      await queue.onSizeLessThan(threads);
      if (signal?.aborted === true || failure !== undefined) break;
      const at = index++;
      void queue.add(() => measureOne(each, at).catch((thrown: unknown) => (failure ??= toError(thrown))));
    }
    await queue.onIdle();
  } finally {
    await pool.close();
  }
  if (failure !== undefined) throw failure;
  if (signal?.aborted === true) throw new CancelledError();
  return measured.filter((each) => each !== undefined);
}

/** What a slice cost says nothing about what is to be measured of it. */
const withoutCost = ({ model, outputSha256 }: Pick<CaseResult, "model" | "outputSha256">) => ({
  model,
  outputSha256,
});

const figuresOf = (result: Pick<CaseResult, "segments" | "objects"> | undefined) => ({
  ...(result?.segments && { segments: result.segments }),
  ...(result?.objects && { objects: result.objects }),
});

const agreementOf = ({
  agreement,
  disagreement,
  consensus,
  referenceObjects,
}: Pick<ComparisonCase, "agreement" | "disagreement" | "consensus" | "referenceObjects">) => ({
  agreement,
  ...(disagreement !== undefined && { disagreement }),
  ...(consensus && { consensus }),
  ...(referenceObjects && { referenceObjects }),
});

const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
