import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import * as tfjs from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { describeAgreement } from "../../test-support/graph-agreement";
import { GraphBuilder } from "../core/onnx/builder";
import { float32Values } from "../core/onnx/tensor";
import { runGraph } from "./graph-executor";
import { SeededRandom } from "../core/random";

beforeAll(() => tfjs.setBackend("cpu"));

describeAgreement("tfjs in JavaScript", tfjs);

test("gradients of the graph's weights equal finite differences", () => {
  const net = new GraphBuilder("tiny", { seed: 4 });
  const image = net.input("input", ["batch", 1, 6, 6]);
  const hidden = net.relu(net.conv("hidden", image, { channels: 3, kernel: 3, padding: "same" }));
  net.output("logits", net.conv("head", hidden, { channels: 2, kernel: 1 }));
  const graph = net.build();
  const name = "hidden/weight";
  const { dims } = graph.initializers.get(name)!;
  const values = float32Values(graph.initializers.get(name)!);
  const random = new SeededRandom(1);
  const data = Float32Array.from({ length: 36 }, () => random.between(-1, 1));
  const lossOf = (weights: tfjs.Tensor): tfjs.Scalar => {
    const inputs = new Map<string, tfjs.Tensor>([["input", tfjs.tensor(data, [1, 1, 6, 6])]]);
    const output = runGraph(tfjs, graph, { inputs, weights: new Map([[name, weights]]) }).get("logits")!;
    return tfjs.mean(tfjs.square(output));
  };
  const gradient = tfjs
    .grad(lossOf)(tfjs.tensor(values, [...dims]))
    .dataSync<"float32">();
  const step = 1e-2;
  for (const index of [0, 5, 13, 26]) {
    const shifted = (by: number): number => {
      const moved = values.slice();
      moved[index]! += by;
      return lossOf(tfjs.tensor(moved, [...dims])).dataSync<"float32">()[0]!;
    };
    expect((shifted(step) - shifted(-step)) / (2 * step)).toBeCloseTo(gradient[index]!, 3);
  }
});
