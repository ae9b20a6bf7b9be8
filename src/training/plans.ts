import type { TrainingTask } from "./tasks";
import type { TrainingPlan } from "./trainer";

/** How long a training is: as long as it pays, or as long as that of the networks it is compared with. */
export type TrainingBudget = "full" | "comparison";

/** What a training of one architecture on one task is, unless the command says otherwise. */
export interface TrainingRecipe {
  budget: TrainingBudget;
  /** Factor on the published channel counts. */
  width: number;
  plan: Omit<TrainingPlan, "seed">;
}

const common = {
  batchSize: 8,
  learningRate: 2e-3,
  warmUp: 0.08,
  weightDecay: 0.01,
  averageDecay: 0.99,
  validateEvery: 5,
};

/**
 * The long trainings: sizes at which one takes under an hour on one core. An epoch is one pass over
 * cardiac-lv's 370 slices, and about one over the 410 images of nuclei.
 */
const fullRecipes: Record<string, Omit<TrainingRecipe, "budget"> | undefined> = {
  "cardiac-lv/unet": { width: 0.25, plan: { ...common, tileSize: 160, stepsPerEpoch: 46, epochs: 60 } },
  "cardiac-lv/resnet18-unet": {
    width: 0.5,
    plan: { ...common, tileSize: 192, stepsPerEpoch: 46, epochs: 60 },
  },
  "nuclei/unet": { width: 0.25, plan: { ...common, tileSize: 192, stepsPerEpoch: 50, epochs: 40 } },
  "nuclei/resnet18-unet": { width: 0.5, plan: { ...common, tileSize: 256, stepsPerEpoch: 50, epochs: 40 } },
};

/**
 * The comparison of architectures: the same data, tiles, epochs, batches and augmentation for all, and widths
 * at which each has between half a million and two million parameters.
 */
const comparisonPlan = { ...common, tileSize: 128, stepsPerEpoch: 46, epochs: 12 };
const comparisonWidths: Record<string, number | undefined> = {
  "lenet-fcn": 3.3,
  "alexnet-fcn": 0.5,
  "vgg16-unet": 0.1875,
  "googlenet-unet": 0.25,
  "plain18-unet": 0.25,
  "resnet18-unet": 0.25,
  "densenet121-unet": 0.25,
  unet: 0.1875,
  "unet-no-skips": 0.1875,
};

export const comparedArchitectures = Object.keys(comparisonWidths);

/** The recipe of an architecture on a task; those without a long one train as in the comparison. */
export function recipeFor(task: TrainingTask, architecture: string, budget: TrainingBudget): TrainingRecipe {
  const full = fullRecipes[`${task.id}/${architecture}`];
  if (budget === "full" && full !== undefined) return { ...full, budget };
  return { budget: "comparison", width: comparisonWidths[architecture] ?? 0.25, plan: comparisonPlan };
}

/** What a model of this recipe is called: the comparison's have a name of their own where there is a long one. */
export function trainedModelId(task: TrainingTask, architecture: string, { budget }: TrainingRecipe): string {
  const id = `${task.id}-${architecture}`;
  const hasFull = fullRecipes[`${task.id}/${architecture}`] !== undefined;
  return budget === "comparison" && hasFull ? `${id}-comparison` : id;
}
