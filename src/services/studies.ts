import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { SlicebenchError } from "../core/errors";
import type { Frame } from "../core/image/frame";
import type { JobView, SeriesDetail, SeriesSummary, StudySummary } from "../host/contract";
import type { EventLog } from "./events";
import { FrameCache } from "./frame-cache";
import type { ImageReader, ScannedFrame, ScannedObject, ScannedSeries } from "./image-reader";
import type { JobHandle, Jobs } from "./jobs";
import type { Layers } from "./layers";

/** How many frames ahead of the one asked for are decoded. */
const prefetched = 4;

/** An open series: what was found, under the id by which the page knows it. */
export interface OpenSeries extends ScannedSeries {
  id: string;
  studyId: string;
}

/** What was asked for, and what was found there. */
export interface OpenedFiles {
  paths: readonly string[];
  series: readonly OpenSeries[];
  objects: readonly ScannedObject[];
}

interface OpenStudy {
  id: string;
  series: Map<string, OpenSeries>;
  /** Files of its segmentations and structure sets. */
  objectFiles: Set<string>;
}

interface StudiesParts {
  reader: ImageReader;
  jobs: Jobs;
  events: EventLog;
  layers: Layers;
  cacheBytes: number;
  /** Called with what was opened, within the job. */
  onOpened?: (opened: OpenedFiles, job: JobHandle) => Promise<void>;
  onClosed?: (studyId: string) => void;
}

/** The open studies and their pixels. The files themselves are only ever read. */
export class Studies {
  readonly #studies = new Map<string, OpenStudy>();
  readonly #cache: FrameCache;
  /** Where the reader was last in a series, to know in which direction to look ahead. */
  readonly #lastIndex = new Map<string, number>();

  constructor(private readonly parts: StudiesParts) {
    this.#cache = new FrameCache(parts.cacheBytes);
  }

  set cacheBytes(bytes: number) {
    this.#cache.limit = bytes;
  }

  list(): StudySummary[] {
    return [...this.#studies.values()].map(({ id, series }) => {
      const all = [...series.values()];
      const { studyTitle, studyDate, studyDescription } = all[0]!;
      return {
        id,
        title: studyTitle,
        ...(studyDate !== undefined && { studyDate }),
        ...(studyDescription !== undefined && { description: studyDescription }),
        series: all.map((each) => this.#summary(each)),
      };
    });
  }

  /**
   * Opens files and folders as a job, which names each file that cannot be read and goes on.
   * @param options.again they were open before: the job names no studies for a page to go to
   * @param options.title what they are called; the first path's name without it
   */
  open(
    paths: readonly string[],
    { again = false, title }: { again?: boolean; title?: string } = {},
  ): JobView {
    const name = title ?? basename(paths[0] ?? "");
    const names = `${name}${paths.length > 1 ? ` and ${paths.length - 1} more` : ""}`;
    return this.parts.jobs.start("open", `Open ${names}`, async (job) => {
      job.begin();
      const { series, objects, problems } = await this.parts.reader.scan(paths, {
        signal: job.signal,
        onProgress: (done, total) => job.progress(done, total),
      });
      for (const problem of problems) job.problem(problem);
      const opened = await Promise.all(series.map(openSeries));
      const added = this.#add(opened, objects);
      if (!again) job.added(added);
      // An image is shown as soon as it is found; what lies beside it follows.
      job.signal.throwIfAborted();
      if (opened.length + objects.length > 0)
        await this.parts.onOpened?.({ paths, series: opened, objects }, job);
      if (opened.length + objects.length + problems.length === 0) {
        throw new SlicebenchError("NO_IMAGES_FOUND", `There are no images in ${names}.`, {
          hint: "Slicebench reads DICOM, NIfTI, PNG, JPEG and TIFF.",
        });
      }
    });
  }

  /** Closes a study; its files and its layers stay. Throws STUDY_NOT_FOUND. */
  close(id: string): void {
    const study = this.#studies.get(id);
    if (study === undefined) throw new SlicebenchError("STUDY_NOT_FOUND", "This study is not open.");
    this.#studies.delete(id);
    for (const seriesId of study.series.keys()) this.#cache.forget(`${seriesId}/`);
    this.parts.onClosed?.(id);
    this.parts.events.publish({ type: "studies" });
  }

  /** The files that a study is made of, each once. Throws STUDY_NOT_FOUND. */
  files(studyId: string): string[] {
    const study = this.#studies.get(studyId);
    if (study === undefined) throw new SlicebenchError("STUDY_NOT_FOUND", "This study is not open.");
    const images = [...study.series.values()].flatMap(({ frames }) => frames.map(({ file }) => file));
    return [...new Set([...images, ...study.objectFiles])];
  }

