import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import type { ConsensusOrigin } from "../core/consensus/consensus-origin";
import type { LabelMap, Segment } from "../core/mask/label-map";
import type { DicomObjectOrigin } from "../core/mask/object-origin";
import type { Database } from "./database";

const compress = promisify(deflateRaw);
const decompress = promisify(inflateRaw);

export type LayerOrigin =
  | { kind: "model"; modelId: string; runId: string; weightsSha256: string }
  | { kind: "reference" }
  // startedFrom is the layer whose masks it took over first.
  | { kind: "annotation"; startedFrom?: string }
  | ConsensusOrigin
  | DicomObjectOrigin;

/** A layer as the workspace remembers it, without its label maps. */
export interface StoredLayer {
  id: string;
  seriesId: string;
  name: string;
  origin: LayerOrigin;
  /** `#RRGGBB`. */
  colour: string;
  segments: Segment[];
  /** The frames that have a label map, ascending. */
  frames: number[];
  /** Grows with every change of the layer or of a label map. */
  revision: number;
  visible: boolean;
}

interface LayerRow {
  id: string;
  series_id: string;
  name: string;
  origin: string;
  colour: string;
  segments: string;
  revision: number;
  visible: number;
}

/** A frame's label map as it lies in the workspace. */
export interface DeflatedLabelMap {
  frame: number;
  rows: number;
  columns: number;
  deflated: Uint8Array;
}

/** Makes a label map ready to be written: masks are mostly long runs of one value. */
export async function deflateLabelMap(frame: number, labelMap: LabelMap): Promise<DeflatedLabelMap> {
  const deflated = await compress(labelMap.values, { level: 1 });
  return { frame, rows: labelMap.rows, columns: labelMap.columns, deflated };
}

/**
 * Writes label maps over what was there, as one revision, within the caller's transaction. Nothing happens where the
 * layer was removed meanwhile.
 */
export function writeLabelMaps(
  database: Database,
  layerId: string,
  labelMaps: readonly DeflatedLabelMap[],
): void {
  const layer = database.get<{ revision: number }>(
    "UPDATE layers SET revision = revision + 1 WHERE id = ? RETURNING revision",
    layerId,
  );
  if (layer === undefined) return;
  for (const { frame, rows, columns, deflated } of labelMaps) {
    database.run(
      "INSERT OR REPLACE INTO label_maps (layer_id, frame, rows, columns, revision, deflated) VALUES (?, ?, ?, ?, ?, ?)",
      layerId,
      frame,
      rows,
      columns,
      layer.revision,
      deflated,
    );
  }
}

type LayerChange = Partial<Pick<StoredLayer, "name" | "colour" | "visible" | "origin" | "segments">>;

/** Layers and their label maps. */
export class LayerStore {
  constructor(private readonly database: Database) {}

