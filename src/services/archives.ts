import { rmSync } from "node:fs";
import { mkdtemp, readdir, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namingFile } from "../formats/failures";
import { unpackZip } from "../formats/zip-archive";

const folders = new Set<string>();

/**
 * Unpacks an archive of images into a temporary folder, which goes when the program ends.
 * @returns the folder
 * @throws SlicebenchError ARCHIVE_DAMAGED, ARCHIVE_BOMB, ARCHIVE_LOCKED; CancelledError
 */
export async function unpackArchive(file: string, signal?: AbortSignal): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slicebench-archive-"));
  if (folders.size === 0) process.once("exit", removeFolders);
  folders.add(folder);
  await namingFile(file, () => unpackZip(file, folder, signal));
  // A series keeps its id, and so its layers, as long as its files keep their time.
  const { mtime } = await stat(file);
  for (const name of await readdir(folder)) await utimes(join(folder, name), mtime, mtime);
  return folder;
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
