import type { Scalar, Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { ModelCard } from "../core/model-card";
import type { Graph } from "../core/onnx/graph";
import { float32Tensor } from "../core/onnx/tensor";
import {
  type AdamState,
  clipGradientNorm,
  createAdamState,
  learningRateFactor,
  stepAdamW,
  updateMovingAverage,
} from "./adam";
import type { TrainingSplit } from "./example";
import { executeGraph, runningStatisticNames, trainableNames } from "./graph-executor";
import { diceCrossEntropyLoss } from "./losses";
import { ParameterVector } from "./parameters";
import { SeededRandom } from "../core/random";
import { BalancedSampler, sampleBatch, type TrainingBatch } from "./sampler";
import type { TrainingTask } from "./tasks";
import type { TensorFlow } from "./tensorflow";
import { validate, type ValidationScore } from "./validation";

/** The settings of one training; all of them are in the recorded command or follow from it. */
export interface TrainingPlan {
  tileSize: number;
  batchSize: number;
  stepsPerEpoch: number;
  epochs: number;
  /** The highest; it rises to it over `warmUp` of all steps and falls to 0 by half a cosine. */
  learningRate: number;
  warmUp: number;
  weightDecay: number;
  /** Of the moving average of the weights, which is what is validated and written. */
  averageDecay: number;
  /** Validates every so many epochs, and after the last. */
  validateEvery: number;
  seed: number;
}

/** One line of the training's log. */
export interface EpochRecord {
  epoch: number;
  loss: number;
  seconds: number;
  validation?: ValidationScore;
}

/** All that must be kept to go on later exactly as if nothing had happened. */
export interface TrainerState {
  epoch: number;
  weights: Float32Array;
  averageWeights: Float32Array;
  statistics: Float32Array;
  averageStatistics: Float32Array;
  adam: AdamState;
  log: EpochRecord[];
}

/** Longest gradient that a step follows; longer ones are shortened to it. */
const gradientNormLimit = 5;

/**
 * Trains a zoo network by executing its ONNX graph with tfjs. Every epoch draws from a random source of its
 * own, made of the seed and the epoch's number, so a resumed training goes the way of an unbroken one.
 */
export class Trainer {
  readonly state: TrainerState;
  private readonly weights: ParameterVector;
  private readonly statistics: ParameterVector;
  private readonly decay: Uint8Array;

  constructor(
    private readonly tf: TensorFlow,
    private readonly graph: Graph,
    private readonly setting: {
      task: TrainingTask;
      plan: TrainingPlan;
      split: TrainingSplit;
      input: ModelCard["input"];
    },
  ) {
    this.weights = new ParameterVector(graph, trainableNames(graph));
    this.statistics = new ParameterVector(graph, runningStatisticNames(graph));
    this.decay = this.weights.decayMask();
    this.startAtClassPrior();
    this.state = {
      epoch: 0,
      weights: this.weights.values,
      averageWeights: this.weights.values.slice(),
      statistics: this.statistics.values,
      averageStatistics: this.statistics.values.slice(),
      adam: createAdamState(this.weights.values.length),
      log: [],
    };
  }

  /** Goes on from a checkpoint of the same network and plan. */
  restore(saved: TrainerState): void {
    const { state } = this;
    state.epoch = saved.epoch;
    state.log = [...saved.log];
    state.weights.set(saved.weights);
    state.averageWeights.set(saved.averageWeights);
    state.statistics.set(saved.statistics);
    state.averageStatistics.set(saved.averageStatistics);
    state.adam.firstMoment.set(saved.adam.firstMoment);
    state.adam.secondMoment.set(saved.adam.secondMoment);
    state.adam.step = saved.adam.step;
  }

  /** Trains one epoch. @returns its record, with a validation where the plan wants one */
  trainEpoch(): EpochRecord {
    const { task, plan, split } = this.setting;
    const { state } = this;
    const started = performance.now();
    const random = new SeededRandom(plan.seed * 100_003 + state.epoch);
    const sampler = new BalancedSampler(split.train, task.stratumShares);
    let lossSum = 0;
    for (let step = 0; step < plan.stepsPerEpoch; step++) {
      const examples = Array.from({ length: plan.batchSize }, () => sampler.next(random));
      const batch = sampleBatch(this.tf, examples, {
        plan: { ...task.tile, size: plan.tileSize },
        random,
        segments: task.segments.length,
      });
      lossSum += this.trainStep(batch);
      batch.images.dispose();
      batch.targets.dispose();
    }
    state.epoch++;
    const isDue = state.epoch % plan.validateEvery === 0 || state.epoch === plan.epochs;
    const record: EpochRecord = {
      epoch: state.epoch,
      loss: lossSum / plan.stepsPerEpoch,
      seconds: (performance.now() - started) / 1000,
      ...(isDue ? { validation: this.validate() } : {}),
    };
    state.log.push(record);
    return record;
  }

  /** Writes the averaged weights and statistics into the graph. */
  writeIntoGraph(): void {
    this.weights.writeInto(this.graph, this.state.averageWeights);
    this.statistics.writeInto(this.graph, this.state.averageStatistics);
  }

  private validate(): ValidationScore {
    const { tf, graph, weights, statistics, state } = this;
    const names = [...weights.names, ...statistics.names];
    const tensors = [
      ...weights.toTensors(tf, state.averageWeights),
      ...statistics.toTensors(tf, state.averageStatistics),
    ];
    const byName = new Map(names.map((name, index) => [name, tensors[index]!]));
    const { split, input } = this.setting;
    const score = validate(tf, { graph, weights: byName }, split.validation, input);
    tf.dispose(tensors);
    return score;
  }

  /** One step of the optimiser. @returns the batch's loss */
  private trainStep({ images, targets }: TrainingBatch): number {
    const { tf, graph, state } = this;
    const { plan } = this.setting;
    const inputName = graph.inputs[0]!.name;
    const outputName = graph.outputs[0]!.name;
    const gradient = new Float32Array(state.weights.length);

    const loss = tf.tidy(() => {
      const lossOf = (...tensors: Tensor[]): Scalar => {
        const weights = new Map(this.weights.names.map((name, index) => [name, tensors[index]!]));
        const outputs = executeGraph(
          tf,
          graph,
          { inputs: new Map([[inputName, images]]), weights },
          {
            onBatchStatistics: (node, { mean, variance }) => {
              this.updateRunning(node.inputs[3]!, mean);
              this.updateRunning(node.inputs[4]!, variance);
            },
          },
        );
        return diceCrossEntropyLoss(tf, outputs.get(outputName) as Tensor4D, targets) as Scalar;
      };
      const { value, grads } = tf.valueAndGrads(lossOf)(this.weights.toTensors(tf));
      this.weights.readTensors(grads, gradient);
      return value.dataSync()[0]!;
    });

    clipGradientNorm(gradient, gradientNormLimit);
    const progress = state.adam.step / (plan.epochs * plan.stepsPerEpoch);
    stepAdamW(state.weights, gradient, state.adam, {
      learningRate: plan.learningRate * learningRateFactor(progress, plan.warmUp),
      weightDecay: plan.weightDecay,
      decay: this.decay,
    });
    // Early on the average follows faster, or it would remember the random start.
    const decay = Math.min(plan.averageDecay, (1 + state.adam.step) / (10 + state.adam.step));
    updateMovingAverage(state.averageWeights, state.weights, decay);
    updateMovingAverage(state.averageStatistics, state.statistics, decay);
    return loss;
  }

  /** ONNX: running = momentum x running + (1 - momentum) x batch; momentum 0.9 in the zoo. */
  private updateRunning(name: string, batch: Tensor): void {
    updateMovingAverage(this.statistics.slice(name), batch.dataSync() as Float32Array, 0.9);
    batch.dispose();
  }

  /** Sets the last bias so that the untrained network already says how rare each segment is. */
  private startAtClassPrior(): void {
    const { task, split } = this.setting;
    const last = this.graph.nodes.findLast((node) => node.operator === "Conv")!;
    const biasName = last.inputs[2];
    if (biasName === undefined) return;
    const counts = new Float64Array(1 + task.segments.length);
    for (const { labels } of split.train) for (const value of labels) counts[value]!++;
    const total = counts.reduce((sum, count) => sum + count, 0);
    const bias = this.weights.slice(biasName);
    counts.forEach((count, value) => (bias[value] = Math.log(Math.max(count, 1) / total)));
    this.graph.initializers.set(biasName, float32Tensor([bias.length], bias.slice()));
  }
}
