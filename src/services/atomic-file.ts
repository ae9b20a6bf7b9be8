import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { SlicebenchError } from "../core/errors";

/**
 * Writes a file so that it is there whole or not at all; folders on the way are made.
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function writeFileAtomically(file: string, content: Uint8Array | string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomic(file, typeof content === "string" ? content : Buffer.from(content));
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

/** As `writeFileAtomically`; returns the content's SHA-256. */
export async function writeHashed(file: string, content: Uint8Array): Promise<string> {
  await writeFileAtomically(file, content);
  return createHash("sha256").update(content).digest("hex");
}

const fullCodes: readonly unknown[] = ["ENOSPC", "EDQUOT"];
const refusedCodes: readonly unknown[] = [
  "EACCES",
  "EPERM",
  "EROFS",
  "EEXIST",
  "ENOTDIR",
  "EISDIR",
  "ENAMETOOLONG",
];

export function notWritten(file: string, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (fullCodes.includes(code)) {
    return new SlicebenchError("DISK_FULL", "The disk is full.", {
      file,
      hint: "Make room and run again with --resume.",
      cause,
    });
  }
  if (!refusedCodes.includes(code)) return cause;
  return new SlicebenchError("OUTPUT_NOT_WRITABLE", "This file cannot be written here.", {
    file,
    hint: "Choose a folder in which you may write.",
    cause,
  });
}