  /** The layers of a series, oldest first. */
  list(seriesId: string): StoredLayer[] {
    const rows = this.database.all<LayerRow>(
      "SELECT * FROM layers WHERE series_id = ? AND removed_at IS NULL ORDER BY rowid",
      seriesId,
    );
    return rows.map((row) => this.#read(row));
  }

  /** The annotations of all series that took another layer's masks over first. */
  listStarted(): StoredLayer[] {
    const rows = this.database.all<LayerRow>(
      "SELECT * FROM layers WHERE json_extract(origin, '$.startedFrom') IS NOT NULL AND removed_at IS NULL ORDER BY rowid",
    );
    return rows.map((row) => this.#read(row));
  }

  get(id: string): StoredLayer | undefined {
    const row = this.database.get<LayerRow>("SELECT * FROM layers WHERE id = ? AND removed_at IS NULL", id);
    return row && this.#read(row);
  }

  /** The layers of a series that were set aside, the last one first. */
  listSetAside(seriesId: string): StoredLayer[] {
    const rows = this.database.all<LayerRow>(
      "SELECT * FROM layers WHERE series_id = ? AND removed_at IS NOT NULL ORDER BY removed_at DESC",
      seriesId,
    );
    return rows.map((row) => this.#read(row));
  }

  /** Takes a layer out of its series with all that it holds, until it is brought back. */
  setAside(id: string): void {
    // After the others of its series, also where the clock was set back since.
    this.database.run(
      `UPDATE layers SET removed_at = max(?, coalesce(
        (SELECT max(removed_at) FROM layers AS others WHERE others.series_id = layers.series_id) + 1, 0)) WHERE id = ?`,
      Date.now(),
      id,
    );
  }

  /** Brings a layer back that was set aside. Returns it, or undefined where there is none. */
  bringBack(id: string): StoredLayer | undefined {
    this.database.run("UPDATE layers SET removed_at = NULL, revision = revision + 1 WHERE id = ?", id);
    return this.get(id);
  }

  /** Forgets layers that were set aside before a time, in milliseconds since 1970. */
  forgetSetAside(before: number): void {
    this.database.run("DELETE FROM layers WHERE removed_at < ?", before);
  }

  /** Makes a layer, with all of its label maps or none. */
  create(
    layer: Pick<StoredLayer, "seriesId" | "name" | "origin" | "colour" | "segments">,
    labelMaps: readonly DeflatedLabelMap[] = [],
  ): StoredLayer {
    const id = randomUUID();
    return this.database.transaction(() => {
      this.database.run(
        "INSERT INTO layers (id, series_id, name, origin, colour, segments, revision, visible) VALUES (?, ?, ?, ?, ?, ?, 1, 1)",
        id,
        layer.seriesId,
        layer.name,
        JSON.stringify(layer.origin),
        layer.colour,
        JSON.stringify(layer.segments),
      );
      if (labelMaps.length > 0) writeLabelMaps(this.database, id, labelMaps);
      return this.get(id)!;
    });
  }

  /** Changes what is said about a layer. Returns it, or undefined where there is none. */
  change(id: string, change: LayerChange): StoredLayer | undefined {
    return this.database.transaction(() => {
      const layer = this.get(id);
      if (layer === undefined) return undefined;
      const changed = { ...layer, ...change };
      this.database.run(
        "UPDATE layers SET name = ?, colour = ?, visible = ?, origin = ?, segments = ?, revision = revision + 1 WHERE id = ?",
        changed.name,
        changed.colour,
        changed.visible ? 1 : 0,
        JSON.stringify(changed.origin),
        JSON.stringify(changed.segments),
        id,
      );
      return { ...changed, revision: layer.revision + 1 };
    });
  }

  /** Removes a layer with its label maps; false where there is none. */
  remove(id: string): boolean {
    const existed = this.get(id) !== undefined;
    this.database.run("DELETE FROM layers WHERE id = ?", id);
    return existed;
  }

  /** Writes one frame's label map over what was there. Nothing happens where the layer was removed meanwhile. */
  async putLabelMap(layerId: string, frame: number, labelMap: LabelMap): Promise<void> {
    const deflated = await deflateLabelMap(frame, labelMap);
    this.database.transaction(() => writeLabelMaps(this.database, layerId, [deflated]));
  }

  /** Forgets the label maps of a layer, not the layer. */
  clear(layerId: string): void {
    this.database.transaction(() => {
      this.database.run("DELETE FROM label_maps WHERE layer_id = ?", layerId);
      this.database.run("UPDATE layers SET revision = revision + 1 WHERE id = ?", layerId);
    });
  }

  /** The layer's revision when a frame's label map was written, or undefined where there is none. */
  labelMapRevision(layerId: string, frame: number): number | undefined {
    return this.database.get<{ revision: number }>(
      "SELECT revision FROM label_maps WHERE layer_id = ? AND frame = ?",
      layerId,
      frame,
    )?.revision;
  }

  /** Label maps as they lie in the workspace, those of the frames that have one. */
  deflatedLabelMaps(layerId: string, frames: readonly number[]): DeflatedLabelMap[] {
    return frames.flatMap((frame) => {
      const row = this.database.get<DeflatedLabelMap>(
        "SELECT frame, rows, columns, deflated FROM label_maps WHERE layer_id = ? AND frame = ?",
        layerId,
        frame,
      );
      return row === undefined ? [] : [row];
    });
  }

  /** One frame's label map with the layer's revision when it was written, or undefined where there is none. */
  async labelMap(layerId: string, frame: number): Promise<(LabelMap & { revision: number }) | undefined> {
    const row = this.database.get<{ rows: number; columns: number; revision: number; deflated: Uint8Array }>(
      "SELECT rows, columns, revision, deflated FROM label_maps WHERE layer_id = ? AND frame = ?",
      layerId,
      frame,
    );
    if (row === undefined) return undefined;
    const inflated = await decompress(row.deflated, { maxOutputLength: row.rows * row.columns });
    const values = new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength);
    return { rows: row.rows, columns: row.columns, revision: row.revision, values };
  }

  #read(row: LayerRow): StoredLayer {
    const frames = this.database.all<{ frame: number }>(
      "SELECT frame FROM label_maps WHERE layer_id = ? ORDER BY frame",
      row.id,
    );
    return {
      id: row.id,
      seriesId: row.series_id,
      name: row.name,
      // Written by this class alone, so what comes back has the shape that went in.
      origin: JSON.parse(row.origin) as LayerOrigin,
      colour: row.colour,
      segments: JSON.parse(row.segments) as Segment[],
      frames: frames.map(({ frame }) => frame),
      revision: row.revision,
      visible: row.visible === 1,
    };
  }
}
