import type { Command } from "commander";
import type { ComparisonCase } from "../../core/comparison/record";
import { evaluateFolders } from "../../services/comparison/evaluate";
import { tellComparison } from "../comparison-output";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { describeError, Output } from "../output";
import { showProgress } from "../progress-display";
import type { RunAction } from "../run-action";
import { typedCommand } from "../words";

interface EvaluateWords {
  reference: string;
  out?: string;
  objects?: boolean;
  resume?: boolean;
  json?: boolean;
}

/** `evaluate PREDICTIONS... --reference DIR`: every metric between label maps of the same name. */
export function addEvaluateCommand(program: Command, run: RunAction): void {
  program
    .command("evaluate <predictions...>")
    .description("measure folders of label maps against those of the same name in another folder")
    .requiredOption("--reference <folder>", "the label maps to measure against, PNG or NIfTI")
    .option("--out <folder>", "where comparison.json, comparison.csv and report.html go, if wanted")
    .option("--objects", "count objects, the connected parts of the masks, and compare them")
    .option("--resume", "with --out: take over what an earlier run measured there")
    .option("--json", "print one JSON object a pair, then one a folder with the means, and one a ranking")
    .action((predictions: string[], words: EvaluateWords) => run(() => evaluate(predictions, words)));
}

async function evaluate(predictions: string[], words: EvaluateWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const { signal, release } = listenForInterrupt();
  const display = showProgress();
  try {
    const { record, files, failed, unreferenced } = await evaluateFolders(
      {
        predictions,
        reference: words.reference,
        resume: words.resume === true,
        objects: words.objects === true,
        command: typedCommand(),
        ...(words.out !== undefined && { out: words.out }),
      },
      {
        signal,
        onCase: (measured) => tellPairs(output, measured),
        onFailure: (failure) => {
          display.note(`Failed: ${describeError(failure.error)}`);
          output.item({ ok: false, kind: "pair", ...failure }, () => undefined);
        },
        onProgress: (progress) => display.update(progress),
      },
    );
    display.stop();
    for (const name of unreferenced) output.note(`${name}: no reference of this name; left out.`);
    tellComparison(output, record, files);
    return failed > 0 ? exitCodes.someFailed : exitCodes.done;
  } finally {
    display.stop();
    release();
  }
}

function tellPairs(output: Output, { input, unit, results }: ComparisonCase): void {
  for (const { model, output: prediction, segments, objects } of results)
    output.item(
      { ok: true, kind: "pair", name: input, model, prediction, unit, segments, objects },
      () => undefined,
    );
}
