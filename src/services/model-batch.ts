import { join } from "node:path";
import PQueue from "p-queue";
import { CancelledError, toWireError } from "../core/errors";
import { suitabilityWarning } from "../core/suitability";
import type { LabelMap } from "../core/mask/label-map";
import { type FrameSegmenter, outputNames } from "./frame-segmenter";
import type { InputFrame, InputSeries } from "./inputs";
import { programVersion } from "./installation";
import { readLabelMap } from "./label-map-files";
import { hashFile, type StoredModel } from "./models";
import { frameFileName, relativeInput } from "./output-names";
import type { RateMeter } from "./progress";
import type { SegmentBatch, SegmentEvent } from "./segment-batch";
import { SegmentationFolder } from "./segmentation-folder";
import { SeriesCollector, seriesEndings, type SeriesFormat, type SeriesResult } from "./series-results";
import type { SegmentationItem } from "./segmentation-record";

/** What a frame's end tells beyond its place. */
type FrameOutcome = Omit<
  Extract<SegmentEvent, { type: "frame-done" }>,
  "type" | "model" | "input" | "file" | "frame" | "rows" | "columns"
>;

export interface ModelBatchParts {
  segmenter: FrameSegmenter;
  batch: SegmentBatch;
  model: StoredModel;
  /** Where this model's results go. */
  folder: string;
  names: Map<string, string>;
  /** SHA-256 by file, so that a file is read once for all its frames and models. */
  hashes: Map<string, Promise<string>>;
  meter: RateMeter;
  tell: (event: SegmentEvent) => void;
  signal: AbortSignal | undefined;
}

/** One model over all series of a batch. */
export class ModelBatch {
  private readonly id: string;

  constructor(private readonly parts: ModelBatchParts) {
    this.id = parts.model.card.id;
  }

  private isCancelled(): boolean {
    return this.parts.signal?.aborted === true;
  }

  async run(): Promise<void> {
    const { batch, model } = this.parts;
    const folder = await SegmentationFolder.open(this.parts.folder, {
      software: { name: "slicebench", version: programVersion },
      origin: {
        kind: "model",
        id: this.id,
        name: model.card.name,
        version: model.card.version,
        weightsSha256: model.card.weights.sha256,
        cardSha256: model.cardSha256,
        use: model.card.use,
      },
      engine: batch.engineName,
      segments: model.card.output.segments,
    });
    for (const failure of batch.inputs.failures) {
      const { code, message } = failure.error;
      folder.addFailure({ input: relativeInput(failure), code, message });
    }
    try {
      for (const series of batch.inputs.series) await this.runSeries(series, folder);
    } finally {
      await folder.close();
    }
  }

  private async runSeries(series: InputSeries, folder: SegmentationFolder): Promise<void> {
    const { model, tell } = this.parts;
    if (this.isCancelled()) return;
    const message = suitabilityWarning(model.card, series);
    if (message !== undefined) tell({ type: "warning", model: this.id, series: series.title, message });
    const collector = await this.startCollector(series, folder);
    const { framesInFlight } = this.parts.segmenter;
    const queue = new PQueue({ concurrency: framesInFlight });
    for (const [index, frame] of series.frames.entries()) {
      // The queue is kept short, so that memory does not grow with the batch.
      await queue.onSizeLessThan(framesInFlight);
      if (this.isCancelled()) break;
      void queue.add(async () => {
        const labelMap = await this.runFrame(frame, folder, collector.isOpen);
        if (labelMap !== undefined) collector.add(index, labelMap);
      });
    }
    await queue.onIdle();
    for (const result of collector.results)
      if (!this.isCancelled()) await this.finishResult(result, collector, series, folder);
  }

  /** One frame from file to label map; what goes wrong is told, never thrown. */
  private async runFrame(
    frame: InputFrame,
    folder: SegmentationFolder,
    isLabelMapWanted: boolean,
  ): Promise<LabelMap | undefined> {
    const { meter, tell } = this.parts;
    const place = { model: this.id, input: relativeInput(frame), frame: frame.frame };
    try {
      const { labelMap, event } = await this.segmentFrame(frame, folder, isLabelMapWanted);
      tell({
        type: "frame-done",
        ...place,
        file: frame.file,
        rows: frame.rows,
        columns: frame.columns,
        ...event,
      });
      tell({ type: "progress", progress: meter.finish(event.state === "skipped" ? "skipped" : "worked") });
      return labelMap;
    } catch (thrown) {
      if (thrown instanceof CancelledError || this.isCancelled()) return undefined;
      const error = toWireError(thrown, frame.file);
      const { code, message } = error;
      folder.addFailure({ input: place.input, frame: place.frame, code, message }, this.pngName(frame));
      tell({ type: "frame-failed", ...place, error });
      tell({ type: "progress", progress: meter.finish("worked") });
      return undefined;
    }
  }

  private pngName({ file, frame, frameCount }: InputFrame): string {
    return frameFileName(this.parts.names.get(file)!, frame, frameCount, "png");
  }

