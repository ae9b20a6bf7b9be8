import { join } from "node:path";
import { toWireError } from "../core/errors";
import { describeProviderUse } from "../core/execution-providers";
import type { ModelCard } from "../core/model-card";
import type { LabelMap } from "../core/mask/label-map";
import type { Engine, RunTimings, SegmentFrameResult } from "../engine/engine";
import { writeHashed } from "./atomic-file";
import type { InputFrame } from "./inputs";
import { encodeLabelMap, encodeProbabilityMap } from "./label-map-files";
import type { StoredModel } from "./models";
import type { SegmentationItem } from "./segmentation-record";

/** One frame of a batch, and what is wanted of it. */
export interface FrameWork {
  model: StoredModel;
  frame: Pick<InputFrame, "file" | "frame">;
  inputSha256: string;
  /** Where its files go: the label map under `name`, relative to `folder`; absent where none is wanted. */
  files?: { folder: string; name: string };
  /** Writes each segment's probability map beside the label map. */
  probabilities: boolean;
  /** Whether the caller needs the label map itself. */
  isLabelMapWanted: boolean;
}

export interface FrameResult {
  /** What was written, as the record wants it. */
  files?: Pick<SegmentationItem, "outputSha256" | "probabilities">;
  labelMap?: LabelMap;
  timings: RunTimings;
  /** Resident memory of the process that ran the model, after the run. */
  memoryBytes?: number;
  /** What of the engine executed it. */
  provider?: string;
  /** Why nothing else did. */
  providerNote?: string;
}

/** Who does the frames of a batch: the engine of this machine, or workers on several. */
export interface FrameSegmenter {
  /** How many frames asked for at once keep it busy. */
  readonly framesInFlight: number;
  /** Segments one frame and writes its files. Rejects with SlicebenchError, or CancelledError. */
  segment(work: FrameWork, signal?: AbortSignal): Promise<FrameResult>;
}

/** The files that a frame will have, so that their names can be claimed before they are written. */
export function outputNames({ output }: ModelCard, name: string, probabilities: boolean): string[] {
  const maps = probabilities ? output.segments.map(({ value }) => probabilityName(name, value)) : [];
  return [name, ...maps];
}

function probabilityName(name: string, segment: number): string {
  return name.replace(/\.png$/, `.probability-${segment}.png`);
}

/** The engine of this machine. */
export class EngineSegmenter implements FrameSegmenter {
  readonly framesInFlight: number;

  /** @param processes how many frames the engine works on at once */
  constructor(
    private readonly engine: Pick<Engine, "segment">,
    processes = 1,
  ) {
    // While a process works on one frame, the next is hashed and the last is written.
    this.framesInFlight = 2 * processes;
  }

  async segment(
    { model, frame, files, probabilities }: FrameWork,
    signal?: AbortSignal,
  ): Promise<FrameResult> {
    const request = {
      model: { folder: model.folder },
      frame: { file: frame.file, frame: frame.frame },
      probabilities,
    };
    const run = () => this.engine.segment(request, signal === undefined ? {} : { signal });
    const result = await run().catch((thrown: unknown) => {
      // A process may be killed for want of memory, through no fault of the frame: what kills two is named.
      if (toWireError(thrown).code !== "ENGINE_CRASHED") throw thrown;
      return run();
    });
    const { rows, columns, timings, provider, peakMemoryBytes: memoryBytes } = result;
    const providerNote = describeProviderUse(result);
    const cost = { timings, provider, memoryBytes, ...(providerNote !== "" && { providerNote }) };
    const labelMap = { rows, columns, values: result.labelMap };
    if (files === undefined) return { labelMap, ...cost };
    const { segments } = model.card.output;
    const outputSha256 = await writeHashed(
      join(files.folder, files.name),
      encodeLabelMap(labelMap, segments),
    );
    return {
      files: { outputSha256, ...(await writeProbabilities(result, model.card, files)) },
      labelMap,
      ...cost,
    };
  }
}

/** Writes the probability maps that were asked for, each named after the label map and its segment. */
async function writeProbabilities(
  { rows, columns, probabilities }: SegmentFrameResult,
  { output: { segments } }: ModelCard,
  { folder, name }: NonNullable<FrameWork["files"]>,
): Promise<Pick<SegmentationItem, "probabilities">> {
  if (probabilities === undefined) return {};
  const maps = [];
  for (const [index, plane] of probabilities.entries()) {
    const segment = segments[index]!.value;
    const output = probabilityName(name, segment);
    const outputSha256 = await writeHashed(
      join(folder, output),
      encodeProbabilityMap(plane, { rows, columns }),
    );
    maps.push({ segment, output, outputSha256 });
  }
  return { probabilities: maps };
}
