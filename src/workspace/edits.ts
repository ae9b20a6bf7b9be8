import { decodePatches, encodePatches, type FramePatch } from "../core/mask/patch-wire";
import type { Database } from "./database";
import { type DeflatedLabelMap, writeLabelMaps } from "./layers";

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
  /** Milliseconds since 1970. */
  madeAt: number;
  isUndone: boolean;
}

interface EditRow {
  id: string;
  series_id: string;
  layer_id: string;
  title: string;
  frames: string;
  made_at: number;
  undone: number;
}

const columns = "id, series_id, layer_id, title, frames, made_at, undone";

/** The history of edits: for each series one line of steps, those that were undone at its end. */
export class EditStore {
  constructor(private readonly database: Database) {}

  /** A series' steps, the first made first. */
  list(seriesId: string): StoredEdit[] {
    return this.database
      .all<EditRow>(`SELECT ${columns} FROM edits WHERE series_id = ? ORDER BY number`, seriesId)
      .map(read);
  }

  get(id: string): StoredEdit | undefined {
    const row = this.database.get<EditRow>(`SELECT ${columns} FROM edits WHERE id = ?`, id);
    return row && read(row);
  }

  /** The step that an undo takes back. */
  lastDone(seriesId: string): StoredEdit | undefined {
    const row = this.database.get<EditRow>(
      `SELECT ${columns} FROM edits WHERE series_id = ? AND undone = 0 ORDER BY number DESC LIMIT 1`,
      seriesId,
    );
    return row && read(row);
  }

  /** The step that a redo does again. */
  firstUndone(seriesId: string): StoredEdit | undefined {
    const row = this.database.get<EditRow>(
      `SELECT ${columns} FROM edits WHERE series_id = ? AND undone = 1 ORDER BY number LIMIT 1`,
      seriesId,
    );
    return row && read(row);
  }

  patches(id: string): FramePatch[] {
    const row = this.database.get<{ patches: Uint8Array }>("SELECT patches FROM edits WHERE id = ?", id);
    return row === undefined ? [] : decodePatches(new Uint8Array(row.patches));
  }

  /** Adds a step with what its label maps became, both or neither. What was undone before is forgotten. */
  add(
    edit: Pick<StoredEdit, "id" | "seriesId" | "layerId" | "title">,
    patches: readonly FramePatch[],
    labelMaps: readonly DeflatedLabelMap[],
  ): void {
    const frames = [...new Set(patches.map(({ frame }) => frame))].sort((a, b) => a - b);
    this.database.transaction(() => {
      this.database.run("DELETE FROM edits WHERE series_id = ? AND undone = 1", edit.seriesId);
      this.database.run(
        "INSERT INTO edits (id, series_id, layer_id, title, frames, made_at, undone, patches) VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        edit.id,
        edit.seriesId,
        edit.layerId,
        edit.title,
        JSON.stringify(frames),
        Date.now(),
        encodePatches(patches),
      );
      writeLabelMaps(this.database, edit.layerId, labelMaps);
    });
  }

  /** Marks a step as undone, or as done again, with what its label maps became. */
  setUndone({ id, layerId }: StoredEdit, isUndone: boolean, labelMaps: readonly DeflatedLabelMap[]): void {
    this.database.transaction(() => {
      this.database.run("UPDATE edits SET undone = ? WHERE id = ?", isUndone ? 1 : 0, id);
      writeLabelMaps(this.database, layerId, labelMaps);
    });
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
  };
}
