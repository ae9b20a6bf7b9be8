import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { SlicebenchError } from "../core/errors";
import type { FrameSegmenter } from "./frame-segmenter";
import type { InputFrame, ScannedInputs } from "./inputs";
import { ModelBatch } from "./model-batch";
import type { StoredModel } from "./models";
import { frameFileName, nameOutputs, relativeInput } from "./output-names";
import { RateMeter } from "./progress";
import type { SegmentBatch, SegmentEvent } from "./segment-batch";
import { outputExists, readOwnedOutputs } from "./segmentation-folder";

/** How a batch ended. */
export interface SegmentSummary {
  written: number;
  skipped: number;
  failed: number;
  cancelled: boolean;
}

export interface SegmentOptions {
  signal?: AbortSignal;
  onEvent?: (event: SegmentEvent) => void;
}

/**
 * Runs models over inputs and writes label maps with their record. What fails is told and recorded, and the
 * rest goes on. A cancel leaves what was finished in place, with a valid record.
 * Throws OUTPUT_OVER_INPUT and OUTPUT_EXISTS before anything is written where a result would have the name of an
 * input, or of a file that no run wrote.
 */
export async function segmentBatch(
  segmenter: FrameSegmenter,
  batch: SegmentBatch,
  options: SegmentOptions = {},
): Promise<SegmentSummary> {
  const names = nameFiles(batch.inputs);
  await requireOwnOutputs(batch, names);
  const summary: SegmentSummary = { written: 0, skipped: 0, failed: 0, cancelled: false };
  const tell = (event: SegmentEvent): void => {
    if (event.type === "file-failed" || event.type === "frame-failed" || event.type === "volume-failed") {
      summary.failed++;
    } else if (event.type === "frame-done") summary[event.state]++;
    options.onEvent?.(event);
  };
  for (const failure of batch.inputs.failures) {
    tell({ type: "file-failed", input: relativeInput(failure), error: failure.error });
  }
  for (const other of batch.inputs.others) {
    tell({ type: "file-ignored", input: relativeInput(other), what: other.what });
  }
  const frames = batch.inputs.series.reduce((total, series) => total + series.frames.length, 0);
  const meter = new RateMeter(frames * batch.models.length);
  const hashes = new Map<string, Promise<string>>();
  for (const model of batch.models) {
    if (options.signal?.aborted === true) break;
    const folder = outputFolder(batch.out, model, batch.models.length);
    await new ModelBatch({
      segmenter,
      batch,
      model,
      folder,
      names,
      hashes,
      meter,
      tell,
      signal: options.signal,
    }).run();
  }
  summary.cancelled = options.signal?.aborted === true;
  return summary;
}

/** Folder of one model's results. */
export function outputFolder(out: string, model: StoredModel, modelCount: number): string {
  return modelCount > 1 ? join(out, model.card.id) : out;
}

/** The result's name of each file, by the file's path. */
function nameFiles(inputs: ScannedInputs): Map<string, string> {
  const files = new Map<string, InputFrame>();
  for (const series of inputs.series) for (const frame of series.frames) files.set(frame.file, frame);
  const listed = [...files.values()];
  const names = nameOutputs(listed);
  return new Map(listed.map(({ file }, index) => [file, names[index]!]));
}

/** Nothing is started where a picture, or somebody else's mask, would be written over. */
async function requireOwnOutputs(
  { inputs, models, out, formats }: SegmentBatch,
  names: Map<string, string>,
): Promise<void> {
  if (!formats.includes("png")) return;
  const given = new Set(await Promise.all([...names.keys()].map((file) => realpath(file).catch(() => file))));
  for (const model of models) {
    const folder = outputFolder(out, model, models.length);
    const owned = await readOwnedOutputs(folder);
    for (const { file, frame, frameCount } of inputs.series.flatMap((series) => series.frames)) {
      const name = frameFileName(names.get(file)!, frame, frameCount, "png");
      const output = await realpath(join(folder, name)).catch(() => undefined);
      if (output === undefined) continue;
      if (given.has(output)) {
        throw new SlicebenchError("OUTPUT_OVER_INPUT", "A label map would overwrite one of the pictures.", {
          file: output,
          hint: "Choose another folder with --out.",
        });
      }
      if (!owned.has(name)) throw outputExists(output);
    }
  }
}
