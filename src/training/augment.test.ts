import { expect, test } from "vitest";
import { prepareInput } from "../core/image/prepare";
import { sampleTile } from "./augment";
import type { TrainingExample } from "./example";
import { plainIntensity } from "./intensity";
import { SeededRandom } from "../core/random";
import { frameOf } from "./validation";

const size = 48;

function gradient(rows: number, columns: number): TrainingExample {
  const pixels = Uint8Array.from({ length: rows * columns }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / columns), pixel % columns];
    return Math.round(128 + 80 * Math.sin(row / 9) + 40 * Math.cos(column / 7));
  });
  const labels = pixels.map((value) => (value > 150 ? 1 : 0));
  return { name: "a", file: "a.png", subject: "a", stratum: "a", rows, columns, channels: 1, pixels, labels };
}

const still = {
  size,
  view: "whole" as const,
  scale: [1, 1] as const,
  stretch: 1,
  rotation: 0,
  quarterTurns: false,
  flips: false,
  shift: 0,
};

test("a tile that is not varied is what the pipeline gives the network", () => {
  const example = gradient(96, 96);
  const { input } = sampleTile(
    example,
    { ...still, intensity: plainIntensity([1, 99]) },
    { random: new SeededRandom(1), segments: 1 },
  );
  const { values } = prepareInput(frameOf(example), {
    name: "input",
    channels: 1,
    size: { kind: "fit", rows: size, columns: size },
    intensity: { kind: "percentile", low: 1, high: 99 },
    layout: "NCHW",
    suits: { modalities: [], colour: "either" },
  });
  expect(input.length).toBe(values.length);
  const differences = input.map((value, index) => Math.abs(value - values[index]!));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  expect(mean).toBeLessThan(0.01);
});

test("each pixel's shares of the classes sum to one, however the tile is turned", () => {
  const example = gradient(96, 80);
  const plan = {
    ...still,
    scale: [0.7, 1.4] as const,
    stretch: 1.2,
    rotation: 30,
    quarterTurns: true,
    flips: true,
    shift: 0.1,
    intensity: { ...plainIntensity([1, 99]), gamma: 1.5, noise: 0.05 },
  };
  const random = new SeededRandom(5);
  for (let draw = 0; draw < 10; draw++) {
    const { input, target } = sampleTile(example, plan, { random, segments: 1 });
    expect(input.every(Number.isFinite)).toBe(true);
    for (let pixel = 0; pixel < size * size; pixel++) {
      expect(target[2 * pixel]! + target[2 * pixel + 1]!).toBeCloseTo(1, 5);
    }
  }
});
