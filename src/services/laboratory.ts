import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { ComparisonCase, ComparisonRecord, ModelCost } from "../core/comparison/record";
import { SlicebenchError } from "../core/errors";
import type { Frame } from "../core/image/frame";
import { volumeGrid } from "../core/comparison/volume";
import { quantileOf } from "../core/plots/box";
import type { Engine } from "../engine/engine";
import type { LaboratoryView } from "../host/contract";
import type { StoredLayer } from "../workspace/layers";
import type { RunStore } from "../workspace/runs";
import { describeMachine } from "./comparison/machine";
import type { CasePictures } from "./comparison/pictures";
import { writeReport } from "./comparison/report/write-report";
import { programVersion } from "./installation";
import { LaboratoryCases } from "./laboratory-cases";
import { type Candidates, chooseCandidates, type SeriesCandidates } from "./laboratory-candidates";
import type { Layers } from "./layers";
import { hashFile, type ModelStore } from "./models";
import type { RecordParts } from "./record-worker";
import type { RobustnessRuns } from "./robustness-runs";
import type { Studies } from "./studies";
import { WorkerPool } from "./worker-pool";

/** What is compared: the layers of a series, or of all series of its study. */
export interface LaboratoryRequest {
  seriesId: string;
  scope: "series" | "study";
  /** The layer to measure against in that series; without it, and in the others, the reference by origin. */
  referenceLayerId?: string | undefined;
  /** Counts objects and compares them. */
  objects: boolean;
}

interface LaboratoryParts {
  layers: Layers;
  studies: Studies;
  models: Pick<ModelStore, "list">;
  runs: RunStore;
  robustness: Pick<RobustnessRuns, "find">;
  engine: Pick<Engine, "describe">;
}

const hashValues = (values: string): string => createHash("sha256").update(values).digest("hex");

/** So many comparisons are kept: those between which a reader goes back and forth. */
const recordsKept = 8;

/** A comparison in the window, and what a report of it is drawn from. */
interface Compared {
  view: LaboratoryView;
  candidates: Candidates;
}

/**
 * Compares the layers of the workspace as `slicebench compare` compares label maps on disk: same measures, same tests,
 * same record. A case is measured once for the revisions of its label maps.
 */
export class Laboratory {
  readonly #cases: LaboratoryCases;
  /** By what they were built from. */
  readonly #records = new Map<string, Promise<ComparisonRecord>>();
  readonly #hashes = new Map<string, Promise<string>>();
  readonly #recordPool = new WorkerPool<RecordParts, ComparisonRecord>("record-worker", { maxThreads: 1 });

  constructor(private readonly parts: LaboratoryParts) {
    this.#cases = new LaboratoryCases(parts.layers);
  }

