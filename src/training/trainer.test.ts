import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import * as tfjs from "@tensorflow/tfjs-core";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { GraphBuilder } from "../core/onnx/builder";
import type { Graph } from "../core/onnx/graph";
import { float32Values } from "../core/onnx/tensor";
import { inputRule } from "./card";
import { readCheckpoint, writeCheckpoint } from "./checkpoint";
import type { TrainingExample } from "./example";
import { SeededRandom } from "../core/random";
import { trainingTasks } from "./tasks";
import { Trainer, type TrainingPlan } from "./trainer";

beforeAll(() => tfjs.setBackend("cpu"));

const task = trainingTasks["cardiac-lv"]!;
const plan: TrainingPlan = {
  tileSize: 32,
  batchSize: 2,
  stepsPerEpoch: 3,
  epochs: 4,
  learningRate: 5e-3,
  warmUp: 0.1,
  weightDecay: 0.01,
  averageDecay: 0.9,
  validateEvery: 4,
  seed: 1,
};

/** A bright disc on noise, and where it is. */
function disc(index: number): TrainingExample {
  const random = new SeededRandom(index);
  const size = 40;
  const [row, column, radius] = [random.between(14, 26), random.between(14, 26), random.between(5, 9)];
  const labels = new Uint8Array(size * size);
  const pixels = labels.map((_, pixel) => {
    const distance = Math.hypot(Math.floor(pixel / size) - row, (pixel % size) - column);
    if (distance <= radius) labels[pixel] = 1;
    return (distance <= radius ? 160 : 50) + random.below(40);
  });
  const name = `disc${index}`;
  return {
    name,
    file: name,
    subject: name,
    stratum: "N",
    rows: size,
    columns: size,
    channels: 1,
    pixels,
    labels,
  };
}

/** Two convolutions: what a JavaScript backend trains in a second. */
function smallNetwork(): Graph {
  const net = new GraphBuilder("small", { seed: 1 });
  const image = net.input("input", ["batch", 1, "rows", "columns"]);
  const seen = net.conv("seen", image, { channels: 4, kernel: 3, padding: "same", bias: false });
  const features = net.relu(net.batchNorm("norm", seen));
  net.output("logits", net.conv("head", features, { channels: 2, kernel: 3, padding: "same" }));
  return net.build();
}

function newTrainer(graph = smallNetwork()): Trainer {
  const examples = Array.from({ length: 8 }, (_, index) => disc(index));
  const split = { train: examples.slice(0, 6), validation: examples.slice(6), test: [] };
  return new Trainer(tfjs, graph, { task, plan, split, input: inputRule(task, plan, graph) });
}

test("a training that stopped and went on has the weights of one that did not, bit by bit", async () => {
  const unbroken = newTrainer();
  for (let epoch = 0; epoch < 3; epoch++) unbroken.trainEpoch();

  const folder = mkdtempSync(join(tmpdir(), "slicebench-"));
  const first = newTrainer();
  first.trainEpoch();
  await writeCheckpoint(folder, { state: first.state, commit: "abc" });
  const saved = await readCheckpoint(folder);
  const second = newTrainer();
  second.restore(saved!.state);
  second.trainEpoch();
  second.trainEpoch();

  expect(saved!.commit).toBe("abc");
  expect(second.state.epoch).toBe(3);
  expect(second.state.weights).toEqual(unbroken.state.weights);
  expect(second.state.averageStatistics).toEqual(unbroken.state.averageStatistics);
});

test("the loss falls, the last epoch is validated, and the averaged weights reach the graph", () => {
  const graph = smallNetwork();
  const trainer = newTrainer(graph);
  const records = Array.from({ length: plan.epochs }, () => trainer.trainEpoch());
  expect(records.at(-1)!.loss).toBeLessThan(0.9 * records[0]!.loss);
  expect(records.map(({ validation }) => validation !== undefined)).toEqual([false, false, false, true]);
  trainer.writeIntoGraph();
  const written = float32Values(graph.initializers.get("seen/weight")!);
  expect(written).toEqual(trainer.state.averageWeights.slice(0, written.length));
});
