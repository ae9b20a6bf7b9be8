import type { TrainingTask } from "./tasks";
import type { TrainingPlan } from "./trainer";

/** What a training of one architecture on one task is, unless the command says otherwise. */
export interface TrainingRecipe {
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
 * The recipes of the bundled models: sizes at which a training takes under an hour on one core. An epoch
 * is one pass over cardiac-lv's 370 slices, and about one over the 410 images of nuclei.
 */
const recipes: Record<string, TrainingRecipe | undefined> = {
  "cardiac-lv/unet": { width: 0.25, plan: { ...common, tileSize: 160, stepsPerEpoch: 46, epochs: 60 } },
  "cardiac-lv/resnet18-unet": {
    width: 0.5,
    plan: { ...common, tileSize: 192, stepsPerEpoch: 46, epochs: 60 },
  },
  "nuclei/unet": { width: 0.25, plan: { ...common, tileSize: 192, stepsPerEpoch: 50, epochs: 40 } },
  "nuclei/resnet18-unet": { width: 0.5, plan: { ...common, tileSize: 256, stepsPerEpoch: 50, epochs: 40 } },
};

/** The recipe of an architecture on a task; others of the zoo train as the U-Net with a ResNet encoder does. */
export function recipeFor(task: TrainingTask, architecture: string): TrainingRecipe {
  return recipes[`${task.id}/${architecture}`] ?? recipes[`${task.id}/resnet18-unet`]!;
}
