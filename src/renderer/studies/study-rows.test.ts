import { describe, expect, test } from "vitest";
import type { SeriesSummary, StudySummary } from "../../host/contract";
import { seriesKind, seriesState, studyRows } from "./study-rows";

const series = (id: string, title: string, more: Partial<SeriesSummary> = {}): SeriesSummary => ({
  id,
  studyId: "s",
  title,
  frameCount: 1,
  rows: 256,
  columns: 320,
  bitsStored: 8,
  colour: false,
  layerCount: 0,
  hasReference: false,
  ...more,
});
const heart: StudySummary = {
  id: "heart",
  title: "Heart",
  series: [series("a", "Cine"), series("b", "Localizer")],
};
const cells: StudySummary = { id: "cells", title: "Cells", series: [series("c", "Stained")] };
const outline = (rows: ReturnType<typeof studyRows>) =>
  rows.map((row) => (row.kind === "study" ? `${row.study.id} ${row.count}` : `  ${row.series.id}`));

describe("studyRows", () => {
  test("lists each study's head and its series", () => {
    expect(outline(studyRows([heart, cells], new Set()))).toEqual([
      "heart 2",
      "  a",
      "  b",
      "cells 1",
      "  c",
    ]);
  });

  test("a closed study keeps its head and its count", () => {
    expect(outline(studyRows([heart, cells], new Set(["heart"])))).toEqual(["heart 2", "cells 1", "  c"]);
  });

  test("a filter keeps series by their title, studies by theirs whole, and opens what it finds", () => {
    expect(outline(studyRows([heart, cells], new Set(["heart"]), "local"))).toEqual(["heart 1", "  b"]);
    expect(outline(studyRows([heart, cells], new Set(), " HEART "))).toEqual(["heart 2", "  a", "  b"]);
    expect(studyRows([heart, cells], new Set(), "liver")).toEqual([]);
  });
});

test("seriesKind says modality or depth, width before height", () => {
  expect(seriesKind(series("a", "", { modality: "MR" }))).toBe("MR, 320 × 256");
  expect(seriesKind(series("a", ""))).toBe("8-bit, 320 × 256");
  expect(seriesKind(series("a", "", { colour: true }))).toBe("RGB, 320 × 256");
});

test.each([
  [{ layerCount: 0 }, "no layers"],
  [{ layerCount: 1, hasReference: true }, "reference only"],
  [{ layerCount: 2, hasReference: true }, "1 layer, reference"],
  [{ layerCount: 3 }, "3 layers"],
])("seriesState of %j is %j", (counts, words) => {
  expect(seriesState(series("a", "", counts))).toBe(words);
});
