import type { Segment } from "../core/mask/label-map";
import { decodePatches, encodePatches, type FramePatch } from "../core/mask/patch-wire";
import type { Database } from "./database";
import { type DeflatedLabelMap, writeLabelMaps } from "./layers";

/** A layer's segments before and after a step. */
export interface SegmentsEdit {
  before: Segment[];
  after: Segment[];
}

/** One step of a series' history. */
export interface StoredEdit {
  /** Chosen by who makes the edit, so that one that is sent twice is done once. */
  id: string;
  seriesId: string;
  layerId: string;
  /** What was done, for the history: "Brush stroke". */
  title: string;
  /** The frames that it changed, ascending. */
  frames: number[];
  /** The value of the segment that it drew, where it is one segment's. */
  segment?: number;
  /** Milliseconds since 1970. */
  madeAt: number;
  isUndone: boolean;
  /** Where the step changed segments. */
  segments?: SegmentsEdit;
}

/** What a step leaves behind in its layer. */
export interface EditedLayer {
  labelMaps: readonly DeflatedLabelMap[];
  segments?: readonly Segment[] | undefined;
}

interface EditRow {
  id: string;
  series_id: string;
  layer_id: string;
  title: string;
  frames: string;
  made_at: number;
  undone: number;
  segments: string | null;
  segment: number | null;
}

const columns = "id, series_id, layer_id, title, frames, made_at, undone, segments, segment";

// The steps of a removed layer are out of the line until it is brought back.
const ofSeries = "series_id = ? AND layer_id IN (SELECT id FROM layers WHERE removed_at IS NULL)";

/** The history of edits: for each series one line of steps, those that were undone at its end. */
export class EditStore {
  constructor(private readonly database: Database) {}

  /** A series' steps, the first made first. */
  list(seriesId: string): StoredEdit[] {
    return this.database
      .all<EditRow>(`SELECT ${columns} FROM edits WHERE ${ofSeries} ORDER BY number`, seriesId)
      .map(read);
  }

  /** The steps of one layer, the first made first. */
  listOfLayer(layerId: string): StoredEdit[] {
    return this.database
      .all<EditRow>(`SELECT ${columns} FROM edits WHERE layer_id = ? ORDER BY number`, layerId)
      .map(read);
  }

  get(id: string): StoredEdit | undefined {
    const row = this.database.get<EditRow>(`SELECT ${columns} FROM edits WHERE id = ?`, id);
    return row && read(row);
  }

  /** The step that an undo takes back. */
  lastDone(seriesId: string): StoredEdit | undefined {
    const row = this.database.get<EditRow>(
      `SELECT ${columns} FROM edits WHERE ${ofSeries} AND undone = 0 ORDER BY number DESC LIMIT 1`,
      seriesId,
    );
    return row && read(row);
  }

  /** The step that a redo does again. */
  firstUndone(seriesId: string): StoredEdit | undefined {
    const row = this.database.get<EditRow>(
      `SELECT ${columns} FROM edits WHERE ${ofSeries} AND undone = 1 ORDER BY number LIMIT 1`,
      seriesId,
    );
    return row && read(row);
  }

  patches({ id, frames }: StoredEdit): FramePatch[] {
    // A step may change segments alone.
    if (frames.length === 0) return [];
    const row = this.database.get<{ patches: Uint8Array }>("SELECT patches FROM edits WHERE id = ?", id);
    return row === undefined ? [] : decodePatches(new Uint8Array(row.patches));
  }

  /** Adds a step with what its layer became, both or neither. What was undone before is forgotten. */
  add(
    edit: Pick<StoredEdit, "id" | "seriesId" | "layerId" | "title" | "segment" | "segments">,
    patches: readonly FramePatch[],
    layer: EditedLayer,
  ): void {
    const frames = [...new Set(patches.map(({ frame }) => frame))].sort((a, b) => a - b);
    this.database.durableTransaction(() => {
      this.forgetUndone(edit.seriesId);
      this.database.run(
        "INSERT INTO edits (id, series_id, layer_id, title, frames, made_at, undone, patches, segments, segment) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
        edit.id,
        edit.seriesId,
        edit.layerId,
        edit.title,
        JSON.stringify(frames),
        Date.now(),
        encodePatches(patches),
        edit.segments === undefined ? null : JSON.stringify(edit.segments),
        edit.segment ?? null,
      );
      this.#writeLayer(edit.layerId, layer);
    });
  }

  /** Ends what could be done again. */
  forgetUndone(seriesId: string): void {
    this.database.run("DELETE FROM edits WHERE series_id = ? AND undone = 1", seriesId);
  }

  /** Marks a step as undone, or as done again, with what its layer became. */
  setUndone({ id, layerId }: StoredEdit, isUndone: boolean, layer: EditedLayer): void {
    this.database.durableTransaction(() => {
      this.database.run("UPDATE edits SET undone = ? WHERE id = ?", isUndone ? 1 : 0, id);
      this.#writeLayer(layerId, layer);
    });
  }

  #writeLayer(id: string, { labelMaps, segments }: EditedLayer): void {
    writeLabelMaps(this.database, id, labelMaps);
    if (segments === undefined) return;
    this.database.run("UPDATE layers SET segments = ? WHERE id = ?", JSON.stringify(segments), id);
  }
}

function read(row: EditRow): StoredEdit {
  return {
    id: row.id,
    seriesId: row.series_id,
    layerId: row.layer_id,
    title: row.title,
    // Written by this class alone, so what comes back has the shape that went in.
    frames: JSON.parse(row.frames) as number[],
    madeAt: row.made_at,
    isUndone: row.undone === 1,
    ...(row.segment !== null && { segment: row.segment }),
    ...(row.segments !== null && { segments: JSON.parse(row.segments) as SegmentsEdit }),
  };
}
