import Libsql from "libsql";
import { CancelledError, SlicebenchError } from "../core/errors";
import { workspaceFailure } from "./failures";
import { migrations } from "./migrations/index";

export type Value = string | number | null | Uint8Array;

interface ConnectOptions {
  /** How long a statement waits for another program's lock, in milliseconds. */
  timeoutMs?: number;
}

/**
 * A SQLite file. The one place that knows which package speaks SQLite. Calls are synchronous: each is one small
 * statement, and the write-ahead log makes a write a copy into memory. What still asks once it is closed gets a
 * CancelledError: the program is ending. Every call throws what failures.ts makes of SQLite's failures.
 */
export class Database {
  readonly #connection: Libsql.Database;
  readonly #statements = new Map<string, ReturnType<Libsql.Database["prepare"]>>();

  private constructor(
    connection: Libsql.Database,
    readonly file: string,
  ) {
    this.#connection = connection;
  }

  /** A connection to any SQLite file, which is made where there is none. */
  static connect(file: string, { timeoutMs = 5_000 }: ConnectOptions = {}): Database {
    try {
      return new Database(new Libsql(file, { timeout: timeoutMs }), file);
    } catch (cause) {
      throw workspaceFailure(cause, file);
    }
  }

  /**
   * Makes or brings up to date what the file holds. `:memory:` makes a workspace that is forgotten; where a file may be
   * damaged, locked or of another version, `openWorkspace` is the way in.
   * Throws WORKSPACE_NEWER where a later version wrote it.
   */
  static open(file: string): Database {
    const database = Database.connect(file);
    try {
      database.setPragmas();
      database.migrate();
    } catch (cause) {
      database.close();
      throw cause;
    }
    return database;
  }

  /** How many steps of the schema this file has seen. Throws WORKSPACE_NEWER where there are more than are known. */
  schemaVersion(): number {
    const version = this.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
    if (version <= migrations.length) return version;
    throw new SlicebenchError("WORKSPACE_NEWER", "A newer Slicebench wrote this workspace.", {
      file: this.file,
      hint: "It was left as it is. Update Slicebench, or name another workspace with --workspace.",
    });
  }

  /** Sets how this connection writes; see docs/decisions/durability.md. */
  setPragmas(): void {
    this.exec("PRAGMA journal_mode = WAL");
    this.exec("PRAGMA synchronous = NORMAL");
    this.exec("PRAGMA foreign_keys = ON");
  }

  /** Runs the steps of the schema that this file has not seen, all or none. */
  migrate(): void {
    const version = this.schemaVersion();
    if (version === migrations.length) return;
    this.transaction(() => {
      for (const step of migrations.slice(version)) this.exec(step);
      this.exec(`PRAGMA user_version = ${migrations.length}`);
    });
  }

  exec(sql: string): void {
    this.#call(() => this.#connection.exec(sql));
  }

  run(sql: string, ...values: Value[]): void {
    this.#call(() => this.#statement(sql).run(values));
  }

  /** The first row, its columns named as in the statement. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who writes the statement knows its columns
  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.#call(() => (this.#statement(sql).get(values) ?? undefined) as Row | undefined);
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#call(() => this.#statement(sql).all(values) as Row[]);
  }

  /** Does all of `work` or, if it throws, nothing of it. Within another transaction it is a part of that. */
  transaction<Result>(work: () => Result): Result {
    return this.#call(() => {
      if (this.#connection.inTransaction) return work();
      this.#connection.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.#connection.exec("COMMIT");
        return result;
      } catch (cause) {
        // A full disk has rolled back already, and would take a second ROLLBACK for the failure.
        this.#rollBack();
        throw cause;
      }
    });
  }

  /** A transaction that is on the disk, not only with the system, when it returns: it survives a power cut too. */
  durableTransaction<Result>(work: () => Result): Result {
    this.exec("PRAGMA synchronous = FULL");
    try {
      return this.transaction(work);
    } finally {
      if (this.#connection.open) this.exec("PRAGMA synchronous = NORMAL");
    }
  }

  close(): void {
    this.#statements.clear();
    if (!this.#connection.open) return;
    this.#rollBack();
    this.#emptyLog();
    this.#connection.close();
  }

  /** Brings what the log holds into the file. Where there is no room for that, the log keeps it. */
  #emptyLog(): void {
    try {
      this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // The next open reads the log.
    }
  }

  #rollBack(): void {
    if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
  }

  #call<Result>(work: () => Result): Result {
    if (!this.#connection.open) throw new CancelledError();
    try {
      return work();
    } catch (cause) {
      throw workspaceFailure(cause, this.file);
    }
  }

  #statement(sql: string) {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
