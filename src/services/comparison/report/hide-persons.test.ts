import { describe, expect, test } from "vitest";
import type { ComparisonRecord } from "../../../core/comparison/record";
import { buildComparisonRecord } from "../../../core/comparison/summary";
import { hidePersons } from "./hide-persons";

const hash = "0".repeat(64);
const recordOf = (input: string): ComparisonRecord => {
  const each = {
    input,
    inputSha256: hash,
    frame: 0,
    series: 0,
    rows: 4,
    columns: 4,
    unit: "px" as const,
    results: [],
    agreement: [],
  };
  return {
    ...buildComparisonRecord({
      kind: "compare",
      software: { name: "slicebench", version: "0" },
      command: `slicebench compare ${input}`,
      finishedAt: "2026-01-01T00:00:00.000Z",
      machine: { processor: "", logicalCores: 1, memoryBytes: 1, system: "", node: "" },
      models: [],
      segments: [],
      options: { objects: false, probabilities: false },
      cases: [each],
      failures: [{ code: "X", message: `In ${input}.`, file: input }],
    }),
    volumes: [{ ...each, slices: 2 }],
    robustness: { seed: 1, slices: [{ input, frame: 0 }], shown: 0, perturbations: [], models: [] },
  };
};
const shown = (input: string, persons: readonly string[]) =>
  hidePersons(recordOf(input), persons).cases[0]!.input;

test("a name is hidden wherever a report shows a path: cases, volumes, robustness, failures and the command", () => {
  const text = JSON.stringify(hidePersons(recordOf("scans/Yamada_Tarou/1.dcm"), ["Yamada^Tarou"]));
  expect(text).not.toMatch(/yamada|tarou/i);
  expect(text.split("[patient]_[patient]")).toHaveLength(1 + 6);
});

describe("parts of a name", () => {
  test.each([
    ["scans/YAMADA/1.dcm", ["Yamada^Tarou"], "scans/[patient]/1.dcm"],
    ["scans/Müller-mr/1.dcm", ["Müller^Jörg=山田^太郎"], "scans/[patient]-mr/1.dcm"],
    ["scans/山田/1.dcm", ["Müller^Jörg=山田^太郎"], "scans/[patient]/1.dcm"],
    ["scans/4711/1.dcm", ["4711"], "scans/[patient]/1.dcm"],
    // Regular expressions within names are letters.
    ["scans/a.b(c)/1.dcm", ["a.b(c)"], "scans/[patient]/1.dcm"],
    ["scans/axb/1.dcm", ["a.b"], "scans/axb/1.dcm"],
  ])("%s", (input, persons, wanted) => expect(shown(input, persons)).toBe(wanted));

  test("that are short are hidden as words alone, and single letters never", () => {
    expect(shown("Li/lithium-li/1.dcm", ["Li^A"])).toBe("[patient]/lithium-[patient]/1.dcm");
    expect(shown("a/1.dcm", ["A^B"])).toBe("a/1.dcm");
  });
});

test("nobody to hide leaves the record as it is", () => {
  const record = recordOf("a/1.dcm");
  expect(hidePersons(record, [])).toBe(record);
});
