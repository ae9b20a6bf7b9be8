import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { WireError } from "../core/errors";
import { type Backup, listBackups, stamp } from "./backups";
import { Database } from "./database";
import { rememberBackupMaps, settleHistory } from "./settle-history";
import { type Salvaged, salvage } from "./salvage";

/** A database in WAL mode is these files together. */
const parts = ["", "-wal", "-shm"] as const;

/**
 * Makes a workspace whole again: the newest backup that is whole, or an empty workspace, and over it every row that can
 * still be read. The damaged file is kept in `damaged/`, as it was. An interruption at any place leaves the damaged file
 * in its place or the recovered one, never nothing.
 * @returns what the reader must know
 */
export function recoverWorkspace(file: string, moment: Date): WireError {
  return replaceWorkspace(file, moment, (recovered, folder, kept) => {
    const backup = startFromBackup(file, recovered);
    const salvaged = salvageInto(recovered, copyParts(kept, join(folder, "damaged.sqlite")));
    return noticeOf({ damaged: kept, backup, salvaged });
  });
}

/**
 * Goes on without a file that this program cannot use: the newest backup that is whole, or an empty workspace, takes its
 * place. Nothing of the file is read; it is kept in `damaged/`, as it was.
 * @returns what the reader must know
 */
export function setWorkspaceAside(file: string, moment: Date): WireError {
  return replaceWorkspace(file, moment, (recovered, _folder, kept) => {
    const backup = startFromBackup(file, recovered);
    Database.open(recovered).close();
    flush(recovered);
    const from = backup === undefined ? "an empty workspace" : `the backup of ${backup.madeAt.slice(0, 10)}`;
    return {
      code: "WORKSPACE_SET_ASIDE",
      message: `The workspace was set aside. This is ${from}.`,
      hint: "The file that was set aside is kept as it was.",
      file: kept,
    };
  });
}

/** Keeps a file as it is in `damaged/` and puts what `fill` makes in its place, in one step. */
function replaceWorkspace(
  file: string,
  moment: Date,
  fill: (recovered: string, folder: string, kept: string) => WireError,
): WireError {
  const kept = keepAside(file, moment);
  // In the same folder, as a file is put in another's place in one step only within one file system.
  const folder = mkdtempSync(join(dirname(file), "recovering-"));
  try {
    const recovered = join(folder, "recovered.sqlite");
    const notice = fill(recovered, folder, kept);
    // Its log must not be taken for that of the file that comes into its place.
    for (const part of parts.slice(1)) rmSync(`${file}${part}`, { force: true });
    renameSync(recovered, file);
    return notice;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function keepAside(file: string, moment: Date): string {
  const folder = join(dirname(file), "damaged");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return copyParts(file, join(folder, `${stamp(moment)}.${basename(file)}`));
}

function copyParts(from: string, to: string): string {
  for (const part of parts) if (existsSync(from + part)) copyFileSync(from + part, to + part);
  return to;
}

/** Puts the newest backup that is whole and not newer than this program in place; undefined where there is none. */
function startFromBackup(file: string, recovered: string): Backup | undefined {
  for (const backup of listBackups(file)) {
    copyFileSync(backup.file, recovered);
    try {
      const database = Database.connect(recovered);
      try {
        database.schemaVersion();
        if (database.get<{ quick_check: string }>("PRAGMA quick_check(1)")?.quick_check === "ok")
          return backup;
      } finally {
        database.close();
      }
    } catch {
      // The next older one, then.
    }
    for (const part of parts) rmSync(recovered + part, { force: true });
  }
  return undefined;
}

/** Reads what can be read from a copy, as SQLite writes to what it opens. */
function salvageInto(recovered: string, damagedCopy: string): Salvaged {
  const target = Database.open(recovered);
  try {
    rememberBackupMaps(target);
    const salvaged = salvageFile(damagedCopy, target);
    settleHistory(target);
    return salvaged;
  } finally {
    // Brings all of it from the log into the one file that is put in place.
    target.close();
    flush(recovered);
  }
}

/** A file without a database's head cannot even be opened: then nothing can be read. */
function salvageFile(file: string, target: Database): Salvaged {
  let source: Database;
  try {
    source = Database.connect(file);
  } catch {
    return {};
  }
  try {
    return salvage(source, target);
  } finally {
    source.close();
  }
}

function flush(file: string): void {
  const descriptor = openSync(file, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

interface Recovered {
  damaged: string;
  backup: Backup | undefined;
  salvaged: Salvaged;
}

function noticeOf({ damaged, backup, salvaged }: Recovered): WireError {
  const { layers = 0, label_maps: labelMaps = 0, edits = 0 } = salvaged;
  const read = `${layers} layers, ${labelMaps} label maps and ${edits} edits could still be read`;
  const start =
    backup === undefined
      ? "There was no backup"
      : `What could not comes from the backup of ${backup.madeAt.slice(0, 10)}`;
  return {
    code: "WORKSPACE_RECOVERED",
    message: `The workspace was damaged and has been recovered: ${read}. ${start}.`,
    hint: "Look at your last edits. The damaged file is kept as it was.",
    file: damaged,
  };
}
