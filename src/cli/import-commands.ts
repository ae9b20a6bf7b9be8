import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { SlicebenchError } from "../core/errors";
import type { ModelCard } from "../core/model-card";
import { changeCard, nameOutput } from "../core/model-import/adjust";
import { modelIdOf } from "../core/model-import/propose";
import { type ModelImport, ModelImports } from "../services/model-imports";
import { ModelStore } from "../services/models";
import { type ExitCode, exitCodes } from "./exit-codes";
import { describeCard, describeModel } from "./model-description";
import { Output } from "./output";
import type { RunAction } from "./run-action";
import { parseIds } from "./words";
import { openEngine } from "../services/open-engine";

interface ImportWords {
  name?: string;
  segments?: string[];
  card?: string;
  json?: boolean;
}

/** `models import FILE` and `models remove ID`. */
export function addImportCommands(models: Command, run: RunAction): void {
  // The parent takes --json too, and commander gives it to the parent when both know it.
  const outputOf = (words: { json?: boolean }) =>
    new Output(words.json === true || models.opts<{ json?: boolean }>().json === true);
  models
    .command("import <file>")
    .description(
      "make a network that you bring (an .onnx file, or a model.json of TensorFlow.js) one of your models",
    )
    .option("--name <name>", "what it is called; its id is made of it")
    .option("--segments <names>", "names of the segments in the order of the output's channels", parseIds)
    .option("--card <file>", "a part of a model.json, in place of what is guessed from the network")
    .option("--json", "print the model as one JSON object")
    .action((file: string, words: ImportWords) => run(() => importModel(file, words, outputOf(words))));
  models
    .command("remove <id>")
    .description("delete a model that you imported, with its weights")
    .option("--json", "print one JSON object")
    .action((id: string, words: { json?: boolean }) => run(() => removeModel(id, outputOf(words))));
}

async function importModel(file: string, words: ImportWords, output: Output): Promise<ExitCode> {
  const store = new ModelStore();
  const engine = openEngine({ spare: false });
  const imports = new ModelImports(engine, store);
  try {
    const brought = await imports.begin(file);
    for (const note of brought.notes) output.note(note);
    const card = await cardOf(brought, words, store);
    const model = await imports.finish(brought.id, card);
    output.item(describeModel(model), () => `${describeCard(model.card)}\nKept in: ${model.folder}`);
    return exitCodes.done;
  } finally {
    await imports.close();
    await engine.close();
  }
}

/** The proposed card with what the command line says; a card's file first, as the single words are more explicit. */
async function cardOf({ card }: ModelImport, words: ImportWords, store: ModelStore): Promise<ModelCard> {
  const changed = words.card === undefined ? card : changeCard(card, await readCard(words.card), words.card);
  const named =
    words.name === undefined
      ? changed
      : { ...changed, name: words.name, id: await store.freeId(modelIdOf(words.name)) };
  return words.segments === undefined
    ? named
    : { ...named, output: nameOutput(named.output, words.segments) };
}

async function readCard(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: unknown) => {
    throw new SlicebenchError("MODEL_CARD_MISSING", "The card's file cannot be read.", { file, cause });
  });
}

async function removeModel(id: string, output: Output): Promise<ExitCode> {
  const store = new ModelStore();
  await store.remove(id);
  await store.purge();
  output.item({ id, removed: true }, () => `Removed ${id}.`);
  return exitCodes.done;
}
