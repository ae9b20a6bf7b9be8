import { randomUUID } from "node:crypto";
import PQueue from "p-queue";
import { SlicebenchError, toWireError, type WireError } from "../core/errors";
import type { FrameReference } from "../core/image/frame";
import { suitabilityWarning } from "../core/suitability";
import type { Engine, SegmentFrameResult } from "../engine/engine";
import type { RunView, SuitabilityWarning } from "../host/contract";
import type { StoredLayer } from "../workspace/layers";
import type { RunStore, StoredRun } from "../workspace/runs";
import type { EventLog } from "./events";
import type { JobHandle, Jobs } from "./jobs";
import type { Layers } from "./layers";
import type { ModelStore, StoredModel } from "./models";

/** A model that stops the engine this many times in a row is not tried on the rest of the series. */
const crashesInARow = 3;

/** A run that needs the reader's answer before it starts. */
export class UnsuitableError extends SlicebenchError {
  constructor(readonly warnings: SuitabilityWarning[]) {
    super("RUN_UNSUITABLE", "A chosen model may not suit this series.", {
      hint: "Read the warnings, and run it again with acceptWarnings if you want it all the same.",
    });
  }
}

/** What a run needs to know of a series. */
export interface RunnableSeries {
  id: string;
  title: string;
  /** As in DICOM, "MR"; absent of pictures that are no DICOM. */
  modality?: string;
  colour: boolean;
  frames: readonly FrameReference[];
}

export interface RunRequest {
  seriesId: string;
  modelIds: string[];
  frames?: number[];
  acceptWarnings: boolean;
}

interface RunParts {
  engine: Engine;
  findSeries: (id: string) => RunnableSeries;
  models: Pick<ModelStore, "find">;
  layers: Layers;
  store: RunStore;
  jobs: Jobs;
  events: EventLog;
}

/** One model of a request: its run, and where its label maps go. */
interface PlannedRun {
  id: string;
  model: StoredModel;
  layerId: string;
}

/** Runs models over series. One request is one job; its models take turns, frame after frame. */
export class Runs {
  // One request at a time: networks that share the cores are slower together than one after the other.
  readonly #queue = new PQueue({ concurrency: 1 });

  constructor(private readonly parts: RunParts) {}

  /** The runs over a series, oldest first. */
  list(seriesId: string): RunView[] {
    return this.parts.store.list(seriesId);
  }

  /**
   * Starts the chosen models over a series, or over the frames named.
   * Throws UnsuitableError where a model may not suit the series and nobody accepted that, MODEL_UNKNOWN,
   * SERIES_NOT_FOUND, or REQUEST_INVALID for a frame that the series has not.
   */
  async start(request: RunRequest): Promise<RunView[]> {
    const { store, jobs, findSeries } = this.parts;
    const series = findSeries(request.seriesId);
    const frames = chooseFrames(request.frames, series.frames.length);
    const models = await this.parts.models.find([...new Set(request.modelIds)]);
    const warnings = models.flatMap(({ card }) => {
      const message = suitabilityWarning(card, series);
      return message === undefined ? [] : [{ modelId: card.id, message }];
    });
    if (warnings.length > 0 && !request.acceptWarnings) throw new UnsuitableError(warnings);

    const planned = models.map((model): PlannedRun => {
      const id = randomUUID();
      return { id, model, layerId: this.#layerFor(model, id, series.id).id };
    });
    const names = models.map(({ card }) => card.name).join(", ");
    const job = jobs.start("run", `${names} on ${series.title}`, (handle) =>
      this.#work(handle, planned, { series, frames }),
    );
    for (const { id, model, layerId } of planned) {
      store.create({
        id,
        jobId: job.id,
        modelId: model.card.id,
        seriesId: series.id,
        layerId,
        framesTotal: frames.length,
      });
      this.#tell(id);
    }
    return planned.map(({ id }) => store.get(id)!);
  }

  /** A model has one layer in a series, which its runs fill; with other weights it begins anew. */
  #layerFor({ card }: StoredModel, runId: string, seriesId: string): StoredLayer {
    const { layers } = this.parts;
    const weightsSha256 = card.weights.sha256;
    const origin = { kind: "model", modelId: card.id, runId, weightsSha256 } as const;
    const known = layers
      .stored(seriesId)
      .find((layer) => layer.origin.kind === "model" && layer.origin.modelId === card.id);
    const segments = card.output.segments.map(({ concept, ...segment }) => ({
      ...segment,
      ...(concept && { concept }),
    }));
    if (known === undefined) return layers.create({ seriesId, name: card.name, origin, segments });
    const isSameModel = known.origin.kind === "model" && known.origin.weightsSha256 === weightsSha256;
    if (!isSameModel) layers.clear(known.id);
    layers.change(known.id, { origin, segments });
    return known;
  }

