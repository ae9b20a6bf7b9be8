import { expect, test } from "vitest";
import { heatColour, mostEntropy, paintHeat } from "./heat";
import { voteEntropy } from "../../core/consensus/vote";

test("the scale ends where readers are divided as far as they can be", () => {
  expect(mostEntropy(2, 2)).toBe(1);
  expect(mostEntropy(4, 2)).toBe(1);
  expect(mostEntropy(4, 4)).toBe(2);
  expect(mostEntropy(2, 9)).toBe(1);
  const divided = voteEntropy([Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]);
  expect(divided[0]).toBe(mostEntropy(4, 4));
});

test("nothing is painted where all agree, and the ends of inferno elsewhere", () => {
  const pixels = new Uint32Array(4).fill(7);
  paintHeat(Float32Array.of(0, 1, 1e-6, 3), 1, pixels);
  // #FCFFA4, the published last colour of inferno.
  expect([...pixels].map((pixel) => pixel.toString(16))).toEqual([
    "0",
    "ffa4fffc",
    expect.any(String),
    "ffa4fffc",
  ]);
  expect(pixels[2]! >>> 24).toBe(255);
});

test("more division is lighter, at every step of the scale", () => {
  const pixels = new Uint32Array(255);
  paintHeat(
    Float32Array.from(pixels, (_, at) => (at + 1) / 255),
    1,
    pixels,
  );
  const lightness = [...pixels].map(
    (pixel) => 0.2126 * (pixel & 255) + 0.7152 * ((pixel >> 8) & 255) + 0.0722 * ((pixel >> 16) & 255),
  );
  for (let at = 8; at < lightness.length; at += 8) expect(lightness[at]).toBeGreaterThan(lightness[at - 8]!);
  expect(heatColour(0)).not.toBe(heatColour(1));
});
