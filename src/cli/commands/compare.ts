import type { Command } from "commander";
import { ProcessEngine } from "../../engine/process-engine";
import { compareBatch, type CompareSummary } from "../../services/compare-batch";
import { ModelStore } from "../../services/models";
import { scanInputs } from "../../services/scan-inputs";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { formatTable, Output } from "../output";
import { showProgress } from "../progress-display";
import type { RunAction } from "../run-action";
import { tellSegmentEvent } from "../segment-events";
import { parseIds } from "../words";

interface CompareWords {
  models: string[];
  out: string;
  reference?: string[];
  resume?: boolean;
  json?: boolean;
}

/** `compare INPUT... --models A,B,C --out DIR`: runs them all, measures, and shows where they differ. */
export function addCompareCommand(program: Command, run: RunAction): void {
  program
    .command("compare <input...>")
    .description("run several models on the same pictures, measure them, and show where they differ")
    .requiredOption("--models <ids>", "models by id, separated by commas", parseIds)
    .requiredOption("--out <folder>", "where label maps, comparison.json, comparison.csv and the sheet go")
    .option("--reference <path...>", "label maps to measure against, named after the pictures")
    .option("--resume", "leave alone what is done already, by content and model")
    .option("--json", "print one JSON object a frame, then one a model")
    .action((inputs: string[], words: CompareWords) => run(() => compare(inputs, words)));
}

async function compare(paths: string[], words: CompareWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const models = await new ModelStore().find(words.models);
  const { signal, release } = listenForInterrupt();
  const engine = new ProcessEngine({ spare: false });
  const display = showProgress();
  try {
    const inputs = await scanInputs(paths, { resultsFolder: words.out, signal });
    const summary = await compareBatch(
      engine,
      {
        inputs,
        models,
        out: words.out,
        resume: words.resume === true,
        engineName: "onnxruntime",
        ...(words.reference && { references: words.reference }),
      },
      { signal, onEvent: (event) => tellSegmentEvent(event, { output, display }) },
    );
    display.stop();
    tellSummary(output, summary);
    return summary.failed > 0 ? exitCodes.someFailed : exitCodes.done;
  } finally {
    display.stop();
    await engine.close();
    release();
  }
}

function tellSummary(output: Output, { record, files }: CompareSummary): void {
  const rows = record.models.map(({ id }) => ({ model: id, ...record.summary[id]! }));
  if (output.isJson) for (const row of rows) output.item({ kind: "summary", ...row }, () => undefined);
  const figure = (value: number | null | undefined, digits: number): string =>
    value?.toFixed(digits) ?? "n/a";
  output.say(
    formatTable(
      ["model", "segment", "frames", "dice", "iou", "hd95", "ms a frame"],
      rows.flatMap(({ model, cases, millisecondsPerFrame, segments }) =>
        Object.entries(segments).map(([label, { dice, iou, hd95 }]) => [
          model,
          label,
          String(cases),
          figure(dice.mean, 4),
          figure(iou.mean, 4),
          figure(hd95.mean, 2),
          figure(millisecondsPerFrame, 1),
        ]),
      ),
    ),
  );
  if (!record.hasReference)
    output.note("No reference was found: the models were measured against each other only.");
  output.note(`Results: ${files.json}, ${files.csv}, ${files.sheet}`);
}
