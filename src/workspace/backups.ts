import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import type { Database } from "./database";

/** Why a copy was made; each kind is kept apart, so that a week of migrations does not push out the daily ones. */
type BackupReason = "daily" | "before-migration";

export interface Backup {
  file: string;
  reason: BackupReason;
  /** `2026-11-25T02-14-21`, in UTC: sorts as it was made. */
  madeAt: string;
}

const kept: Record<BackupReason, number> = { daily: 7, "before-migration": 3 };

const stemOf = (workspaceFile: string) => basename(workspaceFile, extname(workspaceFile));

/** Where the copies of a workspace lie. */
export const backupFolder = (workspaceFile: string) => join(dirname(workspaceFile), "backups");

/** A moment as part of a file's name. */
export const stamp = (moment: Date) => moment.toISOString().slice(0, 19).replaceAll(":", "-");

/** The copies of a workspace, the newest first. */
export function listBackups(workspaceFile: string): Backup[] {
  const folder = backupFolder(workspaceFile);
  if (!existsSync(folder)) return [];
  const prefix = `${stemOf(workspaceFile)}.`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => {
      const match = /^([\dT-]{19})\.(daily|before-migration)\.sqlite$/.exec(name.slice(prefix.length));
      if (match === null) return [];
      const [, madeAt, reason] = match as unknown as [string, string, BackupReason];
      return [{ file: join(folder, name), reason, madeAt }];
    })
    .sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
}

/** Whether a copy was made on this day (UTC). */
export function hasDailyBackup(workspaceFile: string, moment: Date): boolean {
  const day = stamp(moment).slice(0, 10);
  return listBackups(workspaceFile).some(
    ({ reason, madeAt }) => reason === "daily" && madeAt.startsWith(day),
  );
}

/**
 * Copies the workspace as it is now, compacted, and lets the oldest copies of its kind go. The copy has its name only
 * once it is whole and on the disk.
 */
export function makeBackup(database: Database, reason: BackupReason, moment: Date): void {
  const folder = backupFolder(database.file);
  const file = join(folder, `${stemOf(database.file)}.${stamp(moment)}.${reason}.sqlite`);
  const unfinished = `${file}.part`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rmSync(unfinished, { force: true });
  try {
    database.run("VACUUM INTO ?", unfinished);
    flush(unfinished);
    renameSync(unfinished, file);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw cause;
  }
  const ofKind = listBackups(database.file).filter((backup) => backup.reason === reason);
  for (const old of ofKind.slice(kept[reason])) rmSync(old.file, { force: true });
}

function flush(file: string): void {
  const descriptor = openSync(file, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
