import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SlicebenchError } from "../core/errors";
import { readContent } from "../formats/file-content";
import type { FileContent } from "../formats/opened-file";
import { notWritten } from "./atomic-file";

/** A file that is to be written, and how it is found to be right. */
export interface VerifiedFile {
  /** Relative to the folder of the export, with `/`. */
  name: string;
  bytes: Uint8Array;
  /** Reads it as another program would; rejects where it is not what was to be written. */
  verify: (written: FileContent) => Promise<void>;
}

/**
 * Writes a file under another name, reads it back, and gives it its own name only if it is right: a file of this name
 * is whole and was verified, or is not there at all.
 * Throws what `verify` throws, DISK_FULL, OUTPUT_NOT_WRITABLE.
 */
export async function writeVerified(file: string, { bytes, verify }: VerifiedFile): Promise<void> {
  const partial = `${file}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(partial, bytes, { flag: "wx", flush: true });
    await verify({ ...(await readContent(partial)), file });
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw notWritten(file, thrown);
  }
}

/** What was written does not read back as it was: nothing of it is kept. */
export function mismatch(what: string): SlicebenchError {
  return new SlicebenchError("EXPORT_MISMATCH", `The written file does not read back as it was: ${what}.`, {
    hint: "Nothing was kept. Export it in another format, and report this.",
  });
}
