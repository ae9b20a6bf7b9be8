import { readFile, stat, writeFile } from "node:fs/promises";
import { SlicebenchError } from "../core/errors";
import { createToken } from "../host/auth";

/** What `createToken` makes: 256 bits in base64url. */
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

/**
 * The token that a file keeps, so that an open page finds the workstation again after a restart; made where there
 * is no such file, readable by its owner alone.
 * @throws TOKEN_FILE_INVALID where the file holds something else, or where others may read it
 */
export async function keptToken(file: string): Promise<string> {
  const token = createToken();
  try {
    // Never over a file that is there, whatever it holds.
    await writeFile(file, `${token}\n`, { mode: 0o600, flag: "wx" });
    return token;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw notKept(file, thrown);
  }
  // Windows has no such bits; there the user's own folders are closed to others.
  const isOpenToOthers = process.platform !== "win32" && ((await stat(file)).mode & 0o077) !== 0;
  const kept = (await readFile(file, "utf8")).trim();
  if (isOpenToOthers || !tokenForm.test(kept)) {
    const what = isOpenToOthers ? "may be read by others" : "holds no token";
    throw new SlicebenchError("TOKEN_FILE_INVALID", `The token file ${what}.`, {
      file,
      hint: "Name a file that is not there yet.",
    });
  }
  return kept;
}

function notKept(file: string, cause: unknown): SlicebenchError {
  return new SlicebenchError("TOKEN_FILE_INVALID", "The token file cannot be written.", { file, cause });
}