  /** Throws SERIES_NOT_FOUND. With no layer to compare, the record has no case. */
  async compare(request: LaboratoryRequest): Promise<LaboratoryView> {
    return (await this.#compare(request)).view;
  }

  /**
   * The report as `slicebench compare` writes it: one page that opens offline and prints, without patients' names.
   * @throws NOTHING_TO_COMPARE where no layer has a label map
   */
  async report(request: LaboratoryRequest): Promise<string> {
    const { view, candidates } = await this.#compare(request);
    if (view.record.cases.length === 0)
      throw new SlicebenchError("NOTHING_TO_COMPARE", "No layer has anything to compare yet.", {
        hint: "Run models on the series first.",
      });
    const found = this.parts.robustness.find(request.seriesId);
    const record = { ...view.record, ...(found && { robustness: found.view.robustness }) };
    return writeReport(record, {
      folder: "",
      pictures: this.#pictures({ ...view, record }, candidates),
      robustness: found?.pictures,
      withNames: false,
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#cases.close(), this.#recordPool.close()]);
  }

  async #compare({ seriesId, scope, referenceLayerId, objects }: LaboratoryRequest): Promise<Compared> {
    const { studies, layers, models } = this.parts;
    const chosen = studies.series(seriesId);
    const study = studies.list().find(({ id }) => id === chosen.studyId);
    const ids = scope === "study" && study !== undefined ? study.series.map(({ id }) => id) : [seriesId];
    const candidates = chooseCandidates(
      ids.map((id) => studies.series(id)),
      ({ id }) => {
        const stored = layers.stored(id);
        const reference =
          stored.find((layer) => id === seriesId && layer.id === referenceLayerId) ??
          stored.find(({ origin }) => origin.kind === "reference");
        return { layers: stored, reference };
      },
      (await models.list()).models,
    );
    const measured = await Promise.all(
      candidates.series.flatMap((series, place) =>
        framesOf(series).map(async (frame) => ({
          case: await this.#measure(series, { place, frame, objects, segments: candidates.segments }),
          at: { seriesId: series.series.id, frame },
        })),
      ),
    );
    const cases = measured.map((each) => each.case);
    const referenced = cases.filter(({ referenceSha256 }) => referenceSha256 !== undefined).length;
    const volumes = await Promise.all(
      candidates.series.map((series, place) =>
        this.#measureVolume(series, { place, segments: candidates.segments }),
      ),
    );
    const whole = volumes.filter((volume) => volume !== undefined);
    const machine = await this.#machine();
    const record = await this.#build({
      kind: "window",
      software: { name: "slicebench", version: programVersion },
      command: "in the window, Laboratory",
      finishedAt: new Date().toISOString(),
      machine,
      models: candidates.models,
      segments: candidates.segments,
      ...(referenced > 0 && { reference: { kind: "given" as const, cases: referenced } }),
      options: { objects, probabilities: false },
      cases,
      ...(whole.length > 0 && { volumes: whole }),
      failures: [],
    });
    for (const { id } of candidates.models) record.summary[id]!.cost = this.#costOf(id, candidates);
    return {
      candidates,
      view: {
        record,
        places: measured.map(({ at }) => at),
        layers: candidates.series.flatMap(({ series, layers: own }) =>
          own.map(({ model, layer }) => ({ model, seriesId: series.id, layerId: layer.id })),
        ),
        references: candidates.series.flatMap(({ series, reference }) =>
          reference === undefined ? [] : [{ seriesId: series.id, layerId: reference.id }],
        ),
        leftOut: candidates.leftOut,
      },
    };
  }

