import { basename } from "node:path";
import { spreadOver } from "../core/comparison/robustness";
import { SlicebenchError } from "../core/errors";
import type { Engine } from "../engine/engine";
import type { JobView, RobustnessView } from "../host/contract";
import { type MeasuredRobustness, measureRobustness, type RobustnessSlice } from "./comparison/robustness";
import type { Jobs } from "./jobs";
import type { Layers } from "./layers";
import type { ModelStore } from "./models";
import type { OpenSeries, Studies } from "./studies";

interface RobustnessRequest {
  seriesId: string;
  models: readonly string[];
  frame: number;
  slices: number;
  referenceLayerId?: string | undefined;
  seed: number;
}

interface RobustnessParts {
  engine: Pick<Engine, "segment">;
  studies: Pick<Studies, "series" | "frame">;
  layers: Pick<Layers, "stored" | "labelMap">;
  models: Pick<ModelStore, "find">;
  jobs: Jobs;
}

/** What was found of a series, with the strip's pictures. */
export interface FoundRobustness {
  view: RobustnessView;
  pictures: MeasuredRobustness["pictures"];
}

/** Series of which the last result is kept, until the program ends. */
const seriesKept = 16;

/** Robustness of models on series that are open: a job, and the last result of each series. */
export class RobustnessRuns {
  readonly #found = new Map<string, FoundRobustness>();

  constructor(private readonly parts: RobustnessParts) {}

  /** Throws SERIES_NOT_FOUND, FRAME_NOT_FOUND, MODEL_UNKNOWN. */
  async start(request: RobustnessRequest): Promise<JobView> {
    const { engine, studies, layers, jobs } = this.parts;
    const series = studies.series(request.seriesId);
    if (request.frame >= series.frames.length)
      throw new SlicebenchError("FRAME_NOT_FOUND", `The series has no frame ${request.frame + 1}.`);
    const stored = layers.stored(series.id);
    const models = (await this.parts.models.find([...new Set(request.models)])).map((model) => ({
      ...model,
      colour:
        stored.find(({ origin }) => origin.kind === "model" && origin.modelId === model.card.id)?.colour ??
        "#E69F00",
    }));
    const frames = framesOf(series, request);
    return jobs.start("robustness", `Robustness on ${series.title}`, async (job) => {
      job.begin();
      const measured = await measureRobustness(
        {
          models,
          slices: await this.#slices(series, frames, request.referenceLayerId),
          shown: frames.indexOf(request.frame),
          segments: models[0]!.card.output.segments.map(({ concept, ...segment }) => ({
            ...segment,
            ...(concept && { concept }),
          })),
          seed: request.seed,
        },
        {
          engine,
          decode: () => studies.frame(series.id, request.frame),
          signal: job.signal,
          onProgress: (done, total) => job.progress(done, total),
        },
      );
      this.#keep({
        view: { id: job.id, seriesId: series.id, frame: request.frame, robustness: measured.robustness },
        pictures: measured.pictures,
      });
    });
  }

  /** What was last found of a series. */
  find(seriesId: string): FoundRobustness | undefined {
    return this.#found.get(seriesId);
  }

  /** Throws ROBUSTNESS_NOT_FOUND. */
  picture(id: string, model: string, step: number): Buffer {
    const found = [...this.#found.values()].find(({ view }) => view.id === id);
    const picture = found?.pictures.get(model)?.[step];
    if (picture === undefined)
      throw new SlicebenchError("ROBUSTNESS_NOT_FOUND", "This picture is not there any more.");
    return picture;
  }

  async #slices(
    { id, frames }: OpenSeries,
    chosen: readonly number[],
    referenceLayerId: string | undefined,
  ): Promise<RobustnessSlice[]> {
    const { layers } = this.parts;
    const stored = layers.stored(id);
    const reference =
      stored.find((layer) => layer.id === referenceLayerId) ??
      stored.find(({ origin }) => origin.kind === "reference");
    return Promise.all(
      chosen.map(async (index) => {
        const { file, frame, geometry } = frames[index]!;
        return {
          input: basename(file),
          frame: { file, frame },
          geometry,
          ...(reference?.frames.includes(index) === true && {
            reference: await layers.labelMap(reference.id, index),
          }),
        };
      }),
    );
  }

  #keep(found: FoundRobustness): void {
    this.#found.delete(found.view.seriesId);
    this.#found.set(found.view.seriesId, found);
    const [oldest] = this.#found.keys();
    if (this.#found.size > seriesKept) this.#found.delete(oldest!);
  }
}

/** The slice that is shown, and others spread over the series. */
function framesOf({ frames }: OpenSeries, { frame, slices }: RobustnessRequest): number[] {
  const others = frames.map((_, index) => index).filter((index) => index !== frame);
  return [frame, ...spreadOver(others, slices - 1)].sort((a, b) => a - b);
}
