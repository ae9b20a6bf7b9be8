import type { Command } from "commander";
import { compareBatch } from "../../services/comparison/compare";
import { ModelStore } from "../../services/models";
import { openEngine } from "../../services/open-engine";
import { scanInputs } from "../../services/scan-inputs";
import { tellComparison, tellComparisonEvent } from "../comparison-output";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { Output } from "../output";
import { showProgress } from "../progress-display";
import type { RunAction } from "../run-action";
import { parseIds, typedCommand } from "../words";

interface CompareWords {
  models: string[];
  out: string;
  reference?: string[];
  objects?: boolean;
  probabilities?: boolean;
  robustness?: boolean;
  withNames?: boolean;
  resume?: boolean;
  json?: boolean;
}

/** `compare INPUT... --models A,B,C --out DIR`: runs them all, measures, and reports which one to trust at what cost. */
export function addCompareCommand(program: Command, run: RunAction): void {
  program
    .command("compare <input...>")
    .description(
      "run several models on the same pictures, measure them, and report what they are worth and cost",
    )
    .requiredOption("--models <ids>", "models by id, separated by commas", parseIds)
    .requiredOption("--out <folder>", "where label maps, comparison.json, comparison.csv and report.html go")
    .option("--reference <path...>", "label maps to measure against, named after the pictures")
    .option(
      "--objects",
      "count objects and compare them; references without a segmentation.json then number their objects",
    )
    .option(
      "--probabilities",
      "also write probability maps and measure their calibration; objects are then parted by watershed",
    )
    .option(
      "--robustness",
      "run the models again on slices with noise, blur, another gamma and turned, and say how far masks hold",
    )
    .option("--with-names", "leave patients' names in the paths that the report shows")
    .option("--resume", "go on where an earlier run stopped, by content and model")
    .option("--json", "print one JSON object a label map, a case, a model and a ranking")
    .action((inputs: string[], words: CompareWords) => run(() => compare(inputs, words)));
}

async function compare(paths: string[], words: CompareWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const models = await new ModelStore().find(words.models);
  const { signal, release } = listenForInterrupt();
  const display = showProgress();
  try {
    const inputs = await scanInputs(paths, { resultsFolder: words.out, signal });
    const { record, files, failed } = await compareBatch(
      () => openEngine({ spare: false }),
      {
        inputs,
        models,
        out: words.out,
        resume: words.resume === true,
        engineName: "onnxruntime",
        objects: words.objects === true,
        probabilities: words.probabilities === true,
        robustness: words.robustness === true,
        withNames: words.withNames === true,
        command: typedCommand(),
        ...(words.reference && { references: words.reference }),
      },
      { signal, onEvent: (event) => tellComparisonEvent(event, { output, display }) },
    );
    display.stop();
    tellComparison(output, record, files);
    return failed > 0 ? exitCodes.someFailed : exitCodes.done;
  } finally {
    display.stop();
    release();
  }
}