  /** All open series. */
  all(): OpenSeries[] {
    return [...this.#studies.values()].flatMap(({ series }) => [...series.values()]);
  }

  /** Whether a series is open. */
  has(id: string): boolean {
    return [...this.#studies.values()].some((study) => study.series.has(id));
  }

  /** Throws SERIES_NOT_FOUND. */
  series(id: string): OpenSeries {
    for (const study of this.#studies.values()) {
      const series = study.series.get(id);
      if (series !== undefined) return series;
    }
    throw new SlicebenchError("SERIES_NOT_FOUND", "This series is not open.", { hint: "Open it again." });
  }

  detail(id: string): SeriesDetail {
    const series = this.series(id);
    const { patientName, patientId, studyDate, frameOfReferenceUid, sliceSpacingMm } = series;
    return {
      ...this.#summary(series),
      ...(patientName !== undefined && { patientName }),
      ...(patientId !== undefined && { patientId }),
      ...(studyDate !== undefined && { studyDate }),
      ...(frameOfReferenceUid !== undefined && { frameOfReferenceUid }),
      ...(sliceSpacingMm !== undefined && { sliceSpacingMm }),
      windows: series.windows,
      warnings: series.warnings,
      frames: series.frames.map(frameSummary),
    };
  }

  /** A frame's decoded pixels; those that the reader will want next are decoded meanwhile. */
  async frame(seriesId: string, index: number): Promise<Frame> {
    const series = this.series(seriesId);
    const frame = await this.#decode(series, index);
    this.#prefetch(series, index);
    return frame;
  }

  /** The frame in the middle of a series, which shows best what it is. */
  representativeFrame(seriesId: string): Promise<Frame> {
    const series = this.series(seriesId);
    return this.#decode(series, Math.floor(series.frames.length / 2));
  }

  #decode(series: OpenSeries, index: number): Promise<Frame> {
    const reference = series.frames[index];
    if (reference === undefined) {
      throw new SlicebenchError(
        "FRAME_NOT_FOUND",
        `Frame ${index + 1} was asked for; the series has ${series.frames.length}.`,
      );
    }
    const { file, frame } = reference;
    return this.#cache.get(`${series.id}/${index}`, () => this.parts.reader.decode({ file, frame }));
  }

  #prefetch(series: OpenSeries, index: number): void {
    const last = this.#lastIndex.get(series.id) ?? 0;
    this.#lastIndex.set(series.id, index);
    const step = index < last ? -1 : 1;
    for (let ahead = 1; ahead <= prefetched; ahead++) {
      const next = index + step * ahead;
      if (next < 0 || next >= series.frames.length || this.#cache.has(`${series.id}/${next}`)) continue;
      // A frame that cannot be decoded says so when it is asked for.
      this.#decode(series, next).catch(() => undefined);
    }
  }

  /** Adds series to their studies, in place of those that were open already. Returns the studies' ids. */
  #add(opened: readonly OpenSeries[], objects: readonly ScannedObject[]): string[] {
    for (const series of opened) {
      const id = series.studyId;
      const study = this.#studies.get(id) ?? { id, series: new Map(), objectFiles: new Set() };
      study.series.set(series.id, series);
      this.#studies.set(id, study);
    }
    for (const { file, studyKey } of objects) this.#studies.get(shortHash(studyKey))?.objectFiles.add(file);
    if (opened.length > 0) this.parts.events.publish({ type: "studies" });
    return [...new Set(opened.map(({ studyId }) => studyId))];
  }

  #summary(series: OpenSeries): SeriesSummary {
    const layers = this.parts.layers.list(series.id);
    const first = series.frames[0]!;
    return {
      id: series.id,
      studyId: series.studyId,
      title: series.title,
      ...(series.modality !== undefined && { modality: series.modality }),
      frameCount: series.frames.length,
      rows: first.rows,
      columns: first.columns,
      bitsStored: series.bitsStored,
      colour: series.colour,
      layerCount: layers.length,
      hasReference: layers.some(({ origin }) => origin.kind === "reference"),
    };
  }
}

const shortHash = (text: string) => createHash("sha256").update(text).digest("base64url").slice(0, 22);

/**
 * Gives a series its id: the same for the same files, another where one of them changed, so that pixels may be
 * cached for good and a layer never lies over an image that it was not made on.
 */
async function openSeries(series: ScannedSeries): Promise<OpenSeries> {
  const files = [...new Set(series.frames.map(({ file }) => file))];
  const sizes = await Promise.all(
    files.map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return `${basename(file)} ${size} ${mtimeMs}`;
    }),
  );
  return {
    ...series,
    id: shortHash([series.seriesKey, series.frames.length, ...sizes].join("\n")),
    studyId: shortHash(series.studyKey),
  };
}

function frameSummary(frame: ScannedFrame, index: number): SeriesDetail["frames"][number] {
  const { spacingMm, pixelAspect, position, orientation } = frame.geometry;
  return {
    index,
    fileName: basename(frame.file),
    ...(frame.instanceNumber !== undefined && { instanceNumber: frame.instanceNumber }),
    rows: frame.rows,
    columns: frame.columns,
    ...(spacingMm && { spacingMm }),
    ...(pixelAspect && { pixelAspect }),
    ...(position && { position }),
    ...(orientation && { orientation }),
  };
}
