import type { Measurement } from "../core/measure/measurement";
import type { ImagePoint } from "../core/mask/paint";
import type { Database } from "./database";

/** One step of the history of a series' measurements: one was made, changed or removed. */
export interface MeasurementStep {
  id: string;
  seriesId: string;
  /** What was done, for the history: "Length 1". */
  title: string;
  /** Milliseconds since 1970. */
  madeAt: number;
  isUndone: boolean;
  /** Absent where it was made. */
  before?: Measurement;
  /** Absent where it was removed. */
  after?: Measurement;
}

interface MeasurementRow {
  id: string;
  series_id: string;
  frame: number;
  name: string;
  kind: Measurement["kind"];
  points: string;
  made_at: number;
}

interface StepRow {
  id: string;
  series_id: string;
  title: string;
  made_at: number;
  undone: number;
  before: string | null;
  after: string | null;
}

/** Measurements of all series, and the steps that made them what they are. */
export class MeasurementStore {
  constructor(private readonly database: Database) {}

  /** By frame, on each the first made first. */
  list(seriesId: string): Measurement[] {
    return this.database
      .all<MeasurementRow>(
        "SELECT * FROM measurements WHERE series_id = ? ORDER BY frame, made_at, id",
        seriesId,
      )
      .map(readMeasurement);
  }

  get(id: string): Measurement | undefined {
    const row = this.database.get<MeasurementRow>("SELECT * FROM measurements WHERE id = ?", id);
    return row && readMeasurement(row);
  }

  /** A series' steps, the first made first. */
  steps(seriesId: string): MeasurementStep[] {
    return this.database
      .all<StepRow>("SELECT * FROM measurement_steps WHERE series_id = ? ORDER BY number", seriesId)
      .map(readStep);
  }

  /** Does a step and keeps it, both or neither. What was undone before is forgotten. */
  add({ id, seriesId, title, madeAt, before, after }: Omit<MeasurementStep, "isUndone">): void {
    this.database.durableTransaction(() => {
      this.#forgetUndone(seriesId);
      this.database.run(
        "INSERT INTO measurement_steps (id, series_id, title, made_at, undone, before, after) VALUES (?, ?, ?, ?, 0, ?, ?)",
        id,
        seriesId,
        title,
        madeAt,
        before === undefined ? null : JSON.stringify(before),
        after === undefined ? null : JSON.stringify(after),
      );
      this.#replace(before, after);
    });
  }

  /** Takes a step back, or does it again. */
  setUndone({ id, before, after }: MeasurementStep, isUndone: boolean): void {
    this.database.durableTransaction(() => {
      this.database.run("UPDATE measurement_steps SET undone = ? WHERE id = ?", isUndone ? 1 : 0, id);
      if (isUndone) this.#replace(after, before);
      else this.#replace(before, after);
    });
  }

  forgetUndone(seriesId: string): void {
    this.database.transaction(() => this.#forgetUndone(seriesId));
  }

  #forgetUndone(seriesId: string): void {
    this.database.run("DELETE FROM measurement_steps WHERE series_id = ? AND undone = 1", seriesId);
  }

  #replace(before: Measurement | undefined, after: Measurement | undefined): void {
    if (before !== undefined) this.database.run("DELETE FROM measurements WHERE id = ?", before.id);
    if (after === undefined) return;
    this.database.run(
      "INSERT OR REPLACE INTO measurements (id, series_id, frame, name, kind, points, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      after.id,
      after.seriesId,
      after.frame,
      after.name,
      after.kind,
      JSON.stringify(after.points),
      after.madeAt,
    );
  }
}

function readMeasurement({ series_id, made_at, points, ...row }: MeasurementRow): Measurement {
  // Written by this class alone, so what comes back has the shape that went in.
  return { ...row, seriesId: series_id, madeAt: made_at, points: JSON.parse(points) as ImagePoint[] };
}

function readStep({ series_id, made_at, undone, before, after, ...row }: StepRow): MeasurementStep {
  return {
    ...row,
    seriesId: series_id,
    madeAt: made_at,
    isUndone: undone === 1,
    ...(before !== null && { before: JSON.parse(before) as Measurement }),
    ...(after !== null && { after: JSON.parse(after) as Measurement }),
  };
}
