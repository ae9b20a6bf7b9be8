import { readFile } from "node:fs/promises";
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { sharedData } from "../../test-support/readers";
import { type DecodedImage, readDataset, splitOffTest } from "./dataset";
import type { TrainingExample } from "./example";
import { groupNearDuplicates } from "./near-duplicates";
import { SeededRandom } from "../core/random";
import { trainingTasks } from "./tasks";

async function readPng(file: string): Promise<DecodedImage> {
  const { height, width, channels, data } = decode(await readFile(file));
  return { rows: height, columns: width, channels: channels as 1 | 3, samples: data as Uint8Array };
}

function noisePicture(subject: string, index: number): TrainingExample {
  const random = new SeededRandom(index);
  const pixels = Uint8Array.from({ length: 64 * 64 }, () => random.below(256));
  const labels = new Uint8Array(64 * 64);
  const name = `${subject}-${index}`;
  return { name, file: name, subject, stratum: "a", rows: 64, columns: 64, channels: 1, pixels, labels };
}

const subjectsOf = (examples: readonly TrainingExample[]) => new Set(examples.map(({ subject }) => subject));

test("a subject's images stay on one side of the split, in whatever order they come", () => {
  const examples = Array.from({ length: 40 }, (_, index) => noisePicture(`subject${index % 10}`, index));
  const rule = { testShare: 0.3, mergeNearDuplicates: false };
  const { train, test: held } = splitOffTest(examples, rule);
  expect(subjectsOf(held).size).toBe(3);
  expect([...subjectsOf(train)].filter((subject) => subjectsOf(held).has(subject))).toEqual([]);
  const names = (list: TrainingExample[]) => list.map(({ name }) => name).sort();
  expect(names(splitOffTest([...examples].reverse(), rule).test)).toEqual(names(held));
});

test("pictures of the same field count as one subject", () => {
  const original = noisePicture("first", 1);
  const brighter = {
    ...noisePicture("second", 2),
    pixels: original.pixels.map((value) => Math.min(255, value / 2 + 60)),
  };
  const other = noisePicture("third", 3);
  const groups = groupNearDuplicates([original, brighter, other]);
  expect(groups.get(original)).toBe(groups.get(brighter));
  expect(groups.get(other)).not.toBe(groups.get(original));
});

const folder = sharedData("cardiac-lv");

test.skipIf(folder === undefined)(
  "no patient of cardiac-lv is both learned from and measured on",
  async () => {
    const {
      train,
      validation,
      test: held,
    } = await readDataset(folder!, trainingTasks["cardiac-lv"]!, readPng);
    const sides = [train, validation, held].map(subjectsOf);
    expect(sides.map((side) => side.size)).toEqual([21, 5, 4]);
    expect(new Set(sides.flatMap((side) => [...side])).size).toBe(30);
    expect(train.length + held.length).toBe(437);
  },
);
