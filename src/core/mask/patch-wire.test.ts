import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePatches, encodePatches } from "./patch-wire";

const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const patches = fc.array(
  fc.record({
    frame: number,
    patch: fc.record({ row: number, column: number, rows: number, columns: number, runs: fc.uint8Array() }),
  }),
  { minLength: 1, maxLength: 5 },
);

test("an edit comes back from its bytes as it was", () => {
  fc.assert(
    fc.property(patches, (edit) => {
      expect(decodePatches(encodePatches(edit))).toEqual(edit);
    }),
  );
});

test("bytes from anywhere are an edit or refused with a code", () => {
  fc.assert(
    fc.property(patches, fc.nat(), (edit, cut) => {
      const bytes = encodePatches(edit);
      const part = bytes.subarray(0, cut % bytes.length);
      expect(() => decodePatches(part)).toThrow(expect.objectContaining({ code: "PATCH_INVALID" }));
    }),
  );
  const lying = Uint8Array.of(255, 255, 255, 255, 0, 0);
  expect(() => decodePatches(lying)).toThrow(expect.objectContaining({ code: "PATCH_INVALID" }));
});
