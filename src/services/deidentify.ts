import { randomBytes } from "node:crypto";
import { readdir, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CancelledError, SlicebenchError, type WireError } from "../core/errors";
import type { DeidentifyOptions } from "../formats/dicom/deidentify/profile";
import type { AttributeChange } from "../formats/dicom/deidentify/rewrite";
import { nameAnonymously } from "./anonymous-names";
import { ChangeSummary, type SummarisedChange } from "./change-summary";
import { keyBytes } from "./deidentification-key";
import type { DeidentifyAnswer, DeidentifyRequest } from "./deidentify-worker";
import { isWithin } from "./output-names";
import { listFiles } from "./scan-inputs";
import { WorkerPool } from "./worker-pool";

export type { DeidentifyOptions } from "../formats/dicom/deidentify/profile";

/** What happened to one file. */
export type DeidentifyEvent =
  /** `output` is where the new file is, relative to the results; absent where nothing is written. */
  | {
      type: "done";
      file: string;
      output: string;
      changes: readonly AttributeChange[];
      warnings: readonly string[];
    }
  | { type: "left-out"; file: string; why: string }
  | { type: "failed"; file: string; error: WireError };

export interface DeidentifySummary {
  done: number;
  leftOut: number;
  failed: number;
  /** What a person should look at, each sentence with how many files it is about. */
  warnings: { message: string; files: number }[];
  changes: SummarisedChange[];
}

/** What to de-identify, and where the new files go. */
export interface DeidentifyWork {
  paths: readonly string[];
  /** An empty folder, or one that is not there yet; undefined to see what would change. */
  out: string | undefined;
  options: DeidentifyOptions;
  /** What pseudonyms are computed from (`readDeidentificationKey`); a new one, forgotten after the run, without it. */
  secret?: Uint8Array | undefined;
}

interface Watching {
  signal?: AbortSignal | undefined;
  onEvent?: (event: DeidentifyEvent) => void;
  onProgress?: (done: number, total: number) => void;
}

/**
 * De-identifies files and folders into another folder (see `deidentifyDicom`). The sources are only read. One secret
 * serves the whole run, so that what belonged together still does; without a key it is forgotten, and nobody can go back.
 * @throws SlicebenchError OUTPUT_IS_INPUT, OUTPUT_NOT_EMPTY; CancelledError
 */
export async function deidentifyFiles(
  { paths, out, options, secret = randomBytes(keyBytes) }: DeidentifyWork,
  { signal, onEvent, onProgress }: Watching = {},
): Promise<DeidentifySummary> {
  if (out !== undefined) await checkOutput(out, paths);
  const { files, failures } = await listFiles(paths, signal === undefined ? {} : { signal });
  const outputs = nameAnonymously(files);
  const pool = new WorkerPool<DeidentifyRequest, DeidentifyAnswer>("deidentify-worker", { maxThreads: 1 });
  const changes = new ChangeSummary();
  const summary = { done: 0, leftOut: 0, failed: failures.length };
  const warnings = new Map<string, number>();
  for (const { file, error } of failures) onEvent?.({ type: "failed", file, error });
  try {
    for (const [index, { file }] of files.entries()) {
      if (signal?.aborted === true) throw new CancelledError();
      const output = outputs[index]!;
      const answer = await pool.run({
        file,
        options,
        secret,
        ...(out !== undefined && { output: join(out, output) }),
      });
      const event = describeAnswer(answer, { file, output });
      if (event.type === "done") {
        summary.done++;
        for (const message of event.warnings) warnings.set(message, (warnings.get(message) ?? 0) + 1);
        changes.add(event.changes);
      } else if (event.type === "left-out") summary.leftOut++;
      else summary.failed++;
      onEvent?.(event);
      onProgress?.(index + 1, files.length);
    }
  } finally {
    await pool.close();
  }
  return {
    ...summary,
    warnings: Array.from(warnings, ([message, count]) => ({ message, files: count })),
    changes: changes.list(),
  };
}

function describeAnswer(
  answer: DeidentifyAnswer,
  { file, output }: { file: string; output: string },
): DeidentifyEvent {
  switch (answer.kind) {
    case "done":
      return { type: "done", file, output, changes: answer.changes, warnings: answer.warnings };
    case "not-dicom":
      return { type: "left-out", file, why: "It is no DICOM file." };
    case "failed":
      if (answer.error.code === "DICOMDIR_LEFT_OUT")
        return { type: "left-out", file, why: answer.error.message };
      return { type: "failed", file, error: answer.error };
  }
}

/** Refuses a folder in which the new files would lie among the old ones, or among others. */
async function checkOutput(out: string, paths: readonly string[]): Promise<void> {
  const folder = await realFolder(resolve(out));
  for (const path of paths) {
    const source = await realFolder(resolve(path));
    if (isWithin(source, folder) || isWithin(folder, source)) {
      throw new SlicebenchError("OUTPUT_IS_INPUT", "The new files would lie among the old ones.", {
        file: out,
        hint: "Choose another folder.",
      });
    }
  }
  const present = await readdir(out).catch(() => []);
  if (present.length > 0) {
    throw new SlicebenchError("OUTPUT_NOT_EMPTY", "The folder for the new files is not empty.", {
      file: out,
      hint: "Choose an empty folder, so that nothing of an earlier run is mixed in.",
    });
  }
}

/** Where a path leads through links, also where its end is not there yet. */
async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realFolder(parent), path.slice(parent.length));
  }
}
