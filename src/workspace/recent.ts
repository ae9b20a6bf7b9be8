import type { Database } from "./database";

/** What was opened by its path, for "Recent studies". */
export interface RecentPath {
  path: string;
  title: string;
  /** Milliseconds since 1970. */
  openedAt: number;
}

const kept = 20;

export class RecentStore {
  constructor(private readonly database: Database) {}

  /** The newest first, twenty at most. */
  list(): RecentPath[] {
    return this.database.all<RecentPath>(
      "SELECT path, title, opened_at AS openedAt FROM recent_paths ORDER BY opened_at DESC, path LIMIT ?",
      kept,
    );
  }

  /** Puts a path first, also where the clock was set back since the last one. */
  add({ path, title, openedAt }: RecentPath): void {
    this.database.transaction(() => {
      this.database.run(
        "INSERT OR REPLACE INTO recent_paths (path, title, opened_at) SELECT ?, ?, max(?, coalesce(max(opened_at), 0) + 1) FROM recent_paths",
        path,
        title,
        openedAt,
      );
      this.database.run(
        "DELETE FROM recent_paths WHERE path NOT IN (SELECT path FROM recent_paths ORDER BY opened_at DESC LIMIT ?)",
        kept,
      );
    });
  }

  clear(): void {
    this.database.run("DELETE FROM recent_paths");
  }
}
