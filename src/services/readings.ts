import { createHash, randomInt, randomUUID } from "node:crypto";
import { stringify } from "csv-stringify/sync";
import {
  planReading,
  preferredModel,
  type ReadableCase,
  type ReadingChoice,
  type ReadingOrder,
  readingPreferences,
  type ReadingSide,
} from "../core/comparison/blind-reading";
import { SlicebenchError } from "../core/errors";
import type { LabelMap } from "../core/mask/label-map";
import type { LaboratoryView, ReadingView } from "../host/contract";
import type { ReadingStore, StoredReading } from "../workspace/readings";
import type { Laboratory } from "./laboratory";
import type { Layers } from "./layers";

export interface ReadingRequest {
  seriesId: string;
  scope: "series" | "study";
  models: string[];
  order: ReadingOrder;
  mostPerPair: number;
  seed?: number | undefined;
}

interface ReadingParts {
  store: ReadingStore;
  laboratory: Pick<Laboratory, "compare">;
  layers: Pick<Layers, "labelMap">;
}

/** Blind readings: planned from a comparison, answered one presentation after the other, and told at the end. */
export class Readings {
  constructor(private readonly parts: ReadingParts) {}

  /** The readings with a slice of this series, the last begun first. */
  list(seriesId: string): ReadingView[] {
    return this.parts.store
      .list()
      .filter(({ plan }) => plan.presentations.some((each) => each.seriesId === seriesId))
      .map((reading) => this.#view(reading));
  }

  /** Throws READING_NOT_FOUND. */
  get(id: string): ReadingView {
    return this.#view(this.#find(id));
  }

  /** Throws SERIES_NOT_FOUND; READING_IMPOSSIBLE where no two of the candidates differ on any slice. */
  async begin({ seriesId, scope, models, ...wish }: ReadingRequest): Promise<ReadingView> {
    const view = await this.parts.laboratory.compare({ seriesId, scope, objects: false });
    const candidates = view.record.models.filter(({ id }) => models.includes(id));
    const plan = planReading(
      candidates.map(({ id }) => id),
      readableCases(view),
      { ...wish, seed: wish.seed ?? randomInt(2 ** 32) },
    );
    if (plan.presentations.length === 0)
      throw new SlicebenchError(
        "READING_IMPOSSIBLE",
        "There is no slice on which two of these masks differ.",
        {
          hint: "Run two models that mark the same segments on the series.",
        },
      );
    const reading: StoredReading = {
      id: randomUUID(),
      plan: {
        ...plan,
        candidates: candidates.map(({ id, name, weightsSha256 }) => ({
          id,
          name,
          ...(weightsSha256 !== undefined && { weightsSha256 }),
        })),
        segments: view.record.segments.map(({ concept, ...segment }) => ({
          ...segment,
          ...(concept && { concept }),
        })),
      },
      begunAt: Date.now(),
    };
    this.parts.store.begin(reading);
    return this.#view(reading);
  }

  /**
   * Adds an answer; one that was there stays in the record, and counts no more.
   * Throws READING_NOT_FOUND, PRESENTATION_NOT_FOUND, or READING_OVER once names were told.
   */
  answer(id: string, { presentation, choice }: { presentation: number; choice: ReadingChoice }): ReadingView {
    const reading = this.#find(id);
    if (reading.revealedAt !== undefined)
      throw new SlicebenchError(
        "READING_OVER",
        "The names of this reading were told; it takes no more answers.",
        {
          hint: "Begin another one.",
        },
      );
    this.#presentation(reading, presentation);
    this.parts.store.addAnswer(id, { presentation, choice, answeredAt: Date.now() });
    return this.#view(reading);
  }

  /** Tells the names, and ends the reading; presentations without an answer stay without. Throws READING_NOT_FOUND. */
  reveal(id: string): ReadingView {
    this.#find(id);
    this.parts.store.reveal(id, Date.now());
    return this.get(id);
  }

  /**
   * What one side of a presentation shows.
   * Throws READING_NOT_FOUND, PRESENTATION_NOT_FOUND, LAYER_NOT_FOUND, or READING_CHANGED where the mask is not the one
   * that the reading was planned with.
   */
  async mask(id: string, index: number, side: ReadingSide): Promise<LabelMap> {
    const presentation = this.#presentation(this.#find(id), index);
    const { layerId, sha256 } = presentation[side];
    const labelMap = await this.parts.layers.labelMap(layerId, presentation.frame);
    if (createHash("sha256").update(labelMap.values).digest("hex") !== sha256)
      throw new SlicebenchError("READING_CHANGED", "This mask has changed since the reading was begun.", {
        hint: "Leave this slice out, or begin another reading.",
      });
    return labelMap;
  }

  /**
   * Every answer that was given, as CSV (RFC 4180), in their order; `counts` tells the last one to each presentation.
   * Throws READING_NOT_FOUND, or READING_BLIND before names were told.
   */
  table(id: string): string {
    const { plan, revealedAt } = this.#find(id);
    if (revealedAt === undefined)
      throw new SlicebenchError("READING_BLIND", "The answers can be exported once the names are told.", {
        hint: "End the reading first.",
      });
    const nameOf = new Map(plan.candidates.map((each) => [each.id, each.name]));
    const answers = this.parts.store.answers(id);
    const last = new Map(answers.map(({ presentation }, at) => [presentation, at]));
    const rows = answers.map(({ presentation, choice, answeredAt }, at) => {
      const shown = plan.presentations[presentation]!;
      const preferred = preferredModel(shown, choice);
      return {
        presentation: presentation + 1,
        input: shown.input,
        slice: shown.frame + 1,
        left: shown.left.model,
        right: shown.right.model,
        left_sha256: shown.left.sha256,
        right_sha256: shown.right.sha256,
        choice,
        preferred: preferred === "tie" ? "" : preferred,
        preferred_name: nameOf.get(preferred ?? "") ?? "",
        answered_at: new Date(answeredAt).toISOString(),
        counts: last.get(presentation) === at ? "yes" : "no",
        order: plan.order,
        seed: plan.seed,
      };
    });
    return stringify(rows, { header: true, record_delimiter: "windows", escape_formulas: true });
  }

  #find(id: string): StoredReading {
    const reading = this.parts.store.get(id);
    if (reading === undefined)
      throw new SlicebenchError("READING_NOT_FOUND", "This reading is not in the workspace.");
    return reading;
  }

