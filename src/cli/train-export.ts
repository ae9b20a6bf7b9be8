import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ModelCard } from "../core/model-card";
import { writeFileAtomically } from "../services/atomic-file";
import { evaluateModel, type ModelEvaluation } from "../services/model-evaluation";
import { countSubjects, type FinishedTraining, trainedModelCard } from "../training/card";
import type { TrainingExample } from "../training/example";
import { encodeTrainedNetwork } from "../training/export-network";
import type { EpochRecord } from "../training/trainer";
import { openEngine } from "../services/open-engine";

const weightsName = "model.onnx";

/**
 * Writes a trained network as a model: `model.onnx`, `model.json` with what the test split scored through the
 * product's own pipeline, and `training.json` with the training's curve.
 * @returns what was measured
 */
export async function exportTrainedModel(
  folder: string,
  training: FinishedTraining,
  log: readonly EpochRecord[],
): Promise<ModelEvaluation> {
  const { task, entry, split } = training;
  const bytes = encodeTrainedNetwork(training.graph, `${entry.name}, ${task.about.title}`);
  const card = trainedModelCard(training, {
    file: weightsName,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
    storage: "float16",
  });
  await writeFileAtomically(join(folder, weightsName), bytes);
  await writeCard(folder, card);
  const evaluation = await measure(folder, card, split.test);
  const { images, segments, groups } = evaluation;
  await writeCard(folder, {
    ...card,
    limits: [...card.limits, describeGroups(groups, task.about.strata)],
    evaluation: {
      data: `${task.about.data}; the test part of the split`,
      subjects: countSubjects(split.test),
      images,
      segments,
      unit: "px",
      date: new Date().toISOString().slice(0, 10),
      command: training.command,
    },
  });
  const curve = { model: card.id, epochs: log, test: { images, segments, groups } };
  await writeFileAtomically(join(folder, "training.json"), `${JSON.stringify(curve, undefined, 1)}\n`);
  return evaluation;
}

async function writeCard(folder: string, card: ModelCard): Promise<void> {
  await writeFileAtomically(join(folder, "model.json"), `${JSON.stringify(card, undefined, 2)}\n`);
}

async function measure(
  folder: string,
  card: ModelCard,
  examples: readonly TrainingExample[],
): Promise<ModelEvaluation> {
  const engine = openEngine({ spare: false });
  try {
    const pictures = examples.map(({ file, stratum, rows, columns, labels }) => ({
      file,
      frame: 0,
      group: stratum,
      reference: { rows, columns, values: labels },
    }));
    return await evaluateModel(engine, { folder, card }, pictures);
  } finally {
    await engine.close();
  }
}

function describeGroups(groups: ModelEvaluation["groups"], names: Record<string, string>): string {
  const parts = Object.entries(groups).map(
    ([group, { images, dice }]) => `${names[group] ?? group} ${dice?.toFixed(3) ?? "n/a"} (${images})`,
  );
  return `Mean Dice on the held-out images by kind (their number): ${parts.join(", ")}.`;
}
