import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runFuzz } from "../../test-support/fuzz/run-fuzz";
import { filesIn, sharedData } from "../../test-support/readers";

const collection = sharedData("dicom-dev/files");
const folder = mkdtempSync(join(tmpdir(), "slicebench-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

// `npm run fuzz` does 20,000 of them.
test.skipIf(collection === undefined)(
  "each of 300 damaged files is an image or an error with a code: no crash, no hang, no memory eaten",
  async () => {
    const seeds = filesIn(collection!, "").filter((file) => statSync(file).size < 300_000);
    const report = await runFuzz(seeds, { count: 300, workers: 1, cpuMs: Infinity, folder });
    expect(report.failures).toEqual([]);
    expect(report.files).toBe(300);
    expect(Object.keys(report.outcomes).length).toBeGreaterThan(8);
  },
  300_000,
);
