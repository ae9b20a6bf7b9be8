import type { Database } from "./database";

/** Settings by key, as JSON values. What they mean and which are allowed is the settings service's. */
export class SettingsStore {
  constructor(private readonly database: Database) {}

  read(): Record<string, unknown> {
    const rows = this.database.all<{ key: string; value: string }>("SELECT key, value FROM settings");
    return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
  }

  write(changes: Record<string, unknown>): void {
    this.database.transaction(() => {
      for (const [key, value] of Object.entries(changes)) {
        this.database.run(
          "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)",
          key,
          JSON.stringify(value),
        );
      }
    });
  }
}
