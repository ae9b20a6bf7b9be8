import { CommanderError } from "commander";
import { CancelledError, SlicebenchError } from "../core/errors";

/** Stable: scripts of other people depend on them. */
export const exitCodes = { done: 0, someFailed: 1, wrongUsage: 2, cancelled: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Errors of what was asked for, as against errors of what was found: nothing was started, nothing is written. */
const usageErrors: ReadonlySet<string> = new Set([
  "USAGE",
  "MODEL_UNKNOWN",
  "MODELS_NOT_COMPARABLE",
  "LAYER_NOT_FOUND",
  "EXPORT_SERIES_NOT_FOUND",
  "OUTPUT_OVER_INPUT",
  "OUTPUT_EXISTS",
  "OUTPUT_IN_USE",
  "OUTPUT_NOT_WRITABLE",
  "OUTPUT_IS_INPUT",
  "DEIDENTIFICATION_KEY_INVALID",
  "DEIDENTIFICATION_KEY_SHARED",
  "QUEUE_UNREACHABLE",
  "SHARE_MISSING",
  "OUTSIDE_SHARE",
  "ARCHIVE_UNKNOWN",
  "ARCHIVE_NAME",
  "ARCHIVE_UID",
  "ZOO_UNKNOWN",
  "ZOO_SIZE",
]);

/** The exit code that a thrown error means. */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof CancelledError) return exitCodes.cancelled;
  // Commander throws for --help and --version too, with 0.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
  if (thrown instanceof SlicebenchError && usageErrors.has(thrown.code)) return exitCodes.wrongUsage;
  return exitCodes.someFailed;
}
