import type { Graph } from "../src/core/onnx/graph";
import { foldBatchNormalization } from "../src/core/onnx/fold-batch-norm";
import { countMultiplyAdds } from "../src/core/onnx/measure";
import { elementCount, float32Tensor } from "../src/core/onnx/tensor";
import { writeModel } from "../src/core/onnx/write";
import type { ZooEntry } from "../src/core/zoo/entry";
import { zoo } from "../src/core/zoo/registry";
import { loadNetwork, type NetworkSession } from "../src/engine/onnxruntime";
import { SeededRandom } from "../src/core/random";
import type { Bench, Benchmark } from "./harness/benchmark";
import { byTurns, type Rounds, timed } from "./harness/by-turns";
import { compared, type Figure, type Findings } from "./harness/figure";
import { expectAgreement, torchIsMissing, TorchPeer } from "./peers/torch";

const rounds: Rounds = { warmUp: 2, most: 15, seconds: 12, least: 5 };
/** From so many multiply-adds on the design asks for a share of the cores' peak. */
const largeMacs = 20e9;
const matrixSide = 1024;

/** Random values as an input of the graph. */
function randomInput(shape: readonly number[]): Float32Array {
  const random = new SeededRandom(1);
  return Float32Array.from({ length: elementCount(shape) }, () => random.between(0, 1));
}

async function open(graph: Graph, threads: number): Promise<NetworkSession> {
  const bytes = writeModel({
    graph,
    operatorSets: { "": 17 },
    producer: "slicebench",
    description: "",
    metadata: {},
  });
  return loadNetwork({ file: graph.name, bytes, sha256: "" }, { threads });
}

/** The fastest arithmetic that the same runtime does here: a product of two square matrices. */
async function openMatrixProduct(
  threads: number,
): Promise<{ run: () => Promise<unknown>; close: () => Promise<void> }> {
  const shape = [matrixSide, matrixSide];
  const data = randomInput(shape);
  const session = await open(
    {
      name: "matrix-product",
      inputs: [{ name: "input", elementType: "float32", shape }],
      outputs: [{ name: "output", elementType: "float32", shape }],
      nodes: [
        {
          name: "",
          operator: "MatMul",
          domain: "",
          inputs: ["input", "weight"],
          outputs: ["output"],
          attributes: {},
        },
      ],
      initializers: new Map([["weight", float32Tensor(shape, data)]]),
    },
    threads,
  );
  return {
    run: () => session.run({ name: "input", data, shape }, "output"),
    close: () => session.release(),
  };
}

async function measureEntry(
  entry: ZooEntry,
  { bench, torch }: { bench: Bench; torch: TorchPeer | undefined },
): Promise<Figure[]> {
  const { inputChannels } = entry.defaults;
  const [rows, columns] = [entry.defaults.rows, entry.defaults.columns].map((size) =>
    typeof size === "number" ? size : 256,
  ) as [number, number];
  const graph = foldBatchNormalization(entry.build({ rows, columns }));
  const gigaflop = (2 * countMultiplyAdds(graph, { rows, columns })) / 1e9;
  const shape = [1, inputChannels, rows, columns];
  const data = randomInput(shape);
  const [input, output] = [graph.inputs[0]!.name, graph.outputs[0]!.name];

  const session = await open(graph, bench.threads);
  const product = await openMatrixProduct(bench.threads);
  const network = await torch?.load(graph, { data, shape });
  const run = () => session.run({ name: input, data, shape }, output);
  if (network && torch) {
    expectAgreement(torch.name, await network.result(), (await run()).data as Float32Array);
  }
  const samples = await byTurns<"own" | "product" | "torch">(
    {
      own: () => timed(run),
      product: () => timed(product.run),
      ...(network && { torch: () => network.run(1) }),
    },
    rounds,
  );
  await network?.drop();
  await product.close();
  await session.release();

  const subject = `${entry.id}, ${columns} x ${rows}`;
  const productGigaflop = (2 * matrixSide ** 3) / 1e9;
  const speed = (ms: readonly number[], work: number) => ms.map((each) => (1000 * work) / each);
  const share = compared(
    subject,
    [
      { name: "arithmetic", samples: speed(samples.own, gigaflop) },
      { name: "a matrix product", samples: speed(samples.product, productGigaflop) },
    ],
    { unit: "GFLOP/s", ...(gigaflop >= (2 * largeMacs) / 1e9 && { budget: { atLeast: 0.8 } }) },
  );
  if (!torch || !network) return [share];
  const pair = [
    { name: torch.name, samples: samples.torch },
    { name: "session.run", samples: samples.own },
  ] as const;
  return [compared(subject, [...pair], { budget: { atLeast: 1.3 } }), share];
}

export const architectures: Benchmark = {
  id: "architectures",
  title: "Architectures: every encoder under the U-Net decoder, at its full width, beside PyTorch",
  async run(bench) {
    const torch = await TorchPeer.start(bench);
    const findings: Findings = { figures: [], notes: torch === undefined ? [torchIsMissing] : [] };
    try {
      for (const entry of zoo.filter(({ task, decoder }) => task === "segmentation" && decoder === "unet")) {
        bench.tell(entry.id);
        findings.figures.push(...(await measureEntry(entry, { bench, torch })));
      }
    } finally {
      torch?.close();
    }
    return findings;
  },
};
