import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { SlicebenchError, toWireError, type WireError } from "../core/errors";
import { hasDailyBackup, listBackups, makeBackup } from "./backups";
import { Database } from "./database";
import { readOnly, unreadable } from "./failures";
import { WorkspaceLock } from "./lock";
import { migrations } from "./migrations/index";
import { recoverWorkspace, setWorkspaceAside } from "./recovery";

export interface OpenedWorkspace {
  database: Database;
  /** What the reader must know of how it opened: that it was recovered, that no backup could be made. */
  notices: WireError[];
  close: () => void;
}

interface OpenOptions {
  /** Now; copies are named for it. */
  moment?: Date;
  /** Goes on without the file that is there, which is kept: from the newest backup, or with an empty workspace. */
  setAside?: boolean;
}

/**
 * Opens or makes the workspace, for this program alone: looks whether it is whole, recovers what can be read where it is
 * not, copies it once a day and before its schema changes, and brings it up to date.
 * Throws WORKSPACE_IN_USE, WORKSPACE_READ_ONLY, WORKSPACE_DISK_FULL, WORKSPACE_NEWER, or WORKSPACE_UNREADABLE where the
 * file is none of ours. Nothing is damaged then.
 */
export function openWorkspace(
  file: string,
  { moment = new Date(), setAside = false }: OpenOptions = {},
): OpenedWorkspace {
  if (file === ":memory:") {
    const database = Database.open(file);
    return { database, notices: [], close: () => database.close() };
  }
  makeWritable(file);
  const lock = WorkspaceLock.take(file);
  let database: Database | undefined;
  try {
    const notices: WireError[] = [];
    if (setAside) notices.push(setWorkspaceAside(file, moment));
    database = openWhole(file);
    if (database === undefined) {
      notices.push(recoverWorkspace(file, moment));
      database = Database.connect(file);
    }
    database.setPragmas();
    notices.push(...backUp(database, moment));
    database.migrate();
    const opened = database;
    return {
      database: opened,
      notices,
      close: () => {
        opened.close();
        lock.release();
      },
    };
  } catch (cause) {
    database?.close();
    lock.release();
    throw cause;
  }
}

function makeWritable(file: string): void {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    if (existsSync(file)) accessSync(file, constants.W_OK);
  } catch (cause) {
    throw readOnly(file, cause);
  }
}

/**
 * The workspace where all of it can be read; undefined where it is damaged. A file that is no database is damaged only
 * where copies say that it was a workspace once; else it is somebody's, and WORKSPACE_UNREADABLE is thrown.
 */
function openWhole(file: string): Database | undefined {
  const database = Database.connect(file);
  try {
    const version = database.schemaVersion();
    if (version === 0 && database.get("SELECT 1 FROM sqlite_schema") !== undefined)
      throw unreadable(file, undefined);
    const [first] = database.all<{ quick_check: string }>("PRAGMA quick_check(1)");
    if (first?.quick_check === "ok") return database;
  } catch (thrown) {
    database.close();
    const code = thrown instanceof SlicebenchError ? thrown.code : undefined;
    const wasWorkspace = code === "WORKSPACE_UNREADABLE" && listBackups(file).length > 0;
    if (code === "WORKSPACE_DAMAGED" || wasWorkspace) return undefined;
    throw thrown;
  }
  database.close();
  return undefined;
}

/** Copies what is worth it. Where the day's copy fails, work goes on and the reader is told; a migration does not. */
function backUp(database: Database, moment: Date): WireError[] {
  const version = database.schemaVersion();
  if (version === 0) return [];
  if (version < migrations.length) makeBackup(database, "before-migration", moment);
  if (hasDailyBackup(database.file, moment)) return [];
  try {
    makeBackup(database, "daily", moment);
    return [];
  } catch (cause) {
    const isFull = toWireError(cause).code === "WORKSPACE_DISK_FULL";
    return [
      {
        code: "WORKSPACE_BACKUP_FAILED",
        message: `Today's backup of the workspace could not be made${isFull ? ", as the disk is full" : ""}.`,
        hint: "The workspace itself is whole. The next start tries again.",
        file: database.file,
      },
    ];
  }
}
