import { type Command, InvalidArgumentError } from "commander";
import type { NodeDescription, ReceptiveField } from "../../core/onnx/describe";
import {
  type ArchitectureDescription,
  type ArchitectureSummary,
  describeArchitecture,
  describeArchitectures,
} from "../../services/architectures";
import { type ExitCode, exitCodes } from "../exit-codes";
import { formatTable, Output } from "../output";
import type { RunAction } from "../run-action";
import { parseCount } from "../words";

interface ShowWords {
  width?: number;
  size?: { rows: number; columns: number };
  channels?: number;
  classes?: number;
  json?: boolean;
}

/** `zoo` and `zoo show ARCH`: the architectures, what they are made of and what they cost. */
export function addZooCommand(program: Command, run: RunAction): void {
  const command = program
    .command("zoo")
    .description("list the architectures: layers, parameters, multiply-adds, receptive field")
    .option("--json", "print one JSON object an architecture")
    .action((words: { json?: boolean }) =>
      run(() => Promise.resolve(listZoo(new Output(words.json === true)))),
    );
  command
    .command("show <architecture>")
    .description("print an architecture layer by layer")
    .option("--width <factor>", "factor on every channel count; 1 is as published", parsePositive)
    .option("--size <rows>x<columns>", "of the image, such as 256x256", parseSize)
    .option("--channels <count>", "of the image: 1 for grey, 3 for colour", parseCount)
    .option("--classes <count>", "channels of the output, background included", parseCount)
    .option("--json", "print one JSON object with every layer")
    .action((id: string, words: ShowWords) =>
      // The parent takes --json too, and commander gives it to the parent when both know it.
      run(() =>
        Promise.resolve(
          showArchitecture(
            id,
            words,
            new Output(words.json === true || command.opts<{ json?: boolean }>().json === true),
          ),
        ),
      ),
    );
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("A number above 0 is wanted.");
}

function parseSize(text: string): { rows: number; columns: number } {
  const [, rows, columns] = /^(\d{1,5})x(\d{1,5})$/i.exec(text) ?? [];
  if (rows === undefined || columns === undefined) throw new InvalidArgumentError("Write it as 256x256.");
  return { rows: parseCount(rows), columns: parseCount(columns) };
}

function listZoo(output: Output): ExitCode {
  const architectures = describeArchitectures();
  if (output.isJson) for (const each of architectures) output.item(each, () => undefined);
  else output.say(formatTable(heads, architectures.map(tableRow)));
  return exitCodes.done;
}

const heads = ["ID", "ARCHITECTURE", "YEAR", "LAYERS", "PARAMETERS", "GMAC", "AT", "RECEPTIVE FIELD"];

function tableRow(each: ArchitectureSummary): string[] {
  return [
    each.id,
    each.name,
    String(each.year),
    String(each.weightedLayers),
    each.parameters.toLocaleString("en"),
    (each.multiplyAdds / 1e9).toFixed(2),
    `${each.options.inputChannels} x ${each.options.rows} x ${each.options.columns}`,
    describeField(each.receptiveField),
  ];
}

function describeField(field: ReceptiveField | undefined): string {
  if (field === undefined) return "unknown";
  return field === "image" ? "whole image" : field.size.join(" x ");
}

function showArchitecture(id: string, words: ShowWords, output: Output): ExitCode {
  const { width, size, channels: inputChannels, classes } = words;
  const architecture = describeArchitecture(id, {
    ...size,
    ...(width !== undefined && { width }),
    ...(inputChannels !== undefined && { inputChannels }),
    ...(classes !== undefined && { classes }),
  });
  output.item(architecture, describeInWords);
  return exitCodes.done;
}

function describeInWords(architecture: ArchitectureDescription): string {
  const { name, paper, year, options, layers, weightedLayers } = architecture;
  const { inputChannels, rows, columns, classes, width } = options;
  return [
    `${name} (${architecture.id}, ${year})`,
    `${paper.authors}: ${paper.title}. ${paper.venue}. ${paper.url}`,
    `Input ${inputChannels} x ${rows} x ${columns}, ${classes} classes, width ${width}`,
    `${weightedLayers} layers with weights, ${architecture.parameters.toLocaleString("en")} parameters, ${(architecture.multiplyAdds / 1e9).toFixed(2)} GMAC, receptive field ${describeField(architecture.receptiveField)}`,
    "",
    formatTable(
      ["LAYER", "OPERATOR", "OUTPUT", "PARAMETERS", "MMAC", "RECEPTIVE FIELD"],
      layers.map(layerRow),
    ),
  ].join("\n");
}

function layerRow(layer: NodeDescription): string[] {
  return [
    layer.name,
    layer.operator,
    layer.outputs[0]?.shape?.slice(1).map(String).join(" x ") ?? "unknown",
    layer.parameters === 0 ? "" : layer.parameters.toLocaleString("en"),
    layer.multiplyAdds === undefined
      ? "unknown"
      : layer.multiplyAdds === 0
        ? ""
        : (layer.multiplyAdds / 1e6).toFixed(1),
    describeField(layer.receptiveField),
  ];
}
