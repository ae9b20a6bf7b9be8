import type { ComparedModel, ComparisonRecord } from "../../core/comparison/record";
import { buildComparisonRecord } from "../../core/comparison/summary";
import { SlicebenchError, type WireError } from "../../core/errors";
import type { Segment } from "../../core/mask/label-map";
import type { Engine } from "../../engine/engine";
import { programVersion } from "../installation";
import type { StoredModel } from "../models";
import type { SegmentBatch, SegmentEvent } from "../segment-batch";
import { type CaseEvent, measureCases } from "./cases";
import { type ComparisonFiles, writeComparison } from "./files";
import { ComparisonJournal } from "./journal";
import { describeMachine } from "./machine";
import { countCases, pendingCases } from "./pending-cases";
import { robustnessOf } from "./compare-robustness";
import { picturesOf } from "./pictures";
import { runModels } from "./run-models";

/** A comparison: every model over every frame, against a reference where there is one. */
export interface CompareBatch extends Omit<SegmentBatch, "formats"> {
  /** Folders or files of label maps, named after the inputs; absent: those that lie beside a series. */
  references?: readonly string[];
  /** Counts objects and compares them; masks of a reference without a record then number their objects. */
  objects: boolean;
  /** Perturbs slices spread over the cases, and runs the models on them again. */
  robustness?: boolean;
  /** What was typed, for the record. */
  command: string;
  /** The report names patients where their files do. */
  withNames: boolean;
}

/** What a comparison wrote, and how it ended. */
export interface CompareSummary {
  record: ComparisonRecord;
  files: ComparisonFiles;
  failed: number;
}

export interface CompareOptions {
  signal?: AbortSignal;
  onEvent?: (event: SegmentEvent | CaseEvent) => void;
}

/**
 * Runs models side by side, measures them, and writes `comparison.json`, `comparison.csv`, `report.html` and
 * `contact-sheet.png` beside the label maps. Models run first and are measured then, so that measuring takes no time
 * from a model that is timed. What fails is recorded, and the rest goes on.
 * @param startEngine an engine of its own for each model
 * @throws MODELS_NOT_COMPARABLE where the models do not mark the same segments; CancelledError, after which
 *   `resume` goes on where it stopped
 */
export async function compareBatch(
  startEngine: () => Engine,
  batch: CompareBatch,
  { signal, onEvent }: CompareOptions = {},
): Promise<CompareSummary> {
  const segments = requireSameSegments(batch);
  const failures: WireError[] = [];
  const tell = (event: SegmentEvent | CaseEvent): void => {
    if ("error" in event) failures.push(event.error);
    onEvent?.(event);
  };
  const journal = await ComparisonJournal.open(batch.out, batch.resume);
  try {
    const runs = await runModels(startEngine, batch, { journal, signal, tell });
    const references = { kind: batch.references === undefined ? "beside" : "given", cases: 0 } as const;
    const pending = pendingCases(batch, { segments, runs, fail: (error) => failures.push(error) });
    const all = await measureCases(pending, countCases(batch.inputs), { journal, signal, onEvent: tell });
    const cases = all.filter(({ slices }) => slices === undefined);
    const volumes = all.filter(({ slices }) => slices !== undefined);
    const measured = cases.filter(({ referenceSha256 }) => referenceSha256 !== undefined).length;
    const record = buildComparisonRecord({
      kind: "compare",
      software: { name: "slicebench", version: programVersion },
      command: batch.command,
      finishedAt: new Date().toISOString(),
      machine: await describeMachine(
        startEngine,
        [...runs.values()].find(({ cost }) => cost)?.cost?.provider,
      ),
      models: batch.models.map((model) => describeModel(model)),
      segments,
      ...(measured > 0 && { reference: { ...references, cases: measured } }),
      options: { objects: batch.objects, probabilities: batch.probabilities === true },
      cases,
      ...(volumes.length > 0 && { volumes }),
      failures,
    });
    const pictures = picturesOf(batch);
    const found =
      batch.robustness === true
        ? await robustnessOf(
            record,
            { ...batch, pictures },
            { startEngine, signal, onProgress: (progress) => tell({ type: "measuring", progress }) },
          )
        : undefined;
    if (found !== undefined) record.robustness = found.robustness;
    const files = await writeComparison(batch.out, record, {
      pictures,
      withNames: batch.withNames,
      robustness: found?.pictures,
    });
    return { record, files, failed: failures.length };
  } finally {
    await journal.close();
  }
}

/** Models are comparable where they mark the same things by the same values. */
function requireSameSegments({ models }: CompareBatch): Segment[] {
  const [first, ...others] = models.map(({ card }) => card.output.segments);
  const meaning = (segments: readonly Segment[]): string =>
    JSON.stringify(segments.map(({ value, label }) => [value, label]));
  const other = others.findIndex((segments) => meaning(segments) !== meaning(first!));
  if (other < 0) return first!;
  throw new SlicebenchError(
    "MODELS_NOT_COMPARABLE",
    `"${models[0]!.card.id}" and "${models[other + 1]!.card.id}" do not mark the same segments.`,
    { hint: "Compare models of one task." },
  );
}

/** A model as a comparison's record names it. */
export function describeModel({ card, cardSha256 }: StoredModel): ComparedModel {
  const { parameters, macs, macsAt } = card.architecture;
  return {
    id: card.id,
    name: card.name,
    origin: "model",
    version: card.version,
    use: card.use,
    weightsSha256: card.weights.sha256,
    weightsBytes: card.weights.bytes,
    cardSha256,
    parameters,
    ...(macs !== undefined && { macs, macsAt }),
  };
}
