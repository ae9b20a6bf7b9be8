import { existsSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { toWireError, type WireError } from "../core/errors";
import type { RecentStore } from "../workspace/recent";
import type { FetchedStudies } from "./archive/fetched-studies";
import type { ScannedObject } from "./image-reader";
import type { JobHandle } from "./jobs";
import type { Layers } from "./layers";
import type { ObjectLayers } from "./object-layers";
import type { ReferenceLayers } from "./reference-layers";
import type { Runs } from "./runs";
import type { SessionService } from "./session";
import type { OpenedFiles, OpenSeries, Studies } from "./studies";
import type { Uploads } from "./uploads";

interface StudyOpeningParts {
  studies: Pick<Studies, "open" | "series">;
  layers: Pick<Layers, "stored">;
  references: Pick<ReferenceLayers, "loadBeside">;
  objects: Pick<ObjectLayers, "load">;
  runs: Pick<Runs, "start">;
  fetched: Pick<FetchedStudies, "opened" | "titleOf">;
  recent: Pick<RecentStore, "add">;
  session: SessionService;
  uploads: Pick<Uploads, "holds">;
  /** Tells the reader what was open last time and is gone. */
  onMissing: (notice: WireError) => void;
}

/** What the program opens by itself when it starts, and what follows when a study was opened. */
export class StudyOpening {
  /** Models that run on whatever is opened. */
  #modelIds: readonly string[] = [];

  constructor(private readonly parts: StudyOpeningParts) {}

  /**
   * Opens files and runs models on each series that was found, unless they ran on it before. What goes wrong
   * shows in the jobs.
   */
  openAtStart(paths: readonly string[], modelIds: readonly string[]): void {
    this.#modelIds = modelIds;
    this.parts.studies.open(paths);
  }

  /**
   * Opens again what was open when the program ended. Where it is started with files of its own, only a crash's studies
   * come back: whoever closed the program and opens something else wants that.
   */
  resume({ withInputs }: { withInputs: boolean }): void {
    const { session, studies, onMissing } = this.parts;
    if (withInputs && session.endedWell) {
      session.forgetPaths();
      return;
    }
    const [paths, missing] = partition(session.openPaths(), existsSync);
    for (const path of missing) {
      onMissing(missingNotice(path));
      session.forgetPath(path);
    }
    if (paths.length > 0) studies.open(paths, { again: true });
  }

  /** What follows when files were opened. Throws what starting a model throws, once all else is done. */
  async opened({ paths, series, objects }: OpenedFiles, job: JobHandle): Promise<void> {
    // First the runs, whose layers a page lays out side by side as soon as it sees the series; what hinders
    // them hinders nothing else.
    const started = Promise.allSettled([this.#runAll(series)]);
    await this.parts.fetched.opened(series);
    // Whose segmentation was opened by itself has its images open from elsewhere.
    if (series.length > 0) await this.#remember(paths, series);
    for (const { id } of series) await this.parts.references.loadBeside(id);
    const studyIds = await this.#loadObjects(objects, job);
    // A segmentation alone leads the page to the images that it lies on.
    if (series.length === 0) job.added(studyIds);
    for (const each of await started) if (each.status === "rejected") throw each.reason;
  }

  /** Keeps the paths for "Recent studies" and the next start, except those of uploads, which end with the program. */
  async #remember(paths: readonly string[], series: readonly OpenSeries[]): Promise<void> {
    const { uploads, fetched, recent, session } = this.parts;
    for (const path of paths) {
      if (await uploads.holds(path)) continue;
      const title = (await fetched.titleOf(path)) ?? basename(path);
      recent.add({ path, title, openedAt: Date.now() });
      const within = series.filter(({ frames }) => frames.some(({ file }) => liesIn(file, path)));
      session.studiesOpened(
        path,
        within.map(({ studyId }) => studyId),
      );
    }
  }

  /**
   * Makes objects layers; one that cannot be a layer is told, and the others go on.
   * @returns ids of the studies that they lie on
   */
  async #loadObjects(objects: readonly ScannedObject[], job: JobHandle): Promise<string[]> {
    const studyIds = new Set<string>();
    for (const object of objects) {
      try {
        const { seriesId } = await this.parts.objects.load(object, job.signal);
        studyIds.add(this.parts.studies.series(seriesId).studyId);
      } catch (thrown) {
        job.signal.throwIfAborted();
        job.problem(toWireError(thrown, object.file));
      }
    }
    return [...studyIds];
  }

  async #runAll(series: readonly OpenSeries[]): Promise<void> {
    for (const { id } of series) await this.#run(id);
  }

  async #run(seriesId: string): Promise<void> {
    const layers = this.parts.layers.stored(seriesId);
    const modelIds = this.#modelIds.filter((modelId) =>
      layers.every(({ origin }) => origin.kind !== "model" || origin.modelId !== modelId),
    );
    if (modelIds.length > 0) await this.parts.runs.start({ seriesId, modelIds, acceptWarnings: true });
  }
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

const liesIn = (file: string, path: string) => file === path || file.startsWith(join(path, sep));

function missingNotice(file: string): WireError {
  return {
    code: "STUDY_MISSING",
    message: "This was open last time and is not there any more.",
    hint: "What was drawn on it is kept. Open it again where it lies now.",
    file,
  };
}
