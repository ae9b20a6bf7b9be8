import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import type { CaseReference, MeasuredCase } from "../core/comparison/measure-case";
import { stackLabelMaps } from "../core/comparison/volume";
import { fromWireError } from "../core/errors";
import type { StoredLayer } from "../workspace/layers";
import type { CaseOutcome, CaseRequest } from "./case-worker";
import type { SeriesCandidates } from "./laboratory-candidates";
import type { Layers } from "./layers";
import { WorkerPool } from "./worker-pool";

/** What was measured of a case, and of which label maps. */
interface HashedCase {
  measured: MeasuredCase;
  hashes: string[];
  referenceHash?: string;
}

/** What is to be measured: label maps of one frame, or of all that make a volume. */
interface AskedCase {
  own: SeriesCandidates["layers"];
  reference: StoredLayer | undefined;
  frames: readonly number[];
  question: CaseRequest["question"];
}

const hashValues = (values: Uint8Array): string => createHash("sha256").update(values).digest("hex");

/** Measures cases of the workspace's layers, each once for the revisions of its label maps. */
export class LaboratoryCases {
  readonly #cases = new Map<string, { revisions: string; measured: Promise<HashedCase> }>();
  readonly #threads = Math.max(1, availableParallelism() - 1);
  readonly #queue = new PQueue({ concurrency: this.#threads });
  /** A thread waits for the next case, which is asked for when it has answered. */
  readonly #casePool = new WorkerPool<CaseRequest, CaseOutcome>("case-worker", {
    maxThreads: this.#threads,
    idleMs: 10_000,
  });

  constructor(private readonly layers: Pick<Layers, "labelMap" | "labelMapRevision">) {}

  /** What was measured under a name, for as long as the label maps are those that it was measured of. */
  measure(key: string, asked: AskedCase): Promise<HashedCase> {
    const { own, reference, frames, question } = asked;
    const ids = [...own.map(({ layer }) => layer.id), reference?.id ?? ""];
    const revisions = JSON.stringify([
      question.segments,
      ...ids.map((id) => [id, ...frames.map((frame) => this.layers.labelMapRevision(id, frame))]),
    ]);
    const known = this.#cases.get(key);
    if (known?.revisions === revisions) return known.measured;
    const measured = this.#measureNow(asked);
    this.#cases.set(key, { revisions, measured });
    // A failure is told to who asked, and not kept.
    measured.catch(() => this.#cases.delete(key));
    return measured;
  }

  #measureNow({ own, reference: wanted, frames, question }: AskedCase): Promise<HashedCase> {
    // Label maps are read when their turn comes, so that memory does not grow with the cases.
    return this.#queue.add(async () => {
      const read = async (id: string) => {
        const maps = await Promise.all(frames.map((frame) => this.layers.labelMap(id, frame)));
        return maps.length === 1 ? maps[0]! : stackLabelMaps(maps);
      };
      const reference: CaseReference | undefined = wanted && { labels: await read(wanted.id) };
      const answers = await Promise.all(
        own.map(async ({ model, layer }) => ({ model, labels: await read(layer.id) })),
      );
      const outcome = await this.#casePool.run({ answers, ...(reference && { reference }), question });
      if ("error" in outcome) throw fromWireError(outcome.error);
      return {
        measured: outcome.measured,
        hashes: answers.map(({ labels }) => hashValues(labels.values)),
        ...(reference && { referenceHash: hashValues(reference.labels.values) }),
      };
    });
  }

  async close(): Promise<void> {
    await this.#casePool.close();
  }
}