  #presentation({ plan }: StoredReading, index: number) {
    const presentation = plan.presentations[index];
    if (presentation === undefined)
      throw new SlicebenchError("PRESENTATION_NOT_FOUND", "The reading has no such slice.");
    return presentation;
  }

  #view({ id, plan, begunAt, revealedAt }: StoredReading): ReadingView {
    const { candidates, presentations, order, segments, identical, seed } = plan;
    const answered = new Map(
      this.parts.store.answers(id).map(({ presentation, choice }) => [presentation, choice]),
    );
    const choices = presentations.map((_, index) => answered.get(index));
    const countOf = (side: ReadingSide) => choices.filter((choice) => choice === side).length;
    return {
      id,
      begunAt,
      order,
      segments,
      identical,
      candidateCount: candidates.length,
      places: presentations.map(({ seriesId, frame, input }) => ({ seriesId, frame, input })),
      choices: choices.map((choice) => choice ?? null),
      ...(revealedAt !== undefined && {
        result: {
          seed,
          candidates: candidates.map(({ id: model, name }) => ({ id: model, name })),
          pairs: readingPreferences(
            candidates.map((each) => each.id),
            presentations,
            choices,
          ),
          sides: { left: countOf("left"), right: countOf("right") },
        },
      }),
    };
  }
}

/** A comparison's cases as a reading shows them. */
function readableCases({ record, places, layers }: LaboratoryView): ReadableCase[] {
  return record.cases.map(({ input, results, agreement }, index) => {
    const { seriesId, frame } = places[index]!;
    return {
      seriesId,
      frame,
      input,
      agreement,
      masks: results.flatMap(({ model, outputSha256 }) => {
        const layer = layers.find((each) => each.model === model && each.seriesId === seriesId);
        return layer === undefined ? [] : [{ model, layerId: layer.layerId, sha256: outputSha256 }];
      }),
    };
  });
}
