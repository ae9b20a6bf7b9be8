import type { Command } from "commander";
import { userModelsFolder } from "../../services/installation";
import { ModelStore } from "../../services/models";
import { type ExitCode, exitCodes } from "../exit-codes";
import { addImportCommands } from "../import-commands";
import { describeCard, describeModel, formatModels } from "../model-description";
import { Output } from "../output";
import type { RunAction } from "../run-action";
import { addTurboOptions, turbo, type TurboWords } from "../turbo-command";

/** `models`, `models show ID`, `models import FILE`, `models remove ID`, `models turbo ID`: what can be run, and what is added to it. */
export function addModelsCommand(program: Command, run: RunAction): void {
  const models = program
    .command("models")
    .description("list the models that are installed")
    .option("--json", "print one JSON object a model")
    .action((options: { json?: boolean }) => run(() => listModels(new Output(options.json === true))));
  models
    .command("show <id>")
    .description("print a model's card")
    .option("--json", "print the card as one JSON object")
    .action((id: string, options: { json?: boolean }) =>
      // The parent takes --json too, and commander gives it to the parent when both know it.
      run(() =>
        showModel(id, new Output(options.json === true || models.opts<{ json?: boolean }>().json === true)),
      ),
    );
  addImportCommands(models, run);
  addTurboOptions(models.command("turbo <id...>")).action((ids: string[], words: TurboWords) =>
    run(() =>
      turbo(ids, words, new Output(words.json === true || models.opts<{ json?: boolean }>().json === true)),
    ),
  );
}

async function listModels(output: Output): Promise<ExitCode> {
  const { models, problems } = await new ModelStore().list();
  if (output.isJson) for (const model of models) output.item(describeModel(model), () => undefined);
  else if (models.length > 0) output.say(formatModels(models));
  else output.say("No model is installed.");
  for (const problem of problems) output.note(`${problem.file ?? ""}: ${problem.message}`);
  if (!output.isJson) output.note(`\nYour own models are kept in ${userModelsFolder()}`);
  return problems.length === 0 ? exitCodes.done : exitCodes.someFailed;
}

async function showModel(id: string, output: Output): Promise<ExitCode> {
  const [model] = await new ModelStore().find([id]);
  const { card } = model!;
  output.item({ ...card, bundled: model!.bundled, folder: model!.folder }, () => describeCard(card));
  return exitCodes.done;
}
