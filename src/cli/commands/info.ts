import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { describeFile, type FileInfo } from "../../services/info";
import { relativeInput } from "../../services/output-names";
import { listFiles } from "../../services/scan-inputs";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { Output } from "../output";
import type { RunAction } from "../run-action";

interface InfoWords {
  pixels?: boolean;
  json?: boolean;
}

/** `info FILE...`: what files are, one object or paragraph each. */
export function addInfoCommand(program: Command, run: RunAction): void {
  program
    .command("info <file...>")
    .description("say what files are; of a folder, all that is in it")
    .option("--pixels", "decode the first and the last frame, and digest them")
    .option("--json", "print one JSON object a file")
    .action((files: string[], words: InfoWords) => run(() => describeFiles(files, words)));
}

async function describeFiles(given: string[], words: InfoWords): Promise<ExitCode> {
  const output = new Output(words.json === true);
  const { signal, release } = listenForInterrupt();
  let allWell = true;
  try {
    for (const path of given) {
      for (const file of await expandFolder(path)) {
        if (signal.aborted) return exitCodes.cancelled;
        const info = await describeFile(file, { pixels: words.pixels === true });
        allWell &&= info.ok;
        output.item(info, describeInfo);
      }
    }
  } finally {
    release();
  }
  return allWell ? exitCodes.done : exitCodes.someFailed;
}

/** A file keeps the name that the user gave it, also where it does not exist: that is its answer. */
async function expandFolder(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const { files } = await listFiles([path]);
  return files.map((found) => join(path, relativeInput(found)));
}

function describeInfo(info: FileInfo): string {
  if (!info.ok) return `${info.file}\n  ${info.error.message}`;
  const lines =
    info.kind === "non-image"
      ? [`No picture: ${info.description}`]
      : [
          `${info.rows} x ${info.columns}, ${info.frames} frame${info.frames === 1 ? "" : "s"}, ${info.photometricInterpretation}, ${info.bitsStored} of ${info.bitsAllocated} bits${info.signed ? ", signed" : ""}`,
          ...(info.pixelSpacing === null ? [] : [`${info.pixelSpacing.join(" x ")} mm between pixels`]),
          ...(info.windowCenter === null || info.windowWidth === null
            ? []
            : [`Window ${info.windowWidth} / ${info.windowCenter}`]),
          ...(info.sha256FirstFrame === undefined ? [] : [`First frame ${info.sha256FirstFrame}`]),
          ...(info.min === undefined || info.max === undefined || info.mean === undefined
            ? []
            : [`Values ${info.min} to ${info.max}, mean ${info.mean}`]),
        ];
  return [info.file, ...lines, ...info.warnings.map((warning) => `Warning: ${warning}`)].join("\n  ");
}
