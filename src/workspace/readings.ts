import type { ReadingChoice, ReadingPlan } from "../core/comparison/blind-reading";
import type { Segment } from "../core/mask/label-map";
import type { Database } from "./database";

/** What a blind reading was planned from, and its plan. */
export interface ReadingRecord extends ReadingPlan {
  candidates: { id: string; name: string; weightsSha256?: string }[];
  segments: Segment[];
}

export interface StoredReading {
  id: string;
  plan: ReadingRecord;
  /** Milliseconds since 1970. */
  begunAt: number;
  revealedAt?: number;
}

export interface StoredAnswer {
  /** Index in the plan. */
  presentation: number;
  choice: ReadingChoice;
  /** Milliseconds since 1970. */
  answeredAt: number;
}

interface ReadingRow {
  id: string;
  plan: string;
  begun_at: number;
  revealed_at: number | null;
}

/** Blind readings and their answers. Nothing is ever taken out or written over. */
export class ReadingStore {
  constructor(private readonly database: Database) {}

  /** The last begun first. */
  list(): StoredReading[] {
    return this.database
      .all<ReadingRow>("SELECT * FROM readings ORDER BY begun_at DESC, id")
      .map((row) => readRow(row));
  }

  get(id: string): StoredReading | undefined {
    const row = this.database.get<ReadingRow>("SELECT * FROM readings WHERE id = ?", id);
    return row && readRow(row);
  }

  begin({ id, plan, begunAt }: Omit<StoredReading, "revealedAt">): void {
    this.database.run(
      "INSERT INTO readings (id, plan, begun_at) VALUES (?, ?, ?)",
      id,
      JSON.stringify(plan),
      begunAt,
    );
  }

  /** In the order in which they were given. */
  answers(id: string): StoredAnswer[] {
    return this.database
      .all<{
        presentation: number;
        choice: ReadingChoice;
        answered_at: number;
      }>(
        "SELECT presentation, choice, answered_at FROM reading_answers WHERE reading_id = ? ORDER BY number",
        id,
      )
      .map(({ answered_at, ...row }) => ({ ...row, answeredAt: answered_at }));
  }

  addAnswer(id: string, { presentation, choice, answeredAt }: StoredAnswer): void {
    this.database.run(
      "INSERT INTO reading_answers (reading_id, presentation, choice, answered_at) VALUES (?, ?, ?, ?)",
      id,
      presentation,
      choice,
      answeredAt,
    );
  }

  reveal(id: string, revealedAt: number): void {
    this.database.run(
      "UPDATE readings SET revealed_at = ? WHERE id = ? AND revealed_at IS NULL",
      revealedAt,
      id,
    );
  }
}

function readRow({ id, plan, begun_at, revealed_at }: ReadingRow): StoredReading {
  return {
    id,
    // Written by this class alone, so what comes back has the shape that went in.
    plan: JSON.parse(plan) as ReadingRecord,
    begunAt: begun_at,
    ...(revealed_at !== null && { revealedAt: revealed_at }),
  };
}
