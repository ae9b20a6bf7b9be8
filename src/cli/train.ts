import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { decode } from "fast-png";
import { SlicebenchError, toWireError } from "../core/errors";
import { zooEntry } from "../core/zoo/registry";
import { inputRule } from "../training/card";
import { readCheckpoint, writeCheckpoint } from "../training/checkpoint";
import { type DecodedImage, readDataset } from "../training/dataset";
import { recipeFor, trainedModelId, type TrainingBudget } from "../training/plans";
import { trainingTasks } from "../training/tasks";
import { requireTensorFlow } from "../training/tensorflow";
import { Trainer } from "../training/trainer";
import { exportTrainedModel } from "./train-export";

const repository = resolve(import.meta.dirname, "../..");

const usage = `npm run train -- --task TASK --arch ARCHITECTURE [options]
  --task      ${Object.keys(trainingTasks).join(" | ")}
  --arch      a segmentation architecture of the zoo: unet, resnet18-unet, ...
  --data      folder that holds the tasks' folders (default: ../shared/data)
  --budget    full (default where there is such a recipe) | comparison: the same for every architecture
  --epochs    default: the recipe's
  --seed      default 1
  --out       folder for the model's own folder (default: resources/models)
  --threads   default 1
  --resume    go on from the checkpoint in .training; a finished training is only measured and written`;

async function readPng(file: string): Promise<DecodedImage> {
  const { height, width, channels, data } = decode(await readFile(file));
  return { rows: height, columns: width, channels: channels as 1 | 3, samples: data as Uint8Array };
}

const isBudget = (text: string): text is TrainingBudget => text === "full" || text === "comparison";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      task: { type: "string" },
      arch: { type: "string" },
      data: { type: "string", default: join(repository, "..", "shared", "data") },
      out: { type: "string", default: join(repository, "resources", "models") },
      budget: { type: "string", default: "full" },
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
  if (!isBudget(values.budget)) {
    throw new SlicebenchError("USAGE", `There is no budget "${values.budget}".`, { hint: usage });
  }
  const entry = zooEntry(values.arch);
  const recipe = recipeFor(task, entry.id, values.budget);
  const plan = {
    ...recipe.plan,
    seed: Number(values.seed),
    epochs: Number(values.epochs ?? recipe.plan.epochs),
  };
  const modelId = trainedModelId(task, entry.id, recipe);
  const folder = join(repository, ".training", modelId);

  const tf = requireTensorFlow(repository, Number(values.threads));
  const split = await readDataset(join(values.data, task.id), task, readPng);
  const graph = entry.build({
    inputChannels: task.channels,
    classes: 1 + task.segments.length,
    rows: "rows",
    columns: "columns",
    width: recipe.width,
    seed: plan.seed,
  });
  const trainer = new Trainer(tf, graph, { task, plan, split, input: inputRule(task, plan, graph) });
  const saved = values.resume ? await readCheckpoint(folder) : undefined;
  if (saved !== undefined) trainer.restore(saved.state);
  const commit = saved?.commit ?? currentCommit();
  console.error(
    `${modelId}: ${split.train.length} images to train, ${split.validation.length} to validate, ${split.test.length} to test`,
  );
  while (trainer.state.epoch < plan.epochs) {
    const record = trainer.trainEpoch();
    const score = record.validation === undefined ? "" : ` validation ${JSON.stringify(record.validation)}`;
    console.error(
      `epoch ${record.epoch}/${plan.epochs} loss ${record.loss.toFixed(4)} ${record.seconds.toFixed(0)} s${score}`,
    );
    await writeCheckpoint(folder, { state: trainer.state, commit });
  }

  trainer.writeIntoGraph();
  const command = [
    `npm run train -- --task ${task.id} --arch ${entry.id}`,
    ...(plan.seed === 1 ? [] : [`--seed ${plan.seed}`]),
    ...(recipe.budget === "full" ? [] : ["--budget comparison"]),
    ...(plan.epochs === recipe.plan.epochs ? [] : [`--epochs ${plan.epochs}`]),
  ].join(" ");
  const finished = { modelId, entry, task, budget: recipe.budget, plan, split, graph, command, commit };
  const measured = await exportTrainedModel(join(values.out, modelId), finished, trainer.state.log);
  console.log(JSON.stringify(measured));
}

/** The commit that is checked out, with a plus where files were changed since. */
function currentCommit(): string {
  const git = (...words: string[]): string =>
    execFileSync("git", words, { cwd: repository, encoding: "utf8" }).trim();
  try {
    return git("rev-parse", "--short=12", "HEAD") + (git("status", "--porcelain", "src") === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}

main().catch((error: unknown) => {
  const { code, message, hint } = toWireError(error);
  console.error(`${code}: ${message}${hint === undefined ? "" : `\n${hint}`}`);
  if (code === "INTERNAL") console.error(error);
  process.exitCode = code === "USAGE" ? 2 : 1;
});
