import type { ModelCard } from "../core/model-card";
import { countMultiplyAdds, countParameters } from "../core/onnx/measure";
import type { Graph } from "../core/onnx/graph";
import type { ZooEntry } from "../core/zoo/entry";
import type { TrainingSplit } from "./example";
import type { TrainingTask } from "./tasks";
import type { TrainingBudget } from "./plans";
import type { TrainingPlan } from "./trainer";

/** What a training was, for its card. */
export interface FinishedTraining {
  modelId: string;
  entry: ZooEntry;
  task: TrainingTask;
  budget: TrainingBudget;
  plan: TrainingPlan;
  split: TrainingSplit;
  graph: Graph;
  /** The exact command, and the commit of the program that it ran in. */
  command: string;
  commit: string;
}

/** How the pipeline presents a picture to a network of this task. */
export function inputRule(task: TrainingTask, plan: TrainingPlan, graph: Graph): ModelCard["input"] {
  return {
    name: graph.inputs[0]!.name,
    channels: task.channels,
    size: task.inputSize(plan.tileSize),
    intensity: { kind: "percentile", low: task.percentiles[0], high: task.percentiles[1] },
    layout: "NCHW",
    suits: task.about.suits,
  };
}

/** The card of a trained network, before anything was measured on it. */
export function trainedModelCard(
  { modelId, entry, task, budget, plan, split, graph, command, commit }: FinishedTraining,
  weights: ModelCard["weights"],
): ModelCard {
  const { about } = task;
  const size = task.inputSize(plan.tileSize);
  const macsAt = size.kind === "multiple-of" ? { rows: 256, columns: 256 } : sizeOf(size);
  return {
    schemaVersion: 1,
    id: modelId,
    // What tells models of one task apart comes first: a narrow panel cuts the end off.
    name: `${entry.name}${budget === "full" ? "" : " (short)"} · ${about.title}`,
    version: "1.0.0",
    description: about.purpose,
    use: "demonstration, not for clinical use",
    limits: [...about.limits, ...(budget === "comparison" ? [describeBudget(plan)] : [])],
    licence: "Apache-2.0",
    citation: [
      `${entry.paper.authors}. ${entry.paper.title}. ${entry.paper.venue}. ${entry.paper.url}`,
      about.citation,
    ],
    weights,
    architecture: {
      family: entry.family,
      encoder: entry.encoder,
      decoder: entry.decoder,
      parameters: countParameters(graph),
      macs: countMultiplyAdds(graph, macsAt),
      macsAt,
    },
    input: inputRule(task, plan, graph),
    output: {
      name: graph.outputs[0]!.name,
      layout: "NCHW",
      activation: "softmax",
      segments: task.segments,
    },
    training: {
      data: about.data,
      split: `by ${about.subject}; ${split.train.length} images to train, ${split.validation.length} to choose by, ${split.test.length} held out for the figures`,
      subjects: {
        train: countSubjects(split.train),
        validation: countSubjects(split.validation),
        test: countSubjects(split.test),
      },
      epochs: plan.epochs,
      seed: plan.seed,
      command,
      commit,
    },
  };
}

function describeBudget({ epochs, stepsPerEpoch, batchSize, tileSize }: TrainingPlan): string {
  return `Trained for a comparison of architectures, all at one budget: ${epochs} epochs of ${stepsPerEpoch} batches of ${batchSize} images at ${tileSize} x ${tileSize}; a longer training does better.`;
}

const sizeOf = ({ rows, columns }: { rows: number; columns: number }) => ({ rows, columns });

/** How many different subjects examples are of. */
export function countSubjects(examples: TrainingSplit["test"]): number {
  return new Set(examples.map(({ subject }) => subject)).size;
}
