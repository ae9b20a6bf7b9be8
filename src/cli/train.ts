import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { decode } from "fast-png";
import { SlicebenchError, toWireError } from "../core/errors";
import type { ModelCard } from "../core/model-card";
import { zooEntry } from "../core/zoo/registry";
import { readCheckpoint, writeCheckpoint } from "../training/checkpoint";
import { type DecodedImage, readDataset } from "../training/dataset";
import { recipeFor } from "../training/plans";
import { trainingTasks } from "../training/tasks";
import { requireTensorFlow } from "../training/tensorflow";
import { Trainer } from "../training/trainer";

const repository = resolve(import.meta.dirname, "../..");

const usage = `npm run train -- --task TASK --arch ARCHITECTURE [options]
  --task      ${Object.keys(trainingTasks).join(" | ")}
  --arch      a segmentation architecture of the zoo: unet, resnet18-unet, ...
  --data      folder that holds the tasks' folders (default: ../shared/data)
  --epochs    default: the recipe's
  --seed      default 1
  --threads   default 1
  --resume    go on from the checkpoint in .training`;

async function readPng(file: string): Promise<DecodedImage> {
  const { height, width, channels, data } = decode(await readFile(file));
  return { rows: height, columns: width, channels: channels as 1 | 3, samples: data as Uint8Array };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      task: { type: "string" },
      arch: { type: "string" },
      data: { type: "string", default: join(repository, "..", "shared", "data") },
      epochs: { type: "string" },
      seed: { type: "string", default: "1" },
      threads: { type: "string", default: "1" },
      resume: { type: "boolean", default: false },
    },
  });
  const task = trainingTasks[values.task ?? ""];
  if (task === undefined || values.arch === undefined) {
    throw new SlicebenchError("USAGE", "A task and an architecture are needed.", { hint: usage });
  }
  const { width, plan: recipe } = recipeFor(task, values.arch);
  const seed = Number(values.seed);
  const plan = { ...recipe, seed, epochs: Number(values.epochs ?? recipe.epochs) };
  const modelId = `${task.id}-${values.arch}`;
  const folder = join(repository, ".training", modelId);

  const tf = requireTensorFlow(repository, Number(values.threads));
  const split = await readDataset(join(values.data, task.id), task, readPng);
  const graph = zooEntry(values.arch).build({
    inputChannels: task.channels,
    classes: 1 + task.segments.length,
    rows: "rows",
    columns: "columns",
    width,
    seed,
  });
  const input: ModelCard["input"] = {
    name: graph.inputs[0]!.name,
    channels: task.channels,
    size: task.inputSize(plan.tileSize),
    intensity: { kind: "percentile", low: task.percentiles[0], high: task.percentiles[1] },
    layout: "NCHW",
    suits: { modalities: [], colour: "either" },
  };
  const trainer = new Trainer(tf, graph, { task, plan, split, input });
  const saved = values.resume ? await readCheckpoint(folder) : undefined;
  if (saved !== undefined) trainer.restore(saved);
  console.error(
    `${modelId}: ${split.train.length} images to train, ${split.validation.length} to validate, ${split.test.length} to test`,
  );
  while (trainer.state.epoch < plan.epochs) {
    const record = trainer.trainEpoch();
    const score = record.validation === undefined ? "" : ` validation ${JSON.stringify(record.validation)}`;
    console.error(
      `epoch ${record.epoch}/${plan.epochs} loss ${record.loss.toFixed(4)} ${record.seconds.toFixed(0)} s${score}`,
    );
    await writeCheckpoint(folder, trainer.state);
  }
}

main().catch((error: unknown) => {
  const { code, message, hint } = toWireError(error);
  console.error(`${code}: ${message}${hint === undefined ? "" : `\n${hint}`}`);
  if (code === "INTERNAL") console.error(error);
  process.exitCode = code === "USAGE" ? 2 : 1;
});
