import { join } from "node:path";
import envPaths from "env-paths";
import { SlicebenchError } from "../core/errors";
import type { Frame, FrameReference } from "../core/image/frame";
import type { ModelCard } from "../core/model-card";
import type { Engine, SegmentFrameResult } from "../engine/engine";
import { computeThreads } from "../engine/processor";
import type { EngineView, HostEvent, ModelView, WorkspaceView } from "../host/contract";
import { listBackups } from "../workspace/backups";
import { EditStore } from "../workspace/edits";
import { LayerStore } from "../workspace/layers";
import type { OpenedWorkspace } from "../workspace/open-workspace";
import { ReadingStore } from "../workspace/readings";
import { ReviewStore } from "../workspace/review";
import { MeasurementStore } from "../workspace/measurements";
import { RecentStore } from "../workspace/recent";
import { RunStore } from "../workspace/runs";
import { SessionStore } from "../workspace/session";
import { SettingsStore } from "../workspace/settings";
import { ArchiveConnections } from "./archive/connections";
import { FetchedStudies } from "./archive/fetched-studies";
import { ImageArchives } from "./archive/image-archives";
import { archivePlaces } from "./archive/places";
import { Comparisons } from "./comparisons";
import { ConsensusLayers } from "./consensus";
import { Deidentifications } from "./deidentifications";
import { Edits } from "./edits";
import { EditCosts } from "./edit-costs";
import { EventLog } from "./events";
import { FrameProbabilities } from "./frame-probabilities";
import type { ImageReader } from "./image-reader";
import { resourceFolder } from "./installation";
import { Jobs } from "./jobs";
import { Laboratory } from "./laboratory";
import { LayerExports } from "./layer-exports";
import { Layers } from "./layers";
import { Measurements } from "./measurements";
import { ModelImports } from "./model-imports";
import { ModelStore } from "./models";
import { Networks } from "./networks";
import { ObjectLayers } from "./object-layers";
import { Readings } from "./readings";
import { ReferenceLayers } from "./reference-layers";
import { Review } from "./review";
import { RobustnessRuns } from "./robustness-runs";
import { Runs } from "./runs";
import { Samples } from "./samples";
import { SegmentEdits } from "./segment-edits";
import { SegmentMeasures } from "./segment-measures";
import { SeriesHistory } from "./series-history";
import { SessionService } from "./session";
import { SettingsService } from "./settings";
import { Studies } from "./studies";
import { StudyOpening } from "./study-opening";
import { Uploads } from "./uploads";

export interface WorkstationOptions {
  engine: Engine;
  reader: ImageReader;
  /** Closed with the workstation; where making one fails, it is the caller's to close. */
  workspace: OpenedWorkspace;
  models?: ModelStore;
  samplesFolder?: string;
}

/** How long a removed annotation can be restored: thirty days. */
const removedLayersKeptMs = 30 * 24 * 3_600_000;

/** Where the workspace lies unless the user names another. */
export const defaultWorkspaceFile = () =>
  join(envPaths("slicebench", { suffix: "" }).data, "workspace.sqlite");

/** Everything behind the host's resources, put together. */
export class Workstation {
  readonly events = new EventLog();
  readonly jobs = new Jobs(this.events);
  readonly settings: SettingsService;
  readonly layers: Layers;
  readonly edits: Edits;
  readonly segmentEdits: SegmentEdits;
  readonly segmentMeasures: SegmentMeasures;
  readonly measurements: Measurements;
  readonly history: SeriesHistory;
  readonly studies: Studies;
  readonly opening: StudyOpening;
  readonly references: ReferenceLayers;
  readonly objects: ObjectLayers;
  readonly runs: Runs;
  readonly comparisons: Comparisons;
  readonly consensus: ConsensusLayers;
  readonly laboratory: Laboratory;
  readonly readings: Readings;
  readonly robustness: RobustnessRuns;
  readonly networks: Networks;
  readonly probabilities: FrameProbabilities;
  readonly imports: ModelImports;
  readonly deidentifications: Deidentifications;
  readonly exports: LayerExports;
  readonly archives: ImageArchives;
  readonly samples: Samples;
  readonly recent: RecentStore;
  readonly session: SessionService;
  readonly review: Review;
  readonly editCosts: EditCosts;
  readonly uploads = new Uploads();
  readonly #workspace: OpenedWorkspace;
  readonly #models: ModelStore;
  readonly #runStore: RunStore;
  readonly #engine: Engine;
  readonly #reader: ImageReader;

