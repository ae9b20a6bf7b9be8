import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isBuilt, runProgram } from "../../../test-support/built-program";

const picture = join(import.meta.dirname, "../../../resources/samples/nuclei/cell.png");

describe.skipIf(!isBuilt)("slicebench bench", () => {
  test("measures models on the samples that they were made for, or on a file", () => {
    const words = ["--models", "cardiac-lv-lenet-fcn,nuclei-lenet-fcn", "--runs", "4", "--json"];
    for (const files of [[], [picture]]) {
      const { status, items } = runProgram("bench", ...files, ...words);
      expect(status).toBe(0);
      expect(items.map(({ model }) => model)).toEqual(["cardiac-lv-lenet-fcn", "nuclei-lenet-fcn"]);
      for (const item of items) {
        const { median, lowerQuartile, upperQuartile } = item.latencyMs as Record<string, number>;
        expect(item).toMatchObject({ ok: true, slices: 4, provider: "cpu" });
        expect(lowerQuartile).toBeGreaterThan(0);
        expect(median).toBeGreaterThanOrEqual(lowerQuartile!);
        expect(upperQuartile).toBeGreaterThanOrEqual(median!);
        for (const key of ["loadMs", "secondLoadMs", "slicesPerSecond", "peakMemoryBytes"])
          expect(item[key], key).toBeGreaterThan(0);
      }
    }
  });

  test("tells of a model that fails and measures the others, and refuses one that there is not", () => {
    const broken = join(import.meta.dirname, "no-such-picture.png");
    const { status, items } = runProgram("bench", broken, "--models", "nuclei-lenet-fcn", "--json");
    expect(status).toBe(1);
    expect(items).toMatchObject([{ model: "nuclei-lenet-fcn", ok: false, error: { file: broken } }]);
    expect(runProgram("bench", "--models", "no-such-model", "--json").status).toBe(2);
  });
});
