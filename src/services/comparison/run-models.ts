import { relative, sep } from "node:path";
import { CancelledError } from "../../core/errors";
import type { Engine } from "../../engine/engine";
import { EngineSegmenter } from "../frame-segmenter";
import { segmentBatch } from "../segment";
import type { SegmentBatch, SegmentEvent } from "../segment-batch";
import { EnginePerModel } from "./engine-per-model";
import type { ComparisonJournal, SliceCost } from "./journal";

/** What one model gave on one frame, and what that cost when it was made. */
export interface FrameRun {
  /** Absolute. */
  file: string;
  output: string;
  outputSha256: string;
  inputSha256: string;
  cost: SliceCost | undefined;
}

export type FrameRuns = ReadonlyMap<string, FrameRun>;

/** The key of a frame's run. */
export const frameRunKey = (model: string, { file, frame }: { file: string; frame: number }): string =>
  `${model}/${frame}/${file}`;

export interface RunModelsOptions {
  journal: ComparisonJournal;
  signal: AbortSignal | undefined;
  tell: (event: SegmentEvent) => void;
}

/**
 * Runs every model over every frame, each model in a process of its own. What a slice cost is in the journal with the
 * label map; one that was made before, and is still that one, keeps what it cost then.
 * @throws CancelledError
 */
export async function runModels(
  startEngine: () => Engine,
  batch: Omit<SegmentBatch, "formats">,
  { journal, signal, tell }: RunModelsOptions,
): Promise<FrameRuns> {
  const runs = new Map<string, FrameRun>();
  const writing: Promise<void>[] = [];
  const keep = (event: Extract<SegmentEvent, { type: "frame-done" }>): void => {
    const { model, output: file, outputSha256, inputSha256 } = event;
    if (file === undefined || outputSha256 === undefined) return;
    const output = relative(batch.out, file).split(sep).join("/");
    let cost = journal.findCost(output, outputSha256);
    if (event.timings !== undefined && event.memoryBytes !== undefined) {
      const { timings, memoryBytes, provider = "unknown" } = event;
      cost = { model, output, outputSha256, timings, memoryBytes, provider };
      writing.push(journal.addCost(cost));
    }
    runs.set(frameRunKey(model, event), { file, output, outputSha256, inputSha256, cost });
  };
  const engine = new EnginePerModel(startEngine);
  try {
    const { cancelled } = await segmentBatch(
      new EngineSegmenter(engine),
      { ...batch, formats: ["png"] },
      {
        ...(signal && { signal }),
        onEvent: (event) => {
          if (event.type === "frame-done") keep(event);
          tell(event);
        },
      },
    );
    await Promise.all(writing);
    if (cancelled) throw new CancelledError();
    return runs;
  } finally {
    await engine.close();
  }
}
