import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { markdownTable } from "markdown-table";
import { describeThisMachine, type Machine } from "../bench/harness/machine";
import { describeMachine } from "../bench/harness/report";
import type { ModelCard } from "../src/core/model-card";
import { zoo } from "../src/core/zoo/registry";
import { describeArchitectures } from "../src/services/architectures";
import { resourceFolder } from "../src/services/installation";
import { measureModel, type ModelCost } from "../src/services/measure-model";
import { ModelStore, type StoredModel } from "../src/services/models";
import { trainingTasks, type TrainingTask } from "../src/training/tasks";

/**
 * `npm run zoo-table`: writes docs/zoo.md. The architectures' figures are counted, the models' accuracy is what
 * their cards say, and time and memory are measured here, through the engine, on one of the samples.
 */
const target = resolve(import.meta.dirname, "..", "docs", "zoo.md");

/** A picture of each task to measure on. */
const pictures: Record<TrainingTask["id"], string> = {
  "cardiac-lv": "cardiac-cine/slice-2-phase-01.dcm",
  nuclei: "nuclei-fluorescence/field-1.png",
};
const runs = 15;

function architectureTable(): string {
  const rows = describeArchitectures().map((each) => [
    `\`${each.id}\``,
    each.name,
    String(each.year),
    String(each.weightedLayers),
    each.parameters.toLocaleString("en"),
    gigas(each.multiplyAdds),
    `${each.options.inputChannels} x ${each.options.rows} x ${each.options.columns}`,
    fieldText(each.receptiveField),
  ]);
  const heads = ["id", "architecture", "year", "layers", "parameters", "GMAC", "at", "receptive field"];
  return markdownTable([heads, ...rows], { align: ["l", "l", "r", "r", "r", "r", "r", "r"] });
}

/** Three digits: from LeNet to FCN they span five orders of magnitude. */
const gigas = (count: number): string => String(Number((count / 1e9).toPrecision(3)));

function fieldText(field: ReturnType<typeof describeArchitectures>[number]["receptiveField"]): string {
  if (field === undefined) return "";
  return field === "image" ? "whole image" : field.size.join(" x ");
}

/** Cards hold the command that made them, and it names the budget. */
const isOfComparison = ({ training }: ModelCard): boolean =>
  training?.command.includes("--budget comparison") === true;

function modelRow({ card }: StoredModel, { latencyMs, peakMemoryBytes }: ModelCost): string[] {
  const { architecture, evaluation } = card;
  const [scores] = Object.values(evaluation!.segments);
  return [
    `\`${card.id}\``,
    scores!.dice?.toFixed(3) ?? "n/a",
    scores!.iou?.toFixed(3) ?? "n/a",
    scores!.hd95 === null ? "n/a" : `${scores!.hd95.toFixed(1)} ${evaluation!.unit}`,
    (architecture.parameters / 1e6).toFixed(2),
    architecture.macs === undefined ? "n/a" : `${gigas(architecture.macs)} at ${architecture.macsAt.rows}²`,
    latencyMs.median.toFixed(0),
    (peakMemoryBytes / 1e6).toFixed(0),
  ];
}

async function modelTable(
  models: readonly StoredModel[],
  picture: string,
  machine: Machine,
): Promise<string> {
  const rows: string[][] = [];
  for (const model of models) {
    console.error(model.card.id);
    const file = join(resourceFolder("samples"), picture);
    rows.push(modelRow(model, await measureModel(model.folder, [file], { runs, threads: machine.threads })));
  }
  const heads = ["model", "Dice", "IoU", "HD95", "parameters, M", "GMAC", "ms a slice", "peak memory, MB"];
  return markdownTable([heads, ...rows], { align: ["l", "r", "r", "r", "r", "r", "r", "r"] });
}

/** A task's models in the order of the zoo. */
function modelsOf(task: TrainingTask, models: readonly StoredModel[]): StoredModel[] {
  const place = ({ card: { architecture } }: StoredModel) =>
    zoo.findLastIndex(
      ({ task: kind, encoder, decoder }) =>
        kind === "segmentation" && encoder === architecture.encoder && decoder === architecture.decoder,
    );
  return models
    .filter(({ card }) => card.id.startsWith(`${task.id}-`) && card.evaluation !== undefined)
    .sort((a, b) => place(a) - place(b));
}

async function taskSection(
  task: TrainingTask,
  stored: readonly StoredModel[],
  machine: Machine,
): Promise<string[]> {
  const models = modelsOf(task, stored);
  if (models.length === 0) return [];
  const { evaluation } = models[0]!.card;
  const texts = [
    `## ${task.about.title[0]!.toUpperCase()}${task.about.title.slice(1)}`,
    `${task.about.purpose} Figures: means over ${evaluation!.images} held-out images of ${evaluation!.subjects} subjects, one seed.`,
  ];
  const compared = models.filter(({ card }) => isOfComparison(card));
  const others = models.filter(({ card }) => !isOfComparison(card));
  const picture = pictures[task.id];
  if (compared.length > 0) {
    const limit = compared[0]!.card.limits.find((each) => each.startsWith("Trained for a comparison"));
    texts.push(`### At one budget`, limit!, await modelTable(compared, picture, machine));
  }
  if (others.length > 0) texts.push(`### Trained for longer`, await modelTable(others, picture, machine));
  return texts;
}

const machine = await describeThisMachine();
const { models } = await new ModelStore().list();
const bundled = models.filter((model) => model.bundled);
const texts = [
  "# The zoo",
  "Written by `npm run zoo-table`. Accuracy is what the models' cards say, and each card names the command that made it; the rest is counted or measured.",
  `Milliseconds a slice: from the file to the label map, median of ${runs} runs, on one of the samples. Peak memory: of the engine's process, Node and onnxruntime included. ${describeMachine(machine)}`,
];
for (const task of Object.values(trainingTasks)) texts.push(...(await taskSection(task!, bundled, machine)));
texts.push(
  "## Architectures",
  "As published, and every encoder with every decoder at full width. GMAC: thousand million multiply-adds of convolutions and matrix products for one image of the size given.",
  architectureTable(),
);
writeFileSync(target, `${texts.join("\n\n")}\n`);
