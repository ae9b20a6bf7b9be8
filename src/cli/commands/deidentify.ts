import type { Command } from "commander";
import { CancelledError, SlicebenchError } from "../../core/errors";
import {
  type DeidentifyEvent,
  type DeidentifyOptions,
  deidentifyFiles,
  type DeidentifySummary,
} from "../../services/deidentify";
import { readDeidentificationKey } from "../../services/deidentification-key";
import type { SummarisedChange } from "../../services/change-summary";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { describeError, formatTable, Output } from "../output";
import { showProgress } from "../progress-display";
import type { RunAction } from "../run-action";

interface DeidentifyWords extends Partial<DeidentifyOptions> {
  out?: string;
  key?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** `deidentify INPUT... --out DIR`: DICOM files without what says whose they are. */
export function addDeidentifyCommand(program: Command, run: RunAction): void {
  program
    .command("deidentify <input...>")
    .description("write DICOM files without what says whose they are (PS3.15 annex E)")
    .option("--out <folder>", "where the new files go: a folder that is empty or not there yet")
    .option("--retain-uids", "keep UIDs, so that the files can be matched with the old ones")
    .option("--shift-dates", "move each patient's dates by the same number of days instead of removing them")
    .option("--clean-descriptors", "keep the words of imaging in descriptions instead of removing them")
    .option(
      "--key <file>",
      "continue the pseudonyms of the runs with this key; it is made where there is none",
    )
    .option("--dry-run", "write nothing; show what would change, with the values as they are")
    .option("--json", "print one JSON object a file, and a summary")
    .action((inputs: string[], words: DeidentifyWords) => run(() => deidentify(inputs, words)));
}

async function deidentify(paths: string[], words: DeidentifyWords): Promise<ExitCode> {
  const isDry = words.dryRun === true;
  if (!isDry && words.out === undefined) {
    throw new SlicebenchError("USAGE", "Say where the new files go, with --out.", {
      hint: "Or look first, with --dry-run.",
    });
  }
  const output = new Output(words.json === true);
  const secret =
    words.key === undefined ? undefined : await readDeidentificationKey(words.key, { create: !isDry });
  const { signal, release } = listenForInterrupt();
  const display = showProgress();
  const startedAt = performance.now();
  try {
    const summary = await deidentifyFiles(
      {
        paths,
        out: isDry ? undefined : words.out,
        secret,
        options: {
          retainUids: words.retainUids === true,
          shiftDates: words.shiftDates === true,
          cleanDescriptors: words.cleanDescriptors === true,
        },
      },
      {
        signal,
        onEvent: (event) => tellEvent(event, { output, note: (text) => display.note(text), isDry }),
        onProgress: (done, total) => {
          const perSecond = (done * 1000) / (performance.now() - startedAt);
          display.update({ done, total, perSecond, remainingMs: ((total - done) * 1000) / perSecond });
        },
      },
    );
    display.stop();
    if (isDry) output.say(describeChanges(summary.changes));
    output.item({ kind: "summary", ...withoutValues(summary, isDry) }, () => undefined);
    for (const { message, files } of summary.warnings) {
      output.note(`Warning: ${message} (${files} file${files === 1 ? "" : "s"})`);
    }
    output.note(describeSummary(summary, words));
    return summary.failed > 0 ? exitCodes.someFailed : exitCodes.done;
  } catch (thrown) {
    if (thrown instanceof CancelledError) return exitCodes.cancelled;
    throw thrown;
  } finally {
    display.stop();
    release();
  }
}

function tellEvent(
  event: DeidentifyEvent,
  { output, note, isDry }: { output: Output; note: (sentence: string) => void; isDry: boolean },
): void {
  const { file } = event;
  switch (event.type) {
    case "done": {
      const { changes, warnings } = event;
      const written = isDry ? {} : { output: event.output };
      output.item(
        { ok: true, kind: "file", file, ...written, changes: changes.length, warnings },
        () => undefined,
      );
      return;
    }
    case "left-out":
      note(`${file}: left out. ${event.why}`);
      output.item({ ok: true, kind: "left-out", file, why: event.why }, () => undefined);
      return;
    case "failed":
      note(`Failed: ${describeError({ ...event.error, file })}`);
      output.item({ ok: false, kind: "file", file, error: event.error }, () => undefined);
  }
}

/** Patients' values are printed only where somebody asked to see them. */
function withoutValues(summary: DeidentifySummary, isDry: boolean): object {
  if (isDry) return summary;
  return { ...summary, changes: summary.changes.map(({ examples: _examples, ...change }) => change) };
}

function describeChanges(changes: readonly SummarisedChange[]): string {
  const rows = changes.map(({ tag, name, action, files, examples }) => {
    const [example] = examples;
    const values = example === undefined ? "" : `${example.before}${example.after && ` -> ${example.after}`}`;
    return [tag, name, action, String(files), values];
  });
  return formatTable(["Attribute", "", "Change", "Files", "For example"], rows);
}

function describeSummary(summary: DeidentifySummary, { out, dryRun }: DeidentifyWords): string {
  const { done, leftOut, failed } = summary;
  const verb = dryRun === true ? "would be de-identified" : "de-identified";
  const parts = [
    `${done} file${done === 1 ? "" : "s"} ${verb}`,
    ...(leftOut > 0 ? [`${leftOut} left out`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return `${parts.join(", ")}.${dryRun === true ? "" : ` Results: ${out}`}`;
}
