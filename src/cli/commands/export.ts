import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { SlicebenchError } from "../../core/errors";
import { type ExportFormat, exportFormats } from "../../core/export-formats";
import { readFolderSource } from "../../services/export-folder";
import type { ExportSource } from "../../services/export-source";
import { exportSegments } from "../../services/exports";
import { openLocalWorkstation } from "../../services/local-workstation";
import type { Workstation } from "../../services/workstation";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { describeError, Output } from "../output";
import type { RunAction } from "../run-action";
import { parseIds } from "../words";

interface ExportWords {
  format: ExportFormat[];
  out: string;
  source?: string[];
  workspace?: string;
  frame?: number;
  json?: boolean;
}

/** `export LAYER --format A,B --out DIR`: a layer for other programs. */
export function addExportCommand(program: Command, run: RunAction): void {
  program
    .command("export <layer>")
    .description("write a layer of the workspace, or a folder that `segment` wrote, for other programs")
    .requiredOption("--format <formats>", `by comma: ${exportFormats.join(", ")}`, parseFormats)
    .requiredOption("--out <folder>", "where the files go; what is there is never written over")
    .option("--source <paths...>", "the images; without it, where they were opened last")
    .option("--workspace <file>", "the file that remembers layers")
    .option("--frame <number>", "for sc: which frame of the series, from 0", parseFrame)
    .option("--json", "print one JSON object a file")
    .action((layer: string, words: ExportWords) => run(() => exportLayer(layer, words)));
}

function parseFormats(text: string): ExportFormat[] {
  return parseIds(text).map((word) => {
    const format = exportFormats.find((each) => each === word);
    if (format !== undefined) return format;
    throw new SlicebenchError("USAGE", `There is no format "${word}".`, {
      hint: `Use one of: ${exportFormats.join(", ")}.`,
    });
  });
}

function parseFrame(text: string): number {
  const frame = Number(text);
  if (Number.isInteger(frame) && frame >= 0) return frame;
  throw new InvalidArgumentError("A frame is a whole number from 0 on.");
}

async function exportLayer(layer: string, words: ExportWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const { signal, release } = listenForInterrupt();
  const isFolder = existsSync(layer);
  // A folder needs nothing that the workspace remembers.
  const workstation = openLocalWorkstation({ workspaceFile: isFolder ? ":memory:" : words.workspace });
  try {
    const source = isFolder
      ? await folderSource(workstation, layer, words.source)
      : await layerSource(workstation, layer, words.source);
    const { failed } = await exportSegments(
      source,
      { formats: words.format, folder: resolve(words.out), frame: words.frame, onTaken: "refuse" },
      {
        decode: (reference) => workstation.decode(reference),
        signal,
        onWritten: (file, format) => output.item({ ok: true, format, file }, () => file),
        onFailure: (format, error) => {
          output.note(`${format}: ${describeError(error)}`);
          output.item({ ok: false, format, error }, () => undefined);
        },
      },
    );
    return failed > 0 ? exitCodes.someFailed : exitCodes.done;
  } finally {
    await workstation.close();
    release();
  }
}

/** Opens the images of a layer, as the workspace remembers them or as they are named. */
async function layerSource(
  workstation: Workstation,
  layerId: string,
  paths: readonly string[] | undefined,
): Promise<ExportSource> {
  const { seriesId } = workstation.layers.get(layerId);
  const candidates = paths === undefined ? workstation.recent.list().map(({ path }) => [path]) : [paths];
  for (const candidate of candidates) {
    workstation.studies.open(candidate.map((path) => resolve(path)));
    await workstation.jobs.idle();
    if (workstation.studies.has(seriesId)) return workstation.exports.source(layerId);
  }
  throw new SlicebenchError(
    "EXPORT_SERIES_NOT_FOUND",
    "The images that this layer was made on are not there.",
    {
      hint: "Name their folder with --source. Images that were changed since are others.",
    },
  );
}

async function folderSource(
  workstation: Workstation,
  folder: string,
  paths: readonly string[] | undefined,
): Promise<ExportSource> {
  if (paths === undefined) {
    throw new SlicebenchError("USAGE", "A folder of label maps does not hold their images.", {
      hint: "Name them with --source.",
    });
  }
  workstation.studies.open(paths.map((path) => resolve(path)));
  await workstation.jobs.idle();
  const series = workstation.studies.list().flatMap((study) => study.series);
  for (const { id } of series) {
    try {
      return await readFolderSource(folder, workstation.studies.series(id));
    } catch (thrown) {
      if (!(thrown instanceof SlicebenchError && thrown.code === "REFERENCE_UNPAIRED")) throw thrown;
    }
  }
  throw new SlicebenchError(
    "EXPORT_SERIES_NOT_FOUND",
    "None of these images is one that the label maps were made on.",
    {
      hint: "Name the folder that was segmented with --source.",
    },
  );
}
