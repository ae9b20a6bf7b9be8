import { copyFileSync } from "node:fs";
import { extname, join } from "node:path";
import { prepareInput, prepareTile } from "../src/core/image/prepare";
import type { ModelCard } from "../src/core/model-card";
import { readModel } from "../src/core/onnx/read";
import type { RunTimings } from "../src/engine/engine";
import { GraphCache } from "../src/engine/graph-cache";
import { inputShape, readWeights } from "../src/engine/model-folder";
import { loadNetwork } from "../src/engine/onnxruntime";
import { ProcessEngine } from "../src/engine/process-engine";
import { openImage } from "../src/formats/open";
import { resourceFolder } from "../src/services/installation";
import { ModelStore, type StoredModel } from "../src/services/models";
import { sampleFilesFor } from "../src/services/samples";
import type { Bench, Benchmark } from "./harness/benchmark";
import { byTurns, median, timed } from "./harness/by-turns";
import { compared, type Figure, type Findings } from "./harness/figure";
import { expectAgreement, torchIsMissing, TorchPeer } from "./peers/torch";

/** So many slices are gone through in turn, each a file of its own, so that every one is read and decoded. */
const slices = 8;

/** Files of the sample that a model was made for; a lone picture is there more than once under different names. */
async function sampleFiles({ id }: ModelCard, folder: string): Promise<string[]> {
  const files = await sampleFilesFor(id, resourceFolder("samples"));
  if (files.length === 0) return [];
  // Pictures differ in size: times are of one of them.
  const chosen = files[0]!.endsWith(".dcm") ? files.slice(0, slices) : files.slice(-1);
  return Array.from({ length: slices }, (_, index) => {
    const file = chosen[index % chosen.length]!;
    const copy = join(folder, `${id}-${index}${extname(file)}`);
    copyFileSync(file, copy);
    return copy;
  });
}

/** What the network itself is given for a file: one tensor a tile. */
async function tensorsOf(file: string, { input }: ModelCard): Promise<Float32Array[]> {
  const prepared = prepareInput(await (await openImage(file)).readFrame(0), input);
  return prepared.placement.tiles.map((origin) => prepareTile(prepared, origin, input.layout).slice());
}

/** Where a slice's time went beside the network, as medians. */
function describeParts(id: string, timings: readonly RunTimings[], slice: readonly number[]): string {
  const of = (part: keyof RunTimings) => median(timings.map((each) => each[part])).toFixed(2);
  const between = median(slice.map((ms, round) => ms - timings[round]!.total)).toFixed(2);
  return (
    `${id}: decode ${of("decode")} ms, prepare ${of("prepare")} ms, finish ${of("finish")} ms, ` +
    `between the processes ${between} ms.`
  );
}

async function measureModel(
  { card, folder }: StoredModel,
  { bench, engine, torch }: { bench: Bench; engine: ProcessEngine; torch: TorchPeer | undefined },
): Promise<Findings> {
  bench.tell(card.id);
  const files = await sampleFiles(card, bench.folder);
  if (files.length === 0) return { figures: [], notes: [`${card.id}: there is no sample of its kind.`] };
  const inputs = await Promise.all(files.map((file) => tensorsOf(file, card)));
  const [firstTile] = inputs[0]!;
  const tile = card.input.size;
  const shape =
    tile.kind === "multiple-of"
      ? inputShape(card.input, ...squareOf(firstTile!, card))
      : inputShape(card.input, tile.rows, tile.columns);

  const weights = await readWeights({ folder }, card);
  const cache = new GraphCache(join(bench.folder, "graphs"));
  const session = await loadNetwork(weights, { cache, threads: bench.threads });
  const runTile = (data: Float32Array) =>
    session.run({ name: card.input.name, data, shape }, card.output.name);
  const network = await torch?.load(readModel(weights.bytes).graph, { data: firstTile!, shape });
  if (network && torch) {
    const { data } = await runTile(firstTile!);
    expectAgreement(torch.name, await network.result(), data as Float32Array);
  }

  const timings: RunTimings[] = [];
  const turn = { slice: 0, bare: 0 };
  const samples = await byTurns<"slice" | "bare" | "torch">({
    slice: () =>
      timed(async () => {
        const file = files[turn.slice++ % files.length]!;
        timings.push((await engine.segment({ model: { folder }, frame: { file, frame: 0 } })).timings);
      }),
    bare: () =>
      timed(async () => {
        for (const tensor of inputs[turn.bare++ % inputs.length]!) await runTile(tensor);
      }),
    ...(network && { torch: () => network.run(inputs[0]!.length) }),
  });
  await network?.drop();
  await session.release();

  const counted = timings.slice(-samples.slice.length);
  const bare = { name: "bare session.run", samples: samples.bare };
  const slice = { name: "slice, from file to label map", samples: samples.slice };
  const own = {
    name: "the pipeline's own part",
    samples: samples.slice.map((ms, round) => ms - counted[round]!.inference),
  };
  const figures: Figure[] = [
    compared(card.id, [slice, bare], { budget: { atMost: 1.1 } }),
    compared(card.id, [own, { ...slice, name: "the slice" }]),
  ];
  if (torch && network) {
    const peer = { name: torch.name, samples: samples.torch };
    figures.push(compared(card.id, [peer, bare], { budget: { atLeast: 1.3 } }));
  }
  return { figures, notes: [describeParts(card.id, counted, samples.slice)] };
}

/** Rows and columns of a square tile by its number of values, for models that take any size. */
function squareOf({ length }: Float32Array, { input }: ModelCard): [rows: number, columns: number] {
  const side = Math.sqrt(length / input.channels);
  return [side, side];
}

export const models: Benchmark = {
  id: "models",
  title: "Models: a slice, beside the bare network and beside PyTorch",
  async run(bench) {
    const { models: stored } = await new ModelStore().list();
    const engine = new ProcessEngine({
      cacheFolder: join(bench.folder, "graphs"),
      threads: bench.threads,
      spare: false,
    });
    const torch = await TorchPeer.start(bench);
    const findings: Findings = { figures: [], notes: torch === undefined ? [torchIsMissing] : [] };
    try {
      for (const model of stored.filter(({ bundled }) => bundled)) {
        const { figures, notes } = await measureModel(model, { bench, engine, torch });
        findings.figures.push(...figures);
        findings.notes.push(...notes);
      }
    } finally {
      torch?.close();
      await engine.close();
    }
    return findings;
  },
};