  /** Resampling takes seconds, so that what is asked for again is kept; as is when it was first measured. */
  #build(parts: RecordParts): Promise<ComparisonRecord> {
    const { finishedAt: _, ...measured } = parts;
    const key = hashValues(JSON.stringify(measured));
    let record = this.#records.get(key);
    if (record === undefined) {
      record = this.#recordPool.run(parts);
      this.#records.set(key, record);
      const [oldest] = this.#records.keys();
      if (this.#records.size > recordsKept) this.#records.delete(oldest!);
      record.catch(() => this.#records.delete(key));
    }
    return record;
  }

  /** One frame of a series with all that candidates marked on it. */
  async #measure(
    { series, layers, reference }: SeriesCandidates,
    {
      place,
      frame,
      objects,
      segments,
    }: { place: number; frame: number; objects: boolean; segments: Candidates["segments"] },
  ): Promise<ComparisonCase> {
    const own = layers.filter(({ layer }) => layer.frames.includes(frame));
    const wanted = reference?.frames.includes(frame) === true ? reference : undefined;
    const { file, frame: within, rows, columns, geometry } = series.frames[frame]!;
    const { spacingMm } = geometry;
    const labels = segments.map(({ value, label }) => ({ value, label }));
    const {
      measured: { results, ...rest },
      hashes,
      referenceHash,
    } = await this.#cases.measure(`${series.id}/${frame}/${objects}`, {
      own,
      reference: wanted,
      frames: [frame],
      question: { segments: labels, objects, ...(spacingMm && { spacingMm }) },
    });
    return {
      input: basename(file),
      inputSha256: await this.#hash(file),
      frame: within,
      series: place,
      rows,
      columns,
      unit: spacingMm === undefined ? "px" : "mm",
      ...(spacingMm && { spacingMm: [...spacingMm] }),
      ...(referenceHash !== undefined && { referenceSha256: referenceHash }),
      ...rest,
      results: results.map((result, at) => ({
        ...result,
        output: `layer ${own[at]!.layer.id}, frame ${frame + 1}`,
        outputSha256: hashes[at]!,
      })),
    };
  }

  /** A series as a whole, where it is a volume and candidates marked all of it. */
  async #measureVolume(
    { series, layers, reference }: SeriesCandidates,
    { place, segments }: { place: number; segments: Candidates["segments"] },
  ): Promise<ComparisonCase | undefined> {
    const grid = volumeGrid(series.frames);
    const isWhole = ({ frames }: StoredLayer) => frames.length === series.frames.length;
    const own = layers.filter(({ layer }) => isWhole(layer));
    if (grid === undefined || own.length === 0) return undefined;
    const [first] = series.frames;
    const {
      measured: { results, ...rest },
      hashes,
      referenceHash,
    } = await this.#cases.measure(`${series.id}/volume`, {
      own,
      reference: reference && isWhole(reference) ? reference : undefined,
      frames: series.frames.map((_, index) => index),
      question: {
        segments: segments.map(({ value, label }) => ({ value, label })),
        objects: false,
        withoutConsensus: true,
        spacingMm: grid.spacingMm,
      },
    });
    return {
      input: basename(first!.file),
      inputSha256: await this.#hash(first!.file),
      frame: first!.frame,
      series: place,
      ...grid,
      unit: "mm",
      ...(referenceHash !== undefined && { referenceSha256: referenceHash }),
      ...rest,
      results: results.map((result, at) => ({
        ...result,
        output: `layer ${own[at]!.layer.id}`,
        outputSha256: hashes[at]!,
      })),
    };
  }

  #hash(file: string): Promise<string> {
    let hash = this.#hashes.get(file);
    if (hash === undefined) this.#hashes.set(file, (hash = hashFile(file)));
    return hash;
  }

  async #machine(): Promise<ComparisonRecord["machine"]> {
    const described = (await this.parts.engine.describe()).find(({ available }) => available);
    const provider = described?.providers.find(({ inUse }) => inUse)?.id;
    return {
      ...(await describeMachine()),
      ...(described && {
        engine: {
          name: described.id,
          version: described.version ?? "unknown",
          provider: provider ?? "unknown",
        },
      }),
    };
  }

  /** Over the slices that the model's layers have now. How long the network alone took is not kept. */
  #costOf(model: string, { series }: Candidates): ModelCost {
    const frames = series.flatMap(({ layers }) =>
      layers
        .filter((each) => each.model === model)
        .flatMap(({ layer }) =>
          this.parts.runs.frameCosts(layer.id).filter(({ frame }) => layer.frames.includes(frame)),
        ),
    );
    const times = frames.map(({ totalMs }) => totalMs);
    return {
      slices: frames.length,
      millisecondsMedian: quantileOf(times, 0.5) ?? null,
      millisecondsP95: quantileOf(times, 0.95) ?? null,
      inferenceMedian: null,
      memoryBytes: frames.length === 0 ? null : Math.max(...frames.map(({ memoryBytes }) => memoryBytes)),
    };
  }

  #pictures({ record, places }: LaboratoryView, { series }: Candidates): CasePictures {
    const { layers, studies } = this.parts;
    const placeOf = (of: ComparisonCase) => places[record.cases.indexOf(of)]!;
    const ownOf = (of: ComparisonCase): SeriesCandidates => series[of.series]!;
    return {
      frame: (of): Promise<Frame> => studies.frame(placeOf(of).seriesId, placeOf(of).frame),
      async reference(of) {
        const { reference } = ownOf(of);
        if (of.referenceSha256 === undefined || reference === undefined) return undefined;
        return layers.labelMap(reference.id, placeOf(of).frame);
      },
      answer: (of, model) => {
        const { layer } = ownOf(of).layers.find((each) => each.model === model)!;
        return layers.labelMap(layer.id, placeOf(of).frame);
      },
      persons: () =>
        Promise.resolve([
          ...new Set(
            series.flatMap(({ series: { patientName, patientId } }) =>
              [patientName, patientId].flatMap((name) => name ?? []),
            ),
          ),
        ]),
    };
  }
}

/** The frames on which any candidate has a label map, in their order. */
function framesOf({ layers }: SeriesCandidates): number[] {
  return [...new Set(layers.flatMap(({ layer }) => layer.frames))].sort((a, b) => a - b);
}