  constructor(options: WorkstationOptions) {
    const { engine, reader } = options;
    this.#engine = engine;
    this.#reader = reader;
    this.#workspace = options.workspace;
    const { database } = this.#workspace;
    this.#models = options.models ?? new ModelStore();
    this.#runStore = new RunStore(database);
    this.recent = new RecentStore(database);
    this.session = new SessionService(new SessionStore(database));
    this.settings = new SettingsService(new SettingsStore(database));
    const layerStore = new LayerStore(database);
    this.layers = new Layers(layerStore, this.events);
    this.layers.purgeRemoved(Date.now() - removedLayersKeptMs);
    this.studies = new Studies({
      reader,
      jobs: this.jobs,
      events: this.events,
      layers: this.layers,
      cacheBytes: this.settings.read().cacheMegabytes * 2 ** 20,
      onOpened: (opened, job) => this.opening.opened(opened, job),
      onClosed: (studyId) => this.session.studyClosed(studyId),
    });
    this.settings.onChange(({ cacheMegabytes }) => {
      this.studies.cacheBytes = cacheMegabytes * 2 ** 20;
    });
    this.runs = new Runs({
      engine,
      findSeries: (id) => this.studies.series(id),
      models: this.#models,
      layers: this.layers,
      store: this.#runStore,
      jobs: this.jobs,
      events: this.events,
    });
    this.references = new ReferenceLayers({
      layers: this.layers,
      findSeries: (id) => this.studies.series(id),
      events: this.events,
    });
    this.objects = new ObjectLayers({
      layers: this.layers,
      openSeries: () => this.studies.all(),
      events: this.events,
    });
    const editStore = new EditStore(database);
    const measurementStore = new MeasurementStore(database);
    this.editCosts = new EditCosts(layerStore, editStore);
    this.edits = new Edits({
      layers: this.layers,
      store: editStore,
      findSeries: (id) => this.studies.series(id),
      events: this.events,
      onEdited: ({ id, seriesId, origin }, frames) => {
        const tookOver = origin.kind === "annotation" && origin.startedFrom !== undefined;
        // Masks that were taken over are not yet looked at.
        const isStart = tookOver && editStore.listOfLayer(id).length === 1;
        this.review.edited(seriesId, isStart ? [] : frames);
        measurementStore.forgetUndone(seriesId);
      },
    });
    this.measurements = new Measurements({
      store: measurementStore,
      findSeries: (id) => this.studies.series(id),
      frame: (seriesId, index) => this.studies.frame(seriesId, index),
      events: this.events,
      onStep: (seriesId) => editStore.forgetUndone(seriesId),
    });
    this.history = new SeriesHistory(this.edits, this.measurements);
    this.segmentMeasures = new SegmentMeasures(this.layers);
    this.segmentEdits = new SegmentEdits({
      measures: this.segmentMeasures,
      edits: this.edits,
      layers: this.layers,
      store: layerStore,
      findSeries: (id) => this.studies.series(id),
    });
    this.comparisons = new Comparisons(this.layers, (id) => this.studies.series(id));
    this.consensus = new ConsensusLayers({ layers: this.layers, store: layerStore, jobs: this.jobs });
    this.robustness = new RobustnessRuns({
      engine,
      studies: this.studies,
      layers: this.layers,
      models: this.#models,
      jobs: this.jobs,
    });
    this.laboratory = new Laboratory({
      layers: this.layers,
      studies: this.studies,
      models: this.#models,
      runs: this.#runStore,
      robustness: this.robustness,
      engine,
    });
    this.readings = new Readings({
      store: new ReadingStore(database),
      laboratory: this.laboratory,
      layers: this.layers,
    });
    this.review = new Review({
      store: new ReviewStore(database),
      openSeries: () => this.studies.list().flatMap(({ series }) => series),
      disputes: (seriesId, modelIds) => this.comparisons.disputes(seriesId, modelIds),
      events: this.events,
    });
    const models = { engine, models: this.#models, findSeries: (id: string) => this.studies.series(id) };
    this.networks = new Networks(models);
    this.probabilities = new FrameProbabilities(models);
    this.deidentifications = new Deidentifications(this.studies, this.jobs);
    this.imports = new ModelImports(engine, this.#models);
    this.exports = new LayerExports({
      layers: this.layers,
      findSeries: (id) => this.studies.series(id),
      models: this.#models,
      jobs: this.jobs,
      decode: (reference) => this.decode(reference),
      drawn: (seriesId) => this.measurements.drawn(seriesId),
    });
    const places = archivePlaces(database.file);
    this.archives = new ImageArchives({
      connections: new ArchiveConnections(places.connections),
      fetched: new FetchedStudies(places.fetched, {
        isTemporary: places.connections === undefined,
        isOpen: (id) => this.studies.has(id),
        hasLayers: (id) => this.layers.stored(id).length > 0,
      }),
      jobs: this.jobs,
      open: (folder, title) => this.studies.open([folder], { title }),
      exports: this.exports,
      decode: (reference) => this.decode(reference),
    });
    this.opening = new StudyOpening({
      studies: this.studies,
      layers: this.layers,
      references: this.references,
      objects: this.objects,
      runs: this.runs,
      fetched: this.archives.fetched,
      recent: this.recent,
      session: this.session,
      uploads: this.uploads,
      onMissing: (notice) => this.#workspace.notices.push(notice),
    });
    this.samples = new Samples(options.samplesFolder ?? resourceFolder("samples"), reader);
  }

  /** The models with what was measured of each on this machine. */
  async models(): Promise<ModelView[]> {
    const { models } = await this.#models.list();
    return models.map(({ card, bundled }) => {
      const here = this.#runStore.measurement(card.id);
      return { card, bundled, ...(here && { here }) };
    });
  }

  /** Segments one frame of a series with a network on its way in. Throws SERIES_NOT_FOUND, FRAME_NOT_FOUND. */
  async previewImport(
    id: string,
    { seriesId, frame, card }: { seriesId: string; frame: number; card: ModelCard },
    signal: AbortSignal,
  ): Promise<SegmentFrameResult> {
    const reference = this.studies.series(seriesId).frames[frame];
    if (reference === undefined) {
      throw new SlicebenchError("FRAME_NOT_FOUND", `The series has no frame ${frame + 1}.`);
    }
    return this.imports.preview(id, { frame: reference, card }, signal);
  }

  async finishImport(id: string, card: ModelCard): Promise<ModelView> {
    const model = await this.imports.finish(id, card);
    this.events.publish({ type: "models" });
    return { card: model.card, bundled: false };
  }

  /** Takes one of the user's own models away; `restoreModel` brings it back until the program ends. */
  async removeModel(id: string): Promise<void> {
    await this.#models.remove(id);
    this.events.publish({ type: "models" });
  }

  async restoreModel(id: string): Promise<void> {
    await this.#models.restore(id);
    this.events.publish({ type: "models" });
  }

  /** What can execute here, and with how many threads what does execute. */
  async engines(): Promise<EngineView[]> {
    const threads = this.settings.read().engineThreads || computeThreads();
    const engines = await this.#engine.describe();
    return engines.map((engine) => (engine.available ? { ...engine, threads } : engine));
  }

  /** Decodes one frame of a file. */
  decode(reference: FrameReference): Promise<Frame> {
    return this.#reader.decode(reference);
  }

  workspace(): WorkspaceView {
    const { database, notices } = this.#workspace;
    return { file: database.file, notices, backups: listBackups(database.file) };
  }

  /** All that a page which has just come must know, as events. */
  snapshot(): HostEvent[] {
    const series = this.studies.list().flatMap((study) => study.series);
    return [
      { type: "studies" },
      ...this.jobs.list().map((job): HostEvent => ({ type: "job", job })),
      ...series.flatMap(({ id }) => [
        ...this.layers.list(id).map((layer): HostEvent => ({ type: "layer", layer })),
        ...this.runs.list(id).map((run): HostEvent => ({ type: "run", run })),
      ]),
    ];
  }

  /** Stops what is under way and lets go of processes and files. */
  async close(): Promise<void> {
    await this.jobs.close();
    await Promise.all([
      this.#engine.close(),
      this.#reader.close(),
      this.comparisons.close(),
      this.consensus.close(),
      this.objects.close(),
      this.laboratory.close(),
      this.segmentEdits.close(),
      this.networks.close(),
      this.uploads.close(),
      this.imports.close(),
      this.exports.close(),
      this.archives.fetched.close(),
      this.#models.purge(),
    ]);
    this.session.end();
    this.#workspace.close();
  }
}
