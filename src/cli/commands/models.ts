import type { Command } from "commander";
import type { ModelCard } from "../../core/model-card";
import { userModelsFolder } from "../../services/installation";
import { ModelStore, type StoredModel } from "../../services/models";
import { type ExitCode, exitCodes } from "../exit-codes";
import { formatTable, Output } from "../output";
import type { RunAction } from "../run-action";

/** `models` and `models show ID`: what can be run, how large it is and how good it was measured to be. */
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
}

async function listModels(output: Output): Promise<ExitCode> {
  const { models, problems } = await new ModelStore().list();
  if (output.isJson) for (const model of models) output.item(describeModel(model), () => undefined);
  else if (models.length > 0) output.say(formatTable(tableHeads, models.map(tableRow)));
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

/** The list's fields, by name: what scripts choose a model by. */
function describeModel({ card, bundled, folder }: StoredModel): object {
  return {
    id: card.id,
    name: card.name,
    version: card.version,
    architecture: card.architecture,
    parameters: card.architecture.parameters,
    macs: card.architecture.macs,
    bytes: card.weights.bytes,
    input: card.input,
    segments: card.output.segments,
    dice: meanDice(card) ?? null,
    evaluation: card.evaluation ?? null,
    use: card.use,
    bundled,
    folder,
  };
}

const tableHeads = ["ID", "ARCHITECTURE", "PARAMETERS", "GMAC", "SIZE", "SEGMENTS", "DICE"];

function tableRow({ card }: StoredModel): string[] {
  return [
    card.id,
    architectureName(card),
    `${(card.architecture.parameters / 1e6).toFixed(1)} M`,
    (card.architecture.macs / 1e9).toFixed(1),
    `${(card.weights.bytes / 1e6).toFixed(1)} MB`,
    card.output.segments.map(({ label }) => label).join(", "),
    measuredDice(card),
  ];
}

function architectureName({ architecture: { family, encoder } }: ModelCard): string {
  return family.toLowerCase() === encoder.toLowerCase() ? family : `${family}, ${encoder}`;
}

/** Mean over segments of the test split's Dice; undefined where nothing was measured. */
function meanDice({ evaluation }: ModelCard): number | undefined {
  const values = Object.values(evaluation?.segments ?? {}).flatMap(({ dice }) => dice ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, dice) => sum + dice, 0) / values.length;
}

function measuredDice(card: ModelCard): string {
  const dice = meanDice(card);
  if (dice === undefined || card.evaluation === undefined) return "not measured";
  return `${dice.toFixed(3)} (n = ${card.evaluation.images})`;
}

function describeCard(card: ModelCard): string {
  const { architecture, input, output, training, evaluation } = card;
  const lines = [
    `${card.name} (${card.id}, version ${card.version})`,
    card.description,
    `Use: ${card.use}`,
    ...card.limits.map((limit) => `Limit: ${limit}`),
    `Architecture: ${architectureName(card)}, decoder ${architecture.decoder}, ${architecture.parameters.toLocaleString("en")} parameters, ${(architecture.macs / 1e9).toFixed(2)} GMAC at ${architecture.macsAt.rows} x ${architecture.macsAt.columns}`,
    `Input: ${input.channels} channel${input.channels > 1 ? "s" : ""}, ${describeSize(input.size)}, intensity by ${input.intensity.kind}`,
    `Segments: ${output.segments.map(({ value, label }) => `${value} ${label}`).join(", ")}`,
    ...(training === undefined
      ? []
      : [
          `Trained on: ${training.data}; ${training.split}; ${training.epochs} epochs, seed ${training.seed}`,
          `By: ${training.command}`,
        ]),
    ...(evaluation === undefined
      ? ["Measured: not yet"]
      : Object.entries(evaluation.segments).map(
          ([label, { dice, iou, hd95 }]) =>
            `Measured: ${label}: Dice ${figure(dice)}, IoU ${figure(iou)}, HD95 ${figure(hd95, 1)} ${evaluation.unit}, over ${evaluation.images} images of ${evaluation.subjects} subjects (${evaluation.data}, ${evaluation.date})`,
        )),
    `Licence: ${card.licence}`,
    ...card.citation.map((citation) => `Cite: ${citation}`),
  ];
  return lines.join("\n");
}

function describeSize(size: ModelCard["input"]["size"]): string {
  switch (size.kind) {
    case "fit":
      return `fitted into ${size.rows} x ${size.columns}`;
    case "tiles":
      return `tiles of ${size.rows} x ${size.columns}, ${Math.round(size.overlap * 100)} % overlap`;
    case "multiple-of":
      return `any size, padded to a multiple of ${size.multiple}`;
  }
}

const figure = (value: number | null, digits = 3): string => value?.toFixed(digits) ?? "n/a";
