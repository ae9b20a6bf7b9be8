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

  add({ path, title, openedAt }: RecentPath): void {
    this.database.transaction(() => {
      this.database.run(
        "INSERT OR REPLACE INTO recent_paths (path, title, opened_at) VALUES (?, ?, ?)",
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
