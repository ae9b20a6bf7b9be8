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

/** In the place of a layer: what was drawn on the images, without segments. */
const measurementsWord = "measurements";

/** `export LAYER --format A,B --out DIR`: a layer, or measurements, for other programs. */
export function addExportCommand(program: Command, run: RunAction): void {
  program
    .command("export <layer>")
    .description(
      "write a layer of the workspace, a folder that `segment` wrote, or the `measurements` drawn on images, for other programs",
    )
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
    const sources = isFolder
      ? [await folderSource(workstation, layer, words.source)]
      : layer === measurementsWord
        ? await measurementSources(workstation, words.source)
        : [await layerSource(workstation, layer, words.source)];
    let failures = 0;
    for (const source of sources) {
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
      failures += failed;
    }
    return failures > 0 ? exitCodes.someFailed : exitCodes.done;
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
    if (workstation.studies.has(seriesId)) return workstation.exports.source({ layerId });
  }
  throw new SlicebenchError(
    "EXPORT_SERIES_NOT_FOUND",
    "The images that this layer was made on are not there.",
    {
      hint: "Name their folder with --source. Images that were changed since are others.",
    },
  );
}

/** What was drawn on each series of the images; where on several, their files are numbered. */
async function measurementSources(
  workstation: Workstation,
  paths: readonly string[] | undefined,
): Promise<ExportSource[]> {
  if (paths === undefined) {
    throw new SlicebenchError("USAGE", "Measurements are those of images, and none are named.", {
      hint: "Name them with --source.",
    });
  }
  const measured: ExportSource[] = [];
  for (const seriesId of await openSeries(workstation, paths)) {
    if (workstation.measurements.has(seriesId)) measured.push(await workstation.exports.source({ seriesId }));
  }
  if (measured.length === 0)
    throw new SlicebenchError("EXPORT_NOT_MEASURED", "Nothing was measured on these images.", {
      hint: "Draw on them in the window, or name another workspace with --workspace.",
    });
  return measured.map((source, at) =>
    measured.length === 1 ? source : { ...source, name: `${source.name} ${at + 1}` },
  );
}

async function openSeries(workstation: Workstation, paths: readonly string[]): Promise<string[]> {
  workstation.studies.open(paths.map((path) => resolve(path)));
  await workstation.jobs.idle();
  return workstation.studies.list().flatMap((study) => study.series.map(({ id }) => id));
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
  for (const id of await openSeries(workstation, paths)) {
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
