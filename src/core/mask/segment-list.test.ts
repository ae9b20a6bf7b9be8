import { describe, expect, test } from "vitest";
import { SlicebenchError } from "../errors";
import type { Segment } from "./label-map";
import { changeSegments, matchSegments, type SegmentChange, withStatesOf } from "./segment-list";

const ventricle = { scheme: "SCT", value: "87878005", meaning: "Left ventricle" };
const anatomy = { scheme: "SCT", value: "123037004", meaning: "Anatomical Structure" };
const cavity: Segment = { value: 1, label: "LV cavity", colour: "#E69F00", concept: ventricle };
const wall: Segment = { value: 2, label: "LV wall", colour: "#56B4E9" };
const locked: Segment = { value: 4, label: "RV", colour: "#F0E442", locked: true };
const segments = [cavity, wall, locked];

function codeOf(change: SegmentChange): string | undefined {
  try {
    changeSegments(segments, change);
  } catch (thrown) {
    return thrown instanceof SlicebenchError ? thrown.code : String(thrown);
  }
  return undefined;
}

describe("changing segments", () => {
  test("a new one takes the lowest free value, and that value's colour and name", () => {
    expect(changeSegments(segments, { kind: "add" })).toEqual({
      segments: [...segments, { value: 3, label: "Segment 3", colour: "#009E73" }],
      title: "Add Segment 3",
    });
    const coded = changeSegments([], { kind: "add", concept: ventricle, category: anatomy });
    expect(coded.segments).toEqual([
      { value: 1, label: "Left ventricle", colour: "#E69F00", concept: ventricle, category: anatomy },
    ]);
  });

  test("a name, a colour and a concept change alone, and the title says which", () => {
    expect(changeSegments(segments, { kind: "describe", value: 1, label: "Cavity" })).toEqual({
      segments: [{ ...cavity, label: "Cavity" }, wall, locked],
      title: "Rename LV cavity to Cavity",
    });
    expect(changeSegments(segments, { kind: "describe", value: 2, colour: "#000000" }).title).toBe(
      "Recolour LV wall",
    );
    const coded = changeSegments(segments, {
      kind: "describe",
      value: 2,
      concept: ventricle,
      category: anatomy,
    });
    expect(coded.segments[1]).toEqual({ ...wall, concept: ventricle, category: anatomy });
    const plain = changeSegments(segments, { kind: "describe", value: 1, concept: null });
    expect(plain.segments[0]).toEqual({ value: 1, label: "LV cavity", colour: "#E69F00" });
  });

  test("an order is another order of the same segments", () => {
    expect(changeSegments(segments, { kind: "reorder", values: [4, 1, 2] }).segments).toEqual([
      locked,
      cavity,
      wall,
    ]);
    expect(codeOf({ kind: "reorder", values: [4, 1, 1] })).toBe("SEGMENT_INVALID");
    expect(codeOf({ kind: "reorder", values: [1, 2, 3] })).toBe("SEGMENT_NOT_FOUND");
  });

  test("a segment that ends gives its pixels to another or to the background, unless it is locked", () => {
    expect(changeSegments(segments, { kind: "merge", value: 2, into: 1 })).toEqual({
      segments: [cavity, locked],
      title: "Merge LV wall into LV cavity",
      replaced: { from: 2, to: 1 },
    });
    expect(changeSegments(segments, { kind: "remove", value: 1 })).toMatchObject({
      segments: [wall, locked],
      replaced: { from: 1, to: 0 },
    });
    const refused: SegmentChange[] = [
      { kind: "merge", value: 1, into: 4 },
      { kind: "merge", value: 4, into: 1 },
      { kind: "remove", value: 4 },
    ];
    expect(refused.map(codeOf)).toEqual(["SEGMENT_LOCKED", "SEGMENT_LOCKED", "SEGMENT_LOCKED"]);
    expect(codeOf({ kind: "merge", value: 1, into: 1 })).toBe("SEGMENT_INVALID");
    expect(codeOf({ kind: "remove", value: 9 })).toBe("SEGMENT_NOT_FOUND");
  });

  test("255 segments are as many as a pixel can tell apart", () => {
    const all = Array.from({ length: 255 }, (_, at): Segment => ({ ...wall, value: at + 1 }));
    expect(() => changeSegments(all, { kind: "add" })).toThrow("255");
  });
});

test("a step of the history brings names back, not locks and eyes", () => {
  const then: Segment[] = [
    { ...cavity, locked: true },
    { ...wall, label: "Wall" },
  ];
  const now: Segment[] = [cavity, { ...wall, hidden: true }];
  expect(withStatesOf(then, now)).toEqual([cavity, { ...wall, label: "Wall", hidden: true }]);
});

test("another layer's segments are ours by concept, then by name, then a nameless empty one, then new", () => {
  const ours: Segment[] = [
    wall,
    { value: 3, label: "Segment 3", colour: "#009E73" },
    { ...cavity, label: "Kammer" },
  ];
  const theirs: Segment[] = [
    { value: 1, label: "Left ventricle", colour: "#000000", concept: ventricle },
    { value: 2, label: "lv WALL", colour: "#000000" },
    { value: 3, label: "Papillary muscle", colour: "#000000" },
    { value: 4, label: "RV", colour: "#000000" },
  ];
  const { segments: matched, values } = matchSegments(ours, theirs, new Set([3]));
  expect([...values]).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
  expect(matched.map(({ value, label }) => [value, label])).toEqual([
    [2, "LV wall"],
    [3, "Papillary muscle"],
    [1, "Kammer"],
    [4, "RV"],
  ]);
  expect(matchSegments(ours, [theirs[2]!], new Set()).segments).toHaveLength(4);
});
