import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Libsql from "libsql";
import { CancelledError, SlicebenchError } from "../core/errors";
import { migrations } from "./migrations/index";

export type Value = string | number | null | Uint8Array;

/**
 * The workspace's SQLite file. The one place that knows which package speaks SQLite. Calls are synchronous:
 * each is one small statement, and the write-ahead log makes a write a copy into memory. What still asks once it is
 * closed gets a CancelledError: the program is ending.
 */
export class Database {
  readonly #connection: Libsql.Database;
  readonly #statements = new Map<string, ReturnType<Libsql.Database["prepare"]>>();

  private constructor(connection: Libsql.Database) {
    this.#connection = connection;
  }

  /**
   * Opens or makes a workspace and brings it up to date. `:memory:` makes one that is forgotten.
   * Throws WORKSPACE_UNREADABLE where the file is none of ours, WORKSPACE_NEWER where a later version wrote it.
   */
  static open(file: string): Database {
    try {
      if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const connection = new Libsql(file, { timeout: 5_000 });
      connection.exec("PRAGMA journal_mode = WAL");
      // With a write-ahead log a crash of the program loses nothing, and one of the machine at most the last second.
      connection.exec("PRAGMA synchronous = NORMAL");
      connection.exec("PRAGMA foreign_keys = ON");
      const database = new Database(connection);
      database.#migrate(file);
      return database;
    } catch (cause) {
      if (cause instanceof SlicebenchError) throw cause;
      throw new SlicebenchError("WORKSPACE_UNREADABLE", "The workspace cannot be opened.", {
        file,
        cause,
        hint: "Move this file away to start with an empty workspace, or name another with --workspace.",
      });
    }
  }

  run(sql: string, ...values: Value[]): void {
    this.#prepare(sql).run(values);
  }

  /** The first row, its columns named as in the statement. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who writes the statement knows its columns
  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return (this.#prepare(sql).get(values) ?? undefined) as Row | undefined;
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#prepare(sql).all(values) as Row[];
  }

  /** Does all of `work` or, if it throws, nothing of it. */
  transaction<Result>(work: () => Result): Result {
    return this.#connection.transaction(work).immediate();
  }

  close(): void {
    this.#statements.clear();
    if (this.#connection.open) this.#connection.close();
  }

  #prepare(sql: string) {
    if (!this.#connection.open) throw new CancelledError();
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #migrate(file: string): void {
    const version = this.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
    if (version > migrations.length) {
      throw new SlicebenchError("WORKSPACE_NEWER", "A newer Slicebench wrote this workspace.", {
        file,
        hint: "Update Slicebench, or name another workspace with --workspace.",
      });
    }
    this.transaction(() => {
      for (const step of migrations.slice(version)) this.#connection.exec(step);
      this.#connection.exec(`PRAGMA user_version = ${migrations.length}`);
    });
  }
}
