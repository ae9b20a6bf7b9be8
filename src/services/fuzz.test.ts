import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isBuilt } from "../../test-support/built-program";
import { sharedData } from "../../test-support/readers";
import { fuzzKindNames } from "../../test-support/fuzz/kinds";
import { runFuzz } from "../../test-support/fuzz/run-fuzz";

const folder = mkdtempSync(join(tmpdir(), "slicebench-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** DICOM needs the collection of other people's files, JSON a comparison that the built program writes. */
const kinds = fuzzKindNames.filter(
  (kind) => (kind !== "dicom" || sharedData("dicom-dev/files") !== undefined) && (kind !== "json" || isBuilt),
);

// `npm run fuzz -- --kind KIND` does 10,000 of a kind.
test.each(kinds)(
  "each of 60 damaged files of %s is what it is or an error with a code: no crash, no hang, no memory eaten",
  async (kind) => {
    const report = await runFuzz(kind, { count: 60, workers: 1, cpuMs: Infinity, folder });
    expect(report.failures).toEqual([]);
    expect(report.files).toBe(60);
    expect(Object.keys(report.outcomes).length).toBeGreaterThan(1);
  },
  300_000,
);
