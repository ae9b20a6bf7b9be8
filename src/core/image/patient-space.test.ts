import { describe, expect, test } from "vitest";
import { openingSlice, orientationLetters, type SliceGeometry } from "./patient-space";
import { fittedCamera, flipLeftRight, flipTopBottom, rotateClockwise, type Camera } from "./view";

const axial = [1, 0, 0, 0, 1, 0] as const;

function letters(camera: Camera): string {
  const { top, right, bottom, left } = orientationLetters([...axial], camera)!;
  return [top, right, bottom, left].join("");
}

describe("orientation letters, clockwise from the top", () => {
  test.each([
    { name: "as stored", camera: fittedCamera, expected: "ALPR" },
    { name: "turned clockwise", camera: rotateClockwise(fittedCamera), expected: "RALP" },
    { name: "flipped left to right", camera: flipLeftRight(fittedCamera), expected: "ARPL" },
    { name: "flipped top to bottom", camera: flipTopBottom(fittedCamera), expected: "PLAR" },
    { name: "turned, then flipped", camera: flipLeftRight(rotateClockwise(fittedCamera)), expected: "RPLA" },
    { name: "flipped, then turned", camera: rotateClockwise(flipLeftRight(fittedCamera)), expected: "LARP" },
  ])("$name", ({ camera, expected }) => {
    expect(letters(camera)).toBe(expected);
  });

  test("name two axes where the slice is oblique", () => {
    const half = Math.SQRT1_2;
    expect(orientationLetters([half, half, 0, 0, 0, -1], fittedCamera)?.right).toBe("LP");
  });
});

describe("a series opens", () => {
  const at = (z: number): SliceGeometry => ({
    rows: 4,
    columns: 4,
    position: [0, 0, z],
    orientation: [...axial],
  });

  test.each([
    { name: "a stack at its middle", places: [0, 1, 2, 3, 4], index: 2 },
    { name: "a cine of one place at its first phase", places: [7, 7, 7, 7], index: 0 },
    { name: "a cine of three places at the middle one's first phase", places: [0, 0, 5, 5, 9, 9], index: 2 },
  ])("$name", ({ places, index }) => {
    expect(openingSlice(places.map(at))).toBe(index);
  });

  test("at its first slice where none says where it lies", () => {
    expect(
      openingSlice([
        { rows: 1, columns: 1 },
        { rows: 1, columns: 1 },
      ]),
    ).toBe(0);
    expect(openingSlice([])).toBe(0);
  });
});
