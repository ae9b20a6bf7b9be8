import { randomBytes } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { SlicebenchError } from "../core/errors";

/** Bytes of the secret that all replacements of a run are computed from. */
export const keyBytes = 32;

/**
 * The secret of a key file, 64 hexadecimal digits. Runs with the same key give the same pseudonyms, UIDs and shifts, so
 * that what comes later joins what came before. Whoever has it can tell whether a name is behind a pseudonym: it is
 * made for its owner alone (mode 600), and never shared with the files.
 * @param create where there is no such file yet
 * @returns undefined where there is none and none is to be made
 * Throws DEIDENTIFICATION_KEY_INVALID, DEIDENTIFICATION_KEY_SHARED where others may read it.
 */
export async function readDeidentificationKey(
  file: string,
  { create }: { create: boolean },
): Promise<Uint8Array | undefined> {
  const path = resolve(file);
  const text = await readFile(path, "utf8").catch((thrown: unknown) => {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw invalid(file, thrown);
  });
  if (text === undefined) return create ? createKey(path) : undefined;
  if (!/^[0-9a-f]{64}\n?$/i.test(text)) throw invalid(file);
  if (process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0) {
    throw new SlicebenchError("DEIDENTIFICATION_KEY_SHARED", "Others on this machine may read the key.", {
      file,
      hint: `Take that away first: chmod 600 ${file}`,
    });
  }
  return Buffer.from(text.trim(), "hex");
}

async function createKey(path: string): Promise<Uint8Array> {
  const key = randomBytes(keyBytes);
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(`${key.toString("hex")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return key;
}

function invalid(file: string, cause?: unknown): SlicebenchError {
  return new SlicebenchError("DEIDENTIFICATION_KEY_INVALID", "The file is no key for de-identification.", {
    file,
    cause,
    hint: "Name the file that an earlier run made with --key, or one that is not there yet.",
  });
}
