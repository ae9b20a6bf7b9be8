import { basename, dirname, relative, resolve, sep } from "node:path";
import type { ComparedModel, ComparisonCase, ComparisonRecord } from "../../core/comparison/record";
import { buildComparisonRecord } from "../../core/comparison/summary";
import { toWireError, type WireError } from "../../core/errors";
import { programVersion } from "../installation";
import type { BatchProgress } from "../progress";
import { measureCases } from "./cases";
import { evaluationCases } from "./evaluation-cases";
import { type ComparisonFiles, writeComparison } from "./files";
import { ComparisonJournal } from "./journal";
import { chooseSegments, FolderRecords } from "./label-folders";
import { lookIntoFolder } from "./label-folder-look";
import { describeMachine } from "./machine";
import { picturesOfReferences } from "./pictures";

/** Folders of label maps to measure against another. */
export interface Evaluation {
  /** Each a candidate, named after its folder. */
  predictions: readonly string[];
  reference: string;
  /** Where the record, the table and the report go; without it nothing is written. */
  out?: string;
  /** Takes over what an earlier run measured there. */
  resume: boolean;
  /** Counts objects, the connected parts of the masks, and compares them. */
  objects: boolean;
  command: string;
}

/** What could not be measured. */
export interface EvaluationFailure {
  name: string;
  error: WireError;
}

export interface EvaluationListener {
  signal?: AbortSignal;
  onCase?: (measured: ComparisonCase) => void;
  onFailure?: (failure: EvaluationFailure) => void;
  onProgress?: (progress: BatchProgress) => void;
}

export interface EvaluationSummary {
  record: ComparisonRecord;
  files: ComparisonFiles | undefined;
  failed: number;
  /** Names of predictions that have no reference: they are not measured. */
  unreferenced: string[];
}

/**
 * Measures label maps against others of the same name: PNGs (indexed or grey) and NIfTI volumes, in folders and
 * below. What cannot be measured is told, and the rest goes on.
 * @throws USAGE where a folder holds no label map; CancelledError
 */
export async function evaluateFolders(
  { predictions, reference, out, resume, objects, command }: Evaluation,
  { signal, onCase, onFailure, onProgress }: EvaluationListener = {},
): Promise<EvaluationSummary> {
  const failures: WireError[] = [];
  const fail = (name: string, thrown: unknown): void => {
    const error = toWireError(thrown);
    failures.push(error);
    onFailure?.({ name, error });
  };
  const wanted = await lookIntoFolder(reference, { fail, signal });
  const candidates = [];
  for (const { model, folder } of nameFolders(predictions))
    candidates.push({ model, ...(await lookIntoFolder(folder, { fail, signal, only: wanted.names })) });
  const records = new FolderRecords();
  const chosen = await chooseSegments(
    [wanted.values, ...candidates.map(({ values }) => values)],
    records,
    [wanted, ...candidates].flatMap(({ files }) => [...files.values()][0]?.file ?? []),
  );
  const pending = evaluationCases({ wanted, candidates }, { chosen, records, objects, out, fail });
  const journal = out === undefined ? undefined : await ComparisonJournal.open(out, resume);
  try {
    const cases = await measureCases(pending, wanted.files.size, {
      journal,
      signal,
      onEvent: (event) => {
        if (event.type === "case-done") onCase?.(event.case);
        else if (event.type === "case-failed") fail(event.input, event.error);
        else onProgress?.(event.progress);
      },
    });
    const record = buildComparisonRecord({
      kind: "evaluate",
      software: { name: "slicebench", version: programVersion },
      command,
      finishedAt: new Date().toISOString(),
      machine: await describeMachine(),
      models: candidates.map(({ model }) => model),
      segments: chosen.segments,
      reference: { kind: "given", cases: cases.length },
      options: { objects, probabilities: false },
      cases,
      failures,
    });
    const pictures = picturesOfReferences(wanted.files, chosen.writtenBy(wanted.values));
    const files =
      out === undefined ? undefined : await writeComparison(out, record, { pictures, withNames: true });
    const unreferenced = new Set(candidates.flatMap(({ others }) => others));
    return { record, files, failed: failures.length, unreferenced: [...unreferenced] };
  } finally {
    await journal?.close();
  }
}

/** Candidates named after their folders; those of one name take the folder above in front. */
function nameFolders(folders: readonly string[]): { model: ComparedModel; folder: string }[] {
  const paths = folders.map((folder) => resolve(folder));
  return paths.map((folder) => {
    const isShared = paths.filter((other) => basename(other) === basename(folder)).length > 1;
    const name = isShared
      ? relative(dirname(dirname(folder)), folder)
          .split(sep)
          .join("/")
      : basename(folder);
    return { model: { id: name, name, origin: "folder" }, folder };
  });
}