  async #work(
    job: JobHandle,
    planned: readonly PlannedRun[],
    what: { series: RunnableSeries; frames: readonly number[] },
  ): Promise<void> {
    try {
      await this.#queue.add(
        async () => {
          job.begin();
          let done = 0;
          const total = planned.length * what.frames.length;
          job.progress(0, total);
          for (const run of planned) {
            await this.#runModel(job, run, { ...what, onFrame: () => job.progress(++done, total) });
          }
        },
        { signal: job.signal },
      );
    } finally {
      for (const { id } of planned) {
        const state = this.parts.store.get(id)?.state;
        if (state === "waiting" || state === "running") this.#setState(id, "cancelled");
      }
    }
  }

  async #runModel(
    job: JobHandle,
    run: PlannedRun,
    what: { series: RunnableSeries; frames: readonly number[]; onFrame: () => void },
  ): Promise<void> {
    const { engine, store } = this.parts;
    this.#setState(run.id, "running");
    // A label map is stored while the engine is at the next frame.
    let storing = Promise.resolve();
    let crashes = 0;
    for (const frame of what.frames) {
      job.signal.throwIfAborted();
      const reference = what.series.frames[frame]!;
      try {
        const result = await engine.segment(
          { model: { folder: run.model.folder }, frame: reference },
          { signal: job.signal },
        );
        crashes = 0;
        await storing;
        storing = this.#keep(run, frame, result);
      } catch (thrown) {
        job.signal.throwIfAborted();
        const failure = toWireError(thrown, reference.file);
        store.putFailure(run.id, frame, failure);
        job.problem(failure);
        crashes = failure.code === "ENGINE_CRASHED" ? crashes + 1 : 0;
        if (failure.code === "ENGINE_CRASHED") this.#tellCrash(failure);
        this.#tell(run.id);
      }
      what.onFrame();
      if (crashes === crashesInARow) {
        job.problem(toWireError(tooManyCrashes(run.model)));
        break;
      }
    }
    await storing;
    const { framesDone } = store.get(run.id)!;
    this.#setState(run.id, framesDone === 0 || crashes === crashesInARow ? "failed" : "done");
  }

  async #keep(run: PlannedRun, frame: number, result: SegmentFrameResult): Promise<void> {
    const { rows, columns, labelMap } = result;
    await this.parts.layers.putLabelMap(run.layerId, frame, { rows, columns, values: labelMap });
    this.parts.store.putFrame(run.id, frame, {
      totalMs: result.timings.total,
      memoryBytes: result.peakMemoryBytes,
      provider: result.provider,
    });
    this.#tell(run.id);
  }

  #setState(id: string, state: StoredRun["state"]): void {
    this.parts.store.setState(id, state);
    this.#tell(id);
  }

  #tell(id: string): void {
    const run = this.parts.store.get(id);
    if (run !== undefined) this.parts.events.publish({ type: "run", run });
  }

  /** The next call of the engine starts a new process, so the bad news is followed by the good. */
  #tellCrash(failure: WireError): void {
    const { events } = this.parts;
    events.publish({ type: "engine", state: "restarting", message: failure.message });
    events.publish({ type: "engine", state: "ready" });
  }
}

function chooseFrames(wanted: readonly number[] | undefined, count: number): number[] {
  const frames = wanted ?? Array.from({ length: count }, (_, index) => index);
  const missing = frames.find((frame) => frame >= count);
  if (missing !== undefined) {
    throw new SlicebenchError(
      "REQUEST_INVALID",
      `Frame ${missing + 1} was asked for; the series has ${count}.`,
    );
  }
  return [...new Set(frames)].sort((a, b) => a - b);
}

function tooManyCrashes({ card }: StoredModel): SlicebenchError {
  return new SlicebenchError(
    "ENGINE_CRASHED_AGAIN",
    `${card.name} stopped the engine ${crashesInARow} times in a row; its remaining frames were left out.`,
    { hint: "Try a smaller model, or close other programs: often the memory is too small." },
  );
}
