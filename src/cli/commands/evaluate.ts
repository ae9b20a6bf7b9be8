import type { Command } from "commander";
import { metricKeys } from "../../core/metrics/measure";
import { evaluateFolders, type EvaluationSummary } from "../../services/evaluate";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { describeError, formatTable, Output } from "../output";
import type { RunAction } from "../run-action";

interface EvaluateWords {
  reference: string;
  json?: boolean;
}

/** `evaluate PREDICTIONS --reference DIR`: every metric between label maps of the same name. */
export function addEvaluateCommand(program: Command, run: RunAction): void {
  program
    .command("evaluate <predictions>")
    .description("measure label maps against those of the same name in another folder")
    .requiredOption("--reference <folder>", "the label maps to measure against, PNG or NIfTI")
    .option("--json", "print one JSON object a pair, then one with the means")
    .action((predictions: string, words: EvaluateWords) => run(() => evaluate(predictions, words)));
}

async function evaluate(predictions: string, words: EvaluateWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const { signal, release } = listenForInterrupt();
  try {
    const summary = await evaluateFolders(
      { predictions, reference: words.reference },
      {
        signal,
        onPair: (pair) => output.item({ ok: true, kind: "pair", ...pair }, () => undefined),
        onFailure: (failure) => {
          output.note(`Failed: ${describeError(failure.error)}`);
          output.item({ ok: false, kind: "pair", ...failure }, () => undefined);
        },
      },
    );
    for (const name of summary.unreferenced) output.note(`${name}: no reference of this name; left out.`);
    output.item({ kind: "summary", ...summary }, describeSummary);
    return summary.failed > 0 ? exitCodes.someFailed : exitCodes.done;
  } finally {
    release();
  }
}

function describeSummary({ pairs, means }: EvaluationSummary): string {
  const labels = Object.keys(means);
  const rows = metricKeys.map((key) => [
    key,
    ...labels.flatMap((label) => {
      const { mean, n } = means[label]![key];
      return [mean?.toFixed(4) ?? "n/a", String(n)];
    }),
  ]);
  const heads = ["metric", ...labels.flatMap((label) => [label, "n"])];
  return `${pairs} pair${pairs === 1 ? "" : "s"}\n${formatTable(heads, rows)}`;
}
