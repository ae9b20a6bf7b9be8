import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, describe, expect, test } from "vitest";
import { sharedData } from "../../test-support/readers";
import { ProcessEngine } from "../engine/process-engine";
import { readDataset } from "../training/dataset";
import { trainingTasks } from "../training/tasks";
import { evaluateModel } from "./model-evaluation";
import { hashFile, ModelStore } from "./models";

const bundledIds = ["cardiac-lv-resnet18-unet", "cardiac-lv-unet", "nuclei-resnet18-unet", "nuclei-unet"];
const { models, problems } = await new ModelStore().list();
const bundled = models.filter((model) => model.bundled);
const engine = new ProcessEngine({ spare: false });
afterAll(() => engine.close());

test("the models that ship have cards without faults, and the weights that the cards describe", async () => {
  expect(problems).toEqual([]);
  expect(bundled.map(({ card }) => card.id)).toEqual(expect.arrayContaining(bundledIds));
  for (const { card, folder } of bundled) {
    expect(await hashFile(join(folder, card.weights.file))).toBe(card.weights.sha256);
    expect(card.weights.bytes).toBeLessThan(10e6);
    expect(card.use).toBe("demonstration, not for clinical use");
  }
});

const data = sharedData(".");

describe.skipIf(data === undefined)("a card's figures are what its test split scores today", () => {
  test.each(bundledIds)(
    "%s",
    async (id) => {
      const { card, folder } = bundled.find((model) => model.card.id === id)!;
      const task = Object.values(trainingTasks).find((each) => id.startsWith(`${each!.id}-`))!;
      const split = await readDataset(join(data!, task.id), task, async (file) => {
        const { height, width, channels, data: samples } = decode(await readFile(file));
        return {
          rows: height,
          columns: width,
          channels: channels as 1 | 3,
          samples: samples as Uint8Array,
        };
      });
      const pictures = split.test.map(({ file, stratum, rows, columns, labels }) => ({
        file,
        frame: 0,
        group: stratum,
        reference: { rows, columns, values: labels },
      }));
      const { images, segments } = await evaluateModel(engine, { folder, card }, pictures);
      expect(images).toBe(card.evaluation!.images);
      for (const [label, { dice, iou }] of Object.entries(segments)) {
        expect(dice).toBeCloseTo(card.evaluation!.segments[label]!.dice!, 3);
        expect(iou).toBeCloseTo(card.evaluation!.segments[label]!.iou!, 3);
      }
    },
    600_000,
  );
});
