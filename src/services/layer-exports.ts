import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative, sep } from "node:path";
import { zipSync } from "fflate";
import { consensusNames } from "../core/consensus/consensus-origin";
import { fromWireError, SlicebenchError, type WireError } from "../core/errors";
import type { LabelMap } from "../core/mask/label-map";
import type { JobView } from "../host/contract";
import type { StoredLayer } from "../workspace/layers";
import type { DrawnMeasurements, ExportFrame, ExportSource } from "./export-source";
import { type ExportRequest, exportSegments, type ExportOptions } from "./exports";
import type { Jobs } from "./jobs";
import type { Layers } from "./layers";
import type { ModelStore } from "./models";

/** What an export needs to know of a series. */
interface ExportedSeries {
  frames: readonly ExportFrame[];
  sliceSpacingMm?: number;
}

interface LayerExportsParts {
  layers: Layers;
  findSeries: (id: string) => ExportedSeries;
  models: Pick<ModelStore, "list">;
  jobs: Jobs;
  /** What was drawn on a series; undefined where that is nothing. */
  drawn: (seriesId: string) => Promise<DrawnMeasurements | undefined>;
  decode: ExportOptions["decode"];
}

/** Files of an export, as one to download. */
interface Download {
  name: string;
  bytes: Uint8Array;
}

/** What is exported: a layer with what was drawn on its series, or the latter alone. */
export type Exported = { layerId: string } | { seriesId: string };

/** Writes layers of open series, and what was drawn on them, for other programs. */
export class LayerExports {
  readonly #downloads = new Map<string, { folder: string; files: readonly string[] }>();

  constructor(private readonly parts: LayerExportsParts) {}

  /**
   * A layer's segments with all their label maps, or a series' measurements without a segment.
   * Throws LAYER_NOT_FOUND, SERIES_NOT_FOUND, LAYER_EMPTY, EXPORT_NOT_MEASURED.
   */
  source(of: Exported): Promise<ExportSource> {
    return "layerId" in of ? this.#layerSource(of.layerId) : this.#measurementSource(of.seriesId);
  }

  async #measurementSource(seriesId: string): Promise<ExportSource> {
    const { frames, sliceSpacingMm } = this.parts.findSeries(seriesId);
    const drawn = await this.parts.drawn(seriesId);
    if (drawn === undefined) {
      throw new SlicebenchError("EXPORT_NOT_MEASURED", "Nothing was measured on this series.", {
        hint: "Draw a length, an angle or a region first.",
      });
    }
    return {
      name: "Measurements",
      segments: [],
      algorithm: { type: "MANUAL" },
      frames,
      sliceSpacingMm,
      labelMaps: new Map(),
      drawn,
    };
  }

  async #layerSource(layerId: string): Promise<ExportSource> {
    const { layers, findSeries } = this.parts;
    const layer = layers.get(layerId);
    const { frames, sliceSpacingMm } = findSeries(layer.seriesId);
    if (layer.frames.length === 0) {
      throw new SlicebenchError("LAYER_EMPTY", `${layer.name} has no label map yet.`, {
        hint: "Run the model, or draw something, and export it then.",
      });
    }
    const labelMaps = new Map<number, LabelMap>();
    for (const frame of layer.frames) labelMaps.set(frame, await layers.labelMap(layerId, frame));
    return {
      name: layer.name,
      segments: layer.segments,
      algorithm: await this.#algorithmOf(layer),
      frames,
      sliceSpacingMm,
      labelMaps,
      drawn: await this.parts.drawn(layer.seriesId),
    };
  }

  /**
   * Exports as a job, into a folder, or for `download` where none is given. Its end names the files; what
   * could not be written is among its problems.
   */
  start(
    of: Exported,
    request: Omit<ExportRequest, "folder" | "onTaken"> & { folder?: string | undefined },
  ): JobView {
    const name = "layerId" in of ? this.parts.layers.get(of.layerId).name : "measurements";
    return this.parts.jobs.start("export", `Export ${name}`, async (job) => {
      job.begin();
      const folder = request.folder ?? (await mkdtemp(join(tmpdir(), "slicebench-export-")));
      if (request.folder === undefined) this.#downloads.set(job.id, { folder, files: [] });
      const failures: WireError[] = [];
      const { files } = await exportSegments(
        await this.source(of),
        { ...request, folder, onTaken: "number" },
        {
          decode: this.parts.decode,
          signal: job.signal,
          onProgress: (done, total) => job.progress(done, total),
          onFailure: (_format, error) => failures.push(error),
        },
      );
      if (files.length === 0 && failures[0] !== undefined) throw fromWireError(failures[0]);
      for (const failure of failures) job.problem(failure);
      job.wrote(files);
      if (request.folder === undefined) this.#downloads.set(job.id, { folder, files });
    });
  }

  /** What an export without a folder wrote: the file, or a zip of them. Throws EXPORT_NOT_FOUND. */
  async download(jobId: string): Promise<Download> {
    const found = this.#downloads.get(jobId);
    const [first, ...others] = found?.files ?? [];
    if (found === undefined || first === undefined)
      throw new SlicebenchError("EXPORT_NOT_FOUND", "This export is not there any more.");
    if (others.length === 0) return { name: basename(first), bytes: await readFile(first) };
    const entries: Record<string, Uint8Array> = {};
    for (const file of found.files)
      entries[relative(found.folder, file).split(sep).join("/")] = await readFile(file);
    const [stem] = basename(first).split(".");
    return { name: `${stem}.zip`, bytes: zipSync(entries, { level: 6 }) };
  }

  /** Removes what was written for download. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#downloads.values()].map(({ folder }) => rm(folder, { recursive: true, force: true })),
    );
  }

  async #algorithmOf({ origin }: StoredLayer): Promise<ExportSource["algorithm"]> {
    if (origin.kind === "consensus") {
      const name = `${consensusNames[origin.method]} of ${origin.layers.length} layers`;
      return { type: "SEMIAUTOMATIC", name };
    }
    if (origin.kind === "dicom-object") return origin.algorithm;
    if (origin.kind !== "model") return { type: "MANUAL" };
    const { models } = await this.parts.models.list();
    const card = models.find((model) => model.card.id === origin.modelId)?.card;
    return {
      type: "AUTOMATIC",
      name: card?.name ?? origin.modelId,
      // Of a model that was removed, its weights are what is left to tell it by.
      version: card?.version ?? origin.weightsSha256.slice(0, 16),
    };
  }
}
