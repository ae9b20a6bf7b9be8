import { expect, test } from "vitest";
import type { FrameGeometry } from "./frame";
import { describeSliceStack } from "./slice-stack";

const axial: NonNullable<FrameGeometry["orientation"]> = [1, 0, 0, 0, 1, 0];
const at = (z: number, x = 0): FrameGeometry => ({
  position: [x, 0, z],
  orientation: axial,
  spacingMm: [1, 1],
});

test("evenly spaced slices are a volume", () => {
  expect(describeSliceStack([at(-5), at(-2.5), at(0), at(2.5)])).toEqual({ spacingMm: 2.5, warnings: [] });
});

test("a missing slice is told and never stacked over", () => {
  expect(describeSliceStack([at(0), at(3), at(9), at(12), at(15)])).toEqual({
    warnings: ["1 slice seems to be missing: 1 of 4 steps are a multiple of 3 mm."],
  });
});

test("steps of no whole number of spacings are uneven", () => {
  expect(describeSliceStack([at(0), at(3), at(7.4), at(10.4)]).warnings).toEqual([
    "The slices are not evenly spaced: 1 of 3 steps differ from 3 mm.",
  ]);
});

test("phases of one place, shifted slices, other directions and unknown places are no volume", () => {
  const sagittal: FrameGeometry = { position: [0, 0, 9], orientation: [0, 1, 0, 0, 0, -1] };
  expect(
    [
      [at(0), at(0), at(8)],
      [at(0), at(8, 4), at(16, 8)],
      [at(0), at(8), sagittal],
      [at(0), at(8), {}],
      [{}, {}],
    ].map((stack) => describeSliceStack(stack)),
  ).toEqual([
    { warnings: ["1 slices lie where another one does: several phases, echoes or copies."] },
    { warnings: ["The slices are shifted against each other."] },
    { warnings: ["The slices do not all lie in one direction."] },
    { warnings: ["1 of 3 slices do not say where they lie."] },
    { warnings: [] },
  ]);
});

test("the phases of a cine are no fault, and no volume; one phase too few at a place is told", () => {
  const cine = [0, 8, 16].flatMap((z) => [at(z), at(z), at(z)]);
  expect(describeSliceStack(cine)).toEqual({ warnings: [] });
  expect(describeSliceStack(cine.slice(1)).warnings).toEqual([
    "5 slices lie where another one does: several phases, echoes or copies.",
  ]);
});
