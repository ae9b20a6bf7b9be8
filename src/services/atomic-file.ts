import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";

/** Writes a file so that it is there whole or not at all; folders on the way are made. */
export async function writeFileAtomically(file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, typeof content === "string" ? content : Buffer.from(content));
}
