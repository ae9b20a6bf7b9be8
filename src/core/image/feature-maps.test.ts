import { expect, test } from "vitest";
import { chooseFeatureMaps } from "./feature-maps";

test("the channels that vary most come first, each from its own minimum to its own maximum", () => {
  const values = Float32Array.from([
    ...[5, 5, 5, 5], // the same everywhere
    ...[-1, 0, 0, 1],
    ...[10, 30, 10, 20],
  ]);
  const maps = chooseFeatureMaps(values, { channels: 3, rows: 2, columns: 2, layout: "NCHW" }, 3);
  expect(maps).toEqual({
    rows: 2,
    columns: 2,
    channels: 3,
    chosen: [2, 1, 0],
    ranges: [
      { minimum: 10, maximum: 30 },
      { minimum: -1, maximum: 1 },
      { minimum: 5, maximum: 5 },
    ],
    maps: Uint8Array.from([0, 255, 0, 128, 0, 128, 128, 255, 0, 0, 0, 0]),
  });
});

test("no more channels are chosen than were asked for, nor more than there are", () => {
  const values = Float32Array.from([0, 1, 0, 2]);
  const shape = { channels: 2, rows: 1, columns: 2, layout: "NCHW" } as const;
  expect(chooseFeatureMaps(values, shape, 1).chosen).toEqual([1]);
  expect(chooseFeatureMaps(values, shape, 9).chosen).toEqual([1, 0]);
});

test("a channel of no numbers comes last and is dark", () => {
  const maps = chooseFeatureMaps(
    Float32Array.from([NaN, NaN, 0, 1]),
    { channels: 2, rows: 1, columns: 2, layout: "NCHW" },
    2,
  );
  expect(maps.chosen).toEqual([1, 0]);
  expect([...maps.maps]).toEqual([0, 255, 0, 0]);
});

test("channels that come last give the same maps as those that come first", () => {
  const size = { channels: 2, rows: 1, columns: 3 };
  const first = chooseFeatureMaps(Float32Array.from([0, 1, 2, 9, 5, 1]), { ...size, layout: "NCHW" }, 2);
  const last = chooseFeatureMaps(Float32Array.from([0, 9, 1, 5, 2, 1]), { ...size, layout: "NHWC" }, 2);
  expect(last).toEqual(first);
  expect([first.chosen, [...first.maps]]).toEqual([
    [1, 0],
    [255, 128, 0, 0, 128, 255],
  ]);
});
