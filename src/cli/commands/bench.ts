import type { Command } from "commander";
import { CancelledError, SlicebenchError, toWireError } from "../../core/errors";
import { resourceFolder } from "../../services/installation";
import { measureModel, type ModelCost } from "../../services/measure-model";
import { ModelStore, type StoredModel } from "../../services/models";
import { sampleFilesFor } from "../../services/samples";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { describeError, formatTable, Output } from "../output";
import type { RunAction } from "../run-action";
import { parseCount, parseIds } from "../words";

interface BenchWords {
  models?: string[];
  runs: number;
  threads?: number;
  json?: boolean;
}

/** `bench [FILE...]`: what each model costs on this machine. */
export function addBenchCommand(program: Command, run: RunAction): void {
  program
    .command("bench [file...]")
    .description("measure what models cost on this machine: time to load, latency, throughput, memory")
    .option("--models <ids>", "these only, by id, separated by commas", parseIds)
    .option("--runs <slices>", "slices that are timed for each", parseCount, 20)
    .option("--threads <count>", "of the engine; the physical cores without it", parseCount)
    .option("--json", "print one JSON object a model")
    .addHelpText("after", "\nWithout files each model has the sample that it was made for.")
    .action((files: string[], words: BenchWords) => run(() => bench(files, words)));
}

async function bench(files: string[], words: BenchWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const models = await chooseModels(files, words.models);
  const { signal, release } = listenForInterrupt();
  const rows: string[][] = [];
  let allWell = true;
  try {
    for (const { card, folder } of models) {
      output.note(card.id);
      const inputs = files.length > 0 ? files : await sampleFilesFor(card.id, resourceFolder("samples"));
      try {
        const cost = await measureModel(folder, inputs, { ...words, signal });
        output.item({ model: card.id, ok: true, ...cost }, () => undefined);
        rows.push([card.id, ...describeCost(cost)]);
      } catch (thrown) {
        if (thrown instanceof CancelledError) return exitCodes.cancelled;
        allWell = false;
        output.item({ model: card.id, ok: false, error: toWireError(thrown) }, ({ error }) =>
          describeError(error),
        );
      }
    }
  } finally {
    release();
    if (rows.length > 0) output.say(formatTable(heads, rows));
  }
  return allWell ? exitCodes.done : exitCodes.someFailed;
}

/** Those that are named, else all that there is something to measure on. Throws USAGE, MODEL_UNKNOWN. */
async function chooseModels(
  files: readonly string[],
  ids: readonly string[] | undefined,
): Promise<StoredModel[]> {
  const store = new ModelStore();
  const models = ids === undefined ? (await store.list()).models : await store.find(ids);
  if (files.length > 0) return models;
  const samples = resourceFolder("samples");
  const sampled: StoredModel[] = [];
  for (const model of models) {
    if ((await sampleFilesFor(model.card.id, samples)).length > 0) sampled.push(model);
    else if (ids !== undefined)
      throw new SlicebenchError("USAGE", `No sample was made for "${model.card.id}".`, {
        hint: "Name a picture to measure it on: slicebench bench FILE --models ID.",
      });
  }
  return sampled;
}

const heads = [
  ...["model", "ms a slice", "quartiles", "slices a second"],
  ...["load, ms", "second load, ms", "memory, MB", "provider"],
];

function describeCost(cost: ModelCost): string[] {
  const { median, lowerQuartile, upperQuartile } = cost.latencyMs;
  return [
    median.toFixed(1),
    `${lowerQuartile.toFixed(1)} to ${upperQuartile.toFixed(1)}`,
    cost.slicesPerSecond.toFixed(1),
    cost.loadMs.toFixed(0),
    cost.secondLoadMs.toFixed(0),
    (cost.peakMemoryBytes / 1e6).toFixed(0),
    cost.provider,
  ];
}
