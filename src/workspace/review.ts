import type { ReviewState } from "../core/review";
import type { Database } from "./database";

/** What stands for the series as a whole, beside its frames. */
const wholeSeries = -1;

/** Where the reader is with each series and each of its frames; what is not there is not started. */
export class ReviewStore {
  constructor(private readonly database: Database) {}

  /** The series' own state, and those of its frames that have one. */
  read(seriesId: string): { series: ReviewState | undefined; frames: Map<number, ReviewState> } {
    const rows = this.database.all<{ frame: number; state: ReviewState }>(
      "SELECT frame, state FROM review_states WHERE series_id = ? ORDER BY frame",
      seriesId,
    );
    const frames = new Map(rows.map(({ frame, state }) => [frame, state]));
    const series = frames.get(wholeSeries);
    frames.delete(wholeSeries);
    return { series, frames };
  }

  /** @param frames indices; without them the series as a whole */
  write(seriesId: string, state: ReviewState, frames: readonly number[] = [wholeSeries]): void {
    this.database.transaction(() => {
      for (const frame of frames)
        this.database.run(
          "INSERT OR REPLACE INTO review_states (series_id, frame, state) VALUES (?, ?, ?)",
          seriesId,
          frame,
          state,
        );
    });
  }
}
