import type { Command } from "commander";
import { Option } from "commander";
import { SlicebenchError } from "../../core/errors";
import { providerName } from "../../core/execution-providers";
import { EnginePool } from "../../engine/engine-pool";
import { shareCores } from "../../engine/share-cores";
import { EngineSegmenter, type FrameSegmenter } from "../../services/frame-segmenter";
import { ModelStore, type StoredModel } from "../../services/models";
import { openEngine } from "../../services/open-engine";
import { QueueSegmenter } from "../../services/queue/queue-segmenter";
import { SharedFolder } from "../../services/queue/shared-folder";
import { scanInputs } from "../../services/scan-inputs";
import { segmentBatch, type SegmentSummary } from "../../services/segment";
import { type SegmentFormat, segmentFormats } from "../../services/segment-batch";
import { type ExitCode, exitCodes } from "../exit-codes";
import { listenForInterrupt } from "../interrupt";
import { Output } from "../output";
import type { RunAction } from "../run-action";
import { showProgress } from "../progress-display";
import { tellSegmentEvent } from "../segment-events";
import { parseCount, parseIds } from "../words";

interface SegmentWords {
  model: string[];
  out: string;
  format: SegmentFormat[];
  probabilities?: boolean;
  resume?: boolean;
  engine: "onnxruntime";
  processes?: number;
  queue?: string;
  share?: string;
  chunk: number;
  json?: boolean;
}

/** `segment INPUT... --model ID[,ID...] --out DIR`: label maps of files, folders and series. */
export function addSegmentCommand(program: Command, run: RunAction): void {
  program
    .command("segment <input...>")
    .description("write label maps of files, folders (with all that is in them) and series")
    .requiredOption("--model <ids>", "models by id, separated by commas", parseIds)
    .requiredOption("--out <folder>", "where the label maps and segmentation.json go")
    .addOption(
      new Option(
        "--format <formats>",
        "by comma: png (one a frame), nifti, seg (DICOM) or coco (one a series)",
      )
        .default(["png"], "png")
        .argParser(parseFormats),
    )
    .option("--probabilities", "with png: also one 16-bit PNG a segment, in which 65535 is certain")
    .option("--resume", "leave alone what is done already, by content and model")
    .addOption(
      new Option("--engine <engine>", "what executes the models")
        .choices(["onnxruntime"])
        .default("onnxruntime"),
    )
    .option(
      "--processes <count>",
      "engine processes that share frames and cores; default one for four cores, where memory allows",
      parseCount,
    )
    .option("--queue <address>", "have it done by `slicebench worker`s that listen on this Redis server")
    .option(
      "--share <folder>",
      "with --queue: the folder that all machines see; inputs and results lie in it",
    )
    .option("--chunk <frames>", "with --queue: frames that a worker takes at a time", parseCount, 16)
    .option("--json", "print one JSON object a frame")
    .action((inputs: string[], words: SegmentWords) => run(() => segment(inputs, words)));
}

function parseFormats(text: string): SegmentFormat[] {
  return parseIds(text).map((word) => {
    const format = segmentFormats.find((each) => each === word);
    if (format !== undefined) return format;
    throw new SlicebenchError("USAGE", `There is no format "${word}".`, {
      hint: `Use one of: ${segmentFormats.join(", ")}.`,
    });
  });
}

async function segment(paths: string[], words: SegmentWords): Promise<ExitCode> {
  if (words.probabilities === true && !words.format.includes("png")) {
    throw new SlicebenchError("USAGE", "Probability maps are PNGs beside the label maps.", {
      hint: "Add png to --format.",
    });
  }
  const output = new Output(words.json === true);
  const models = await new ModelStore().find(words.model);
  const { signal, release } = listenForInterrupt();
  const display = showProgress();
  /** How many failed of each cause: of ten thousand pictures nobody reads every line. */
  const causes = new Map<string, number>();
  /** What ran the models, in words; of several, as with workers elsewhere, each. */
  const executed = new Set<string>();
  const { segmenter, close } = await openSegmenter(words, models, output);
  try {
    const inputs = await scanInputs(paths, { resultsFolder: words.out, signal });
    const summary = await segmentBatch(
      segmenter,
      {
        inputs,
        models,
        out: words.out,
        formats: words.format,
        probabilities: words.probabilities === true,
        resume: words.resume === true,
        engineName: words.engine,
      },
      {
        signal,
        onEvent: (event) => {
          if (event.type === "frame-done" && event.provider !== undefined)
            executed.add(
              [`Ran on ${providerName(event.provider)}.`, event.providerNote].filter(Boolean).join(" "),
            );
          if ("error" in event) causes.set(event.error.code, (causes.get(event.error.code) ?? 0) + 1);
          tellSegmentEvent(event, { output, display });
        },
      },
    );
    display.stop();
    output.note(describeSummary(summary, words.out));
    for (const words of executed) output.note(words);
    for (const [code, count] of [...causes].sort()) output.note(`  ${code}: ${count}`);
    if (summary.cancelled) return exitCodes.cancelled;
    return summary.failed > 0 ? exitCodes.someFailed : exitCodes.done;
  } finally {
    display.stop();
    await close();
    release();
  }
}

/** Who does the frames: the engine of this machine, or workers on a queue. */
async function openSegmenter(
  { queue: address, share, chunk, format, processes: wanted }: SegmentWords,
  models: readonly StoredModel[],
  output: Output,
): Promise<{ segmenter: FrameSegmenter; close: () => Promise<void> }> {
  if (address === undefined) {
    const parameters = models.reduce((sum, { card }) => sum + card.architecture.parameters, 0);
    const { processes, threads } = shareCores({ processes: wanted, parameters });
    const engine = new EnginePool(
      Array.from({ length: processes }, () => openEngine({ spare: false, threads })),
    );
    return { segmenter: new EngineSegmenter(engine, processes), close: () => engine.close() };
  }
  if (wanted !== undefined) {
    throw new SlicebenchError(
      "USAGE",
      "With --queue, workers do the frames, not processes of this command.",
      {
        hint: "Leave --processes out, and start as many workers as you want.",
      },
    );
  }
  if (share === undefined || !format.includes("png")) {
    throw new SlicebenchError("USAGE", "Workers write PNGs into a folder that all machines see.", {
      hint: "Name it with --share, and add png to --format.",
    });
  }
  const segmenter = await QueueSegmenter.open({
    address,
    share: await SharedFolder.open(share),
    chunkFrames: chunk,
  });
  const workers = await segmenter.workers();
  output.note(
    workers === 0
      ? "No worker listens yet: start `slicebench worker` with the same --queue, here or elsewhere."
      : `${workers} worker${workers === 1 ? " listens" : "s listen"}.`,
  );
  return { segmenter, close: () => segmenter.close() };
}

function describeSummary({ written, skipped, failed, cancelled }: SegmentSummary, out: string): string {
  if (written + skipped + failed === 0 && !cancelled) return "There is no picture to segment.";
  const parts = [
    `${written} label map${written === 1 ? "" : "s"} made`,
    ...(skipped > 0 ? [`${skipped} left as they were`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled ? ["cancelled"] : []),
  ];
  return `${parts.join(", ")}. Results: ${out}`;
}
