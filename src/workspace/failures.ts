import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { SlicebenchError } from "../core/errors";

/** SQLite's primary result codes (sqlite.org/rescode.html) that say something about the file and not about a statement. */
const resultCodes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

/** Below this a disk is full: SQLite's log and its index want some pages of room. */
const leastFreeBytes = 2 ** 20;

/** The primary result code of a failure, or undefined where it is no failure of SQLite. */
function resultCodeOf(cause: unknown): number | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { rawCode } = cause as { rawCode?: number };
  // Where a file cannot be opened at all the code is only in the words.
  const inWords = /Unable to open connection.*: (\d+)/.exec(cause.message)?.[1];
  const code = rawCode ?? (inWords === undefined ? undefined : Number(inWords));
  // Extended codes keep the primary one in their lowest byte.
  return code === undefined ? undefined : code & 0xff;
}

function isDiskFull(file: string): boolean {
  try {
    const { blocks, bavail, bsize } = statfsSync(dirname(file));
    // What the system makes up, as /proc, has no blocks at all.
    return blocks > 0 && bavail * bsize < leastFreeBytes;
  } catch {
    return false;
  }
}

/** What a failing statement means for the workspace's owner; anything else is given back as it came. */
export function workspaceFailure(cause: unknown, file: string): unknown {
  if (cause instanceof SlicebenchError) return cause;
  switch (resultCodeOf(cause)) {
    case resultCodes.full:
      return diskFull(file, cause);
    case resultCodes.inputOutput:
      return isDiskFull(file) ? diskFull(file, cause) : notWritten(file, cause);
    case resultCodes.readOnly:
    case resultCodes.cannotOpen:
      return isDiskFull(file) ? diskFull(file, cause) : readOnly(file, cause);
    case resultCodes.busy:
    case resultCodes.locked:
      return new SlicebenchError("WORKSPACE_BUSY", "Another program is writing to the workspace.", {
        file,
        cause,
        hint: "Nothing was changed. Close the other program, then try again.",
      });
    case resultCodes.corrupt:
      return new SlicebenchError("WORKSPACE_DAMAGED", "A part of the workspace cannot be read.", {
        file,
        cause,
        hint: "Start Slicebench again: it keeps the damaged file and recovers what can be read.",
      });
    case resultCodes.notADatabase:
      return unreadable(file, cause);
    default:
      return cause;
  }
}

function diskFull(file: string, cause: unknown): SlicebenchError {
  return new SlicebenchError("WORKSPACE_DISK_FULL", "The disk is full: the last change was not kept.", {
    file,
    cause,
    hint: "All that was saved before is safe. Free some space, then do it again.",
  });
}

function notWritten(file: string, cause: unknown): SlicebenchError {
  return new SlicebenchError("WORKSPACE_NOT_WRITTEN", "The disk refused to write the last change.", {
    file,
    cause,
    hint: "All that was saved before is safe. Look whether the disk is still there, then do it again.",
  });
}

export function readOnly(file: string, cause: unknown): SlicebenchError {
  return new SlicebenchError("WORKSPACE_READ_ONLY", "The workspace's folder cannot be written to.", {
    file,
    cause,
    hint: "Make the folder writable, or name another workspace with --workspace.",
  });
}

export function unreadable(file: string, cause: unknown): SlicebenchError {
  return new SlicebenchError("WORKSPACE_UNREADABLE", "This file is no workspace.", {
    file,
    cause,
    hint: "It was left as it is. Move it away to start with an empty workspace, or name another with --workspace.",
  });
}
