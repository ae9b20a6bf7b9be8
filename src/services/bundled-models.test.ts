import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, describe, expect, test } from "vitest";
import { sharedData } from "../../test-support/readers";
import { ProcessEngine } from "../engine/process-engine";
import { readDataset } from "../training/dataset";
import { trainingTasks, type TrainingTask } from "../training/tasks";
import { evaluateModel, type LabelledPicture } from "./model-evaluation";
import { hashFile, ModelStore } from "./models";

/** The long trainings, which the program starts with; the comparison's are beside them. */
const startingIds = ["cardiac-lv-resnet18-unet", "cardiac-lv-unet", "nuclei-resnet18-unet", "nuclei-unet"];
const { models, problems } = await new ModelStore().list();
const bundled = models.filter((model) => model.bundled);
const engine = new ProcessEngine({ spare: false });
afterAll(() => engine.close());

test("the models that ship have cards without faults, and the weights that the cards describe", async () => {
  expect(problems).toEqual([]);
  expect(bundled.map(({ card }) => card.id)).toEqual(expect.arrayContaining(startingIds));
  for (const { card, folder } of bundled) {
    expect(await hashFile(join(folder, card.weights.file))).toBe(card.weights.sha256);
    expect(card.weights.bytes).toBeLessThan(10e6);
    expect(card.use).toBe("demonstration, not for clinical use");
  }
  const bytes = bundled.reduce((sum, { card }) => sum + card.weights.bytes, 0);
  expect(bytes).toBeLessThan(60e6);
});

const data = sharedData(".");
const testPictures = new Map<string, Promise<LabelledPicture[]>>();

/** The held-out pictures of a task; the folder is read once. */
function heldOut(task: TrainingTask): Promise<LabelledPicture[]> {
  const known = testPictures.get(task.id) ?? readHeldOut(task);
  testPictures.set(task.id, known);
  return known;
}

async function readHeldOut(task: TrainingTask): Promise<LabelledPicture[]> {
  const { test: examples } = await readDataset(join(data!, task.id), task, async (file) => {
    const { height, width, channels, data: samples } = decode(await readFile(file));
    return { rows: height, columns: width, channels: channels as 1 | 3, samples: samples as Uint8Array };
  });
  return examples.map(({ file, stratum, rows, columns, labels }) => ({
    file,
    frame: 0,
    group: stratum,
    reference: { rows, columns, values: labels },
  }));
}

describe.skipIf(data === undefined)("a card's figures are what its test split scores today", () => {
  test.each(bundled.map((model) => [model.card.id, model] as const))(
    "%s",
    async (id, { card, folder }) => {
      const task = Object.values(trainingTasks).find((each) => id.startsWith(`${each!.id}-`))!;
      const { images, segments } = await evaluateModel(engine, { folder, card }, await heldOut(task));
      expect(images).toBe(card.evaluation!.images);
      for (const [label, { dice, iou }] of Object.entries(segments)) {
        expect(dice).toBeCloseTo(card.evaluation!.segments[label]!.dice!, 3);
        expect(iou).toBeCloseTo(card.evaluation!.segments[label]!.iou!, 3);
      }
    },
    600_000,
  );
});
