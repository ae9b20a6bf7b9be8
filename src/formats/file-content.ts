import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { SlicebenchError } from "../core/errors";
import type { FileContent } from "./opened-file";
import { largestFileBytes, megabytes } from "./limits";

/**
 * Reads a file, or its first bytes.
 * @param mostBytes how much is read at the most; the whole file where undefined
 * @throws SlicebenchError FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_REGULAR; and what the file system throws
 */
export async function readContent(file: string, mostBytes?: number): Promise<FileContent> {
  const handle = await open(file, "r");
  try {
    const stats = await handle.stat();
    const wanted = wantedBytes(stats, mostBytes);
    return { file, bytes: await readStart(handle, wanted), size: stats.size };
  } finally {
    await handle.close();
  }
}

/**
 * As `readContent`, of a whole file, while the thread waits: for threads and processes that have nothing else to do.
 * Each of the five ways through Node's thread pool costs more than to read a slice from the system's cache.
 */
export function readContentNow(file: string): FileContent {
  const descriptor = openSync(file, "r");
  try {
    const stats = fstatSync(descriptor);
    const bytes = new Uint8Array(wantedBytes(stats));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(descriptor, bytes, filled, bytes.length - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    return { file, bytes: bytes.subarray(0, filled), size: stats.size };
  } finally {
    closeSync(descriptor);
  }
}

/** How much of a file is to be read. Throws where it is none, or too large. */
function wantedBytes(stats: Stats, mostBytes?: number): number {
  // A pipe or a device has no end.
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? "This is a folder, not a file." : "This is not an ordinary file.";
    throw new SlicebenchError("FILE_NOT_REGULAR", what);
  }
  if (stats.size === 0) throw new SlicebenchError("FILE_EMPTY", "The file is empty.");
  if (stats.size > largestFileBytes && mostBytes === undefined) {
    throw new SlicebenchError(
      "FILE_TOO_LARGE",
      `The file has ${megabytes(stats.size)}; files of up to ${megabytes(largestFileBytes)} are read.`,
    );
  }
  return Math.min(stats.size, mostBytes ?? stats.size);
}

/** The first bytes of an open file; fewer where it shrinks meanwhile. */
async function readStart(handle: FileHandle, wanted: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(wanted);
  let filled = 0;
  while (filled < wanted) {
    const { bytesRead } = await handle.read(bytes, filled, wanted - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
