import type { Database } from "./database";

/** Where the reader was, by key, as JSON values. What they mean is the session service's. */
export class SessionStore {
  constructor(private readonly database: Database) {}

  read(key: string): unknown {
    const row = this.database.get<{ value: string }>("SELECT value FROM session WHERE key = ?", key);
    return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
  }

  write(key: string, value: unknown): void {
    this.database.run(
      "INSERT OR REPLACE INTO session (key, value) VALUES (?, ?)",
      key,
      JSON.stringify(value),
    );
  }
}