  private async segmentFrame(
    frame: InputFrame,
    folder: SegmentationFolder,
    isLabelMapWanted: boolean,
  ): Promise<{
    labelMap?: LabelMap;
    event: FrameOutcome;
  }> {
    const { segmenter, batch, model, signal } = this.parts;
    const isPngWanted = batch.formats.includes("png");
    const name = this.pngName(frame);
    const inputSha256 = await this.hashOf(frame.file);
    const { probabilities = false } = batch;
    const wanted = { input: relativeInput(frame), inputSha256, frame: frame.frame, output: name };
    const outcome = { inputSha256, ...(isPngWanted && { output: join(folder.path, name) }) };
    const done =
      batch.resume && isPngWanted ? await folder.findDone({ ...wanted, probabilities }) : undefined;
    if (done !== undefined) {
      const labelMap = isLabelMapWanted ? { labelMap: await readLabelMap(join(folder.path, name)) } : {};
      return { ...labelMap, event: { state: "skipped", ...outcome, outputSha256: done.outputSha256 } };
    }
    if (batch.resume && !isPngWanted && !isLabelMapWanted) return { event: { state: "skipped", ...outcome } };
    if (isPngWanted) await folder.claim(outputNames(model.card, name, probabilities));
    const { labelMap, files, ...cost } = await segmenter.segment(
      {
        model,
        frame,
        inputSha256,
        ...(isPngWanted && { files: { folder: folder.path, name } }),
        probabilities,
        isLabelMapWanted,
      },
      signal,
    );
    if (files !== undefined) await folder.addItem(describeItem(frame, { ...wanted, ...files }));
    const written = files === undefined ? {} : { outputSha256: files.outputSha256 };
    return { ...(labelMap && { labelMap }), event: { state: "written", ...outcome, ...written, ...cost } };
  }

  /** Gathers what the files of whole series need; nothing where none is wanted. */
  private async startCollector(series: InputSeries, folder: SegmentationFolder): Promise<SeriesCollector> {
    const { batch, model } = this.parts;
    const formats = batch.formats.filter((format): format is SeriesFormat => format !== "png");
    if (formats.length === 0) return new SeriesCollector(series, [], [], model);
    const frames = await Promise.all(
      series.frames.map(async (frame) => ({
        input: relativeInput(frame),
        // A file that vanished fails as a frame, with its name.
        inputSha256: await this.hashOf(frame.file).catch(() => ""),
        frame: frame.frame,
      })),
    );
    const results = formats.map(async (format): Promise<SeriesResult> => {
      const output = `${this.seriesName(series)}${seriesEndings[format]}`;
      const done = batch.resume ? await folder.findVolume(output, frames) : undefined;
      return { format, output, isDone: done !== undefined };
    });
    return new SeriesCollector(series, frames, await Promise.all(results), model);
  }

  /** A file of its own gives its name to its results, a folder of files gives theirs, with the series' number where it holds several. */
  private seriesName(series: InputSeries): string {
    const { batch, names } = this.parts;
    const nameOf = (each: InputSeries): string => {
      const [first] = each.frames;
      if (first === undefined) return each.title;
      const name = names.get(first.file)!;
      if (each.frames.every(({ file }) => file === first.file)) return name;
      const folder = name.split("/").slice(0, -1).join("/");
      return folder === "" ? "series" : `${folder}/series`;
    };
    const name = nameOf(series);
    const namesakes = batch.inputs.series.filter((each) => nameOf(each) === name);
    return namesakes.length > 1 ? `${name}-${namesakes.indexOf(series) + 1}` : name;
  }

  private async finishResult(
    result: SeriesResult,
    collector: SeriesCollector,
    series: InputSeries,
    folder: SegmentationFolder,
  ): Promise<void> {
    const { tell } = this.parts;
    const { format } = result;
    const place = { format, model: this.id, series: series.title };
    const output = join(folder.path, result.output);
    if (result.isDone) {
      tell({ type: "volume-done", state: "skipped", ...place, output });
      return;
    }
    try {
      const outputSha256 = await folder.writeVerified(result.output, await collector.make(result));
      await folder.addVolume({ output: result.output, outputSha256, frames: collector.frames });
      tell({ type: "volume-done", state: "written", ...place, output });
    } catch (thrown) {
      const error = toWireError(thrown);
      folder.addFailure({ input: result.output, code: error.code, message: error.message });
      tell({ type: "volume-failed", ...place, error });
    }
  }

  private hashOf(file: string): Promise<string> {
    const { hashes } = this.parts;
    const known = hashes.get(file);
    if (known !== undefined) return known;
    const hash = hashFile(file);
    hashes.set(file, hash);
    return hash;
  }
}

function describeItem(
  { rows, columns, geometry }: InputFrame,
  item: Omit<SegmentationItem, "rows" | "columns" | "spacingMm" | "position" | "orientation">,
): SegmentationItem {
  const { spacingMm, position, orientation } = geometry;
  return {
    ...item,
    rows,
    columns,
    ...(spacingMm && { spacingMm }),
    ...(position && { position }),
    ...(orientation && { orientation }),
  };
}
