import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LabelMap } from "./label-map";
import { applyPatch, changedPixels, type MaskPatch, patchBetween } from "./patch";

/** Two label maps of one size that differ somewhere or nowhere. */
const labelMapPairs = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 1, max: 12 }) })
  .chain(({ rows, columns }) => {
    const values = fc.uint8Array({ minLength: rows * columns, maxLength: rows * columns, max: 3 });
    return fc.record({ before: values, after: values }).map(({ before, after }) => [
      { rows, columns, values: before },
      { rows, columns, values: after },
    ]);
  }) as fc.Arbitrary<[LabelMap, LabelMap]>;

const copyOf = (labelMap: LabelMap): LabelMap => ({ ...labelMap, values: labelMap.values.slice() });

describe("a patch", () => {
  test("makes the one label map of the other, and takes itself back", () => {
    fc.assert(
      fc.property(labelMapPairs, ([before, after]) => {
        const patch = patchBetween(before, after);
        const edited = copyOf(before);
        if (patch) applyPatch(edited, patch, "apply");
        expect(edited).toEqual(after);
        if (patch) applyPatch(edited, patch, "revert");
        expect(edited).toEqual(before);
      }),
    );
  });

  test("covers the changed pixels and no more, and counts them", () => {
    const before = { rows: 4, columns: 5, values: new Uint8Array(20) };
    const after = copyOf(before);
    after.values[7] = 2;
    after.values[13] = 1;
    const patch = patchBetween(before, after)!;
    expect(patch).toMatchObject({ row: 1, column: 2, rows: 2, columns: 2 });
    expect(changedPixels(patch)).toBe(2);
  });

  test("of a long even stroke is a few bytes", () => {
    const before = { rows: 512, columns: 512, values: new Uint8Array(512 * 512) };
    const after = copyOf(before);
    after.values.fill(1, 0, 100_000);
    expect(patchBetween(before, after)!.runs.length).toBeLessThan(16);
  });

  test("is refused whole where the mask is not the one that it was made on", () => {
    const before = { rows: 2, columns: 3, values: new Uint8Array(6) };
    const after = { rows: 2, columns: 3, values: Uint8Array.of(1, 1, 1, 1, 1, 1) };
    const patch = patchBetween(before, after)!;
    const other = { rows: 2, columns: 3, values: Uint8Array.of(0, 0, 0, 0, 0, 2) };
    expect(() => applyPatch(other, patch, "apply")).toThrow(
      expect.objectContaining({ code: "PATCH_CONFLICT" }),
    );
    expect([...other.values]).toEqual([0, 0, 0, 0, 0, 2]);
  });

  test.each<[string, Partial<MaskPatch>]>([
    ["outside", { row: 1 }],
    ["of no size", { rows: 0 }],
    ["of half a pixel", { column: 0.5 }],
    ["cut off in a run", { runs: Uint8Array.of(6, 0) }],
    ["with a length that does not end", { runs: Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80) }],
    ["with an empty run", { runs: Uint8Array.of(0, 0, 1, 6, 0, 1) }],
    ["too short", { runs: Uint8Array.of(5, 0, 1) }],
    ["too long", { runs: Uint8Array.of(7, 0, 1) }],
  ])("%s is refused", (_, lie) => {
    const labelMap = { rows: 2, columns: 3, values: new Uint8Array(6) };
    const patch = { row: 0, column: 0, rows: 2, columns: 3, runs: Uint8Array.of(6, 0, 1), ...lie };
    expect(() => applyPatch(labelMap, patch, "apply")).toThrow(
      expect.objectContaining({ code: "PATCH_INVALID" }),
    );
    expect(labelMap.values.every((value) => value === 0)).toBe(true);
  });

  test("from anywhere is applied or refused with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (runs) => {
        const labelMap = { rows: 3, columns: 3, values: new Uint8Array(9) };
        try {
          applyPatch(labelMap, { row: 0, column: 0, rows: 3, columns: 3, runs }, "apply");
        } catch (thrown) {
          expect(thrown).toHaveProperty("code", expect.stringMatching(/^PATCH_/));
        }
      }),
    );
  });
});
