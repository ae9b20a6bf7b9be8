import type { ComparisonRecord } from "../core/comparison/record";
import { buildComparisonRecord } from "../core/comparison/summary";

export type RecordParts = Parameters<typeof buildComparisonRecord>[0];

/** Summaries, intervals and tests of a comparison. Runs in a worker thread, as resampling takes its time. */
export default function build(parts: RecordParts): ComparisonRecord {
  return buildComparisonRecord(parts);
}
