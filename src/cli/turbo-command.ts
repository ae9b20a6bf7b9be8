import type { Command } from "commander";
import { CancelledError, SlicebenchError, toWireError } from "../core/errors";
import { describeTurbo } from "../core/turbo";
import { ProcessEngine } from "../engine/process-engine";
import { computeThreads } from "../engine/processor";
import type { Measured, MeasureRequest } from "../services/comparison-worker";
import { resourceFolder } from "../services/installation";
import { ModelStore, type StoredModel } from "../services/models";
import { RateMeter } from "../services/progress";
import { sampleFoldersFor } from "../services/samples";
import { makeTurbo, type TurboOutcome } from "../services/turbo/make-turbo";
import { chooseTurboImages } from "../services/turbo/turbo-images";
import type { QuantizeAnswer, QuantizeRequest } from "../services/turbo-worker";
import { WorkerPool } from "../services/worker-pool";
import { type ExitCode, exitCodes } from "./exit-codes";
import { listenForInterrupt } from "./interrupt";
import { describeTurboMeasurement } from "./model-description";
import { describeError, type Output } from "./output";
import { showProgress } from "./progress-display";
import { parseCount } from "./words";

export interface TurboWords {
  images?: string[];
  masks?: string[];
  objects?: boolean;
  threads?: number;
  json?: boolean;
}

/** `models turbo ID...`: an 8-bit form of a model, kept where it is faster and its measured Dice holds. */
export function addTurboOptions(command: Command): Command {
  return command
    .description(
      "make the int8 form of a model, measure it against the model, and keep it where it is worth it",
    )
    .option("--images <path...>", "images to calibrate and to measure on; the bundled samples without it")
    .option("--masks <path...>", "their masks, named after them; those that lie beside them without it")
    .option("--objects", "masks without a segmentation.json number their objects")
    .option(
      "--threads <count>",
      "of the engine while it is measured; the physical cores without it",
      parseCount,
    )
    .option("--json", "print one JSON object a model")
    .addHelpText(
      "after",
      "\nThe model itself stays as it is. Its int8 form is a model of its own, with what was measured on its card.",
    );
}

export async function turbo(ids: readonly string[], words: TurboWords, output: Output): Promise<ExitCode> {
  const models = await new ModelStore().find(ids);
  const { signal, release } = listenForInterrupt();
  const threads = words.threads ?? computeThreads();
  const engine = new ProcessEngine({ spare: false, threads });
  const quantizing = new WorkerPool<QuantizeRequest, QuantizeAnswer>("turbo-worker", { maxThreads: 1 });
  const comparing = new WorkerPool<MeasureRequest, Measured>("comparison-worker", {
    maxThreads: 1,
    idleMs: 10_000,
  });
  let isAllWell = true;
  try {
    for (const model of models) {
      const display = showProgress();
      try {
        output.note(model.card.id);
        const images = await chooseTurboImages(
          { ...words, images: words.images ?? (await samplesOf(model)) },
          signal,
        );
        let meter: RateMeter | undefined;
        const outcome = await makeTurbo(model, images, {
          engine,
          comparing,
          quantizing,
          store: new ModelStore(),
          threads,
          signal,
          onProgress: (_done, total) => display.update((meter ??= new RateMeter(total)).finish("worked")),
        });
        display.stop();
        isAllWell = tell(outcome, model, output) && isAllWell;
      } catch (thrown) {
        display.stop();
        if (thrown instanceof CancelledError) return exitCodes.cancelled;
        isAllWell = false;
        output.item({ model: model.card.id, ok: false, error: toWireError(thrown) }, ({ error }) =>
          describeError(error),
        );
      }
    }
    return isAllWell ? exitCodes.done : exitCodes.someFailed;
  } finally {
    release();
    await Promise.all([engine.close(), quantizing.close(), comparing.close()]);
  }
}

async function samplesOf({ card }: StoredModel): Promise<string[]> {
  const folders = await sampleFoldersFor(card.id, resourceFolder("samples"));
  if (folders.length > 0) return folders;
  throw new SlicebenchError("USAGE", `No sample was made for "${card.id}".`, {
    hint: "Name images with --images and their masks with --masks.",
  });
}

/** Returns whether the int8 form is offered. */
function tell(outcome: TurboOutcome, { card }: StoredModel, output: Output): boolean {
  const { turbo: made } = outcome;
  const figures = describeTurboMeasurement(made.measured).join("\n");
  if ("refusal" in outcome) {
    const { refusal: error } = outcome;
    output.item(
      { model: card.id, ok: false, error, ...made },
      () => `Not kept. ${describeError(error)}\n${figures}`,
    );
    return false;
  }
  const { model } = outcome;
  output.item({ model: card.id, ok: true, id: model.card.id, folder: model.folder, ...made }, () =>
    [`${model.card.id}: ${describeTurbo(made)}`, figures, `Kept in: ${model.folder}`].join("\n"),
  );
  return true;
}
