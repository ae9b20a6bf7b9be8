import { CancelledError, SlicebenchError } from "../core/errors";

/**
 * Runs a reader and names the file in whatever it throws. Libraries throw strings (dicom-parser), numbers
 * (Emscripten) and RangeErrors (a lying length); a reader of somebody's file turns all of them into one sentence.
 */
export async function namingFile<T>(file: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    throw describeFailure(file, thrown);
  }
}

function describeFailure(file: string, thrown: unknown): Error {
  if (thrown instanceof CancelledError) return thrown;
  if (thrown instanceof SlicebenchError) {
    if (thrown.file !== undefined) return thrown;
    return new SlicebenchError(thrown.code, thrown.message, {
      ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
      file,
      cause: thrown.cause ?? thrown,
    });
  }
  const code = systemErrorCode(thrown);
  if (code !== undefined) {
    return new SlicebenchError(code, systemErrorSentences[code] ?? "The file cannot be read.", {
      file,
      cause: thrown,
    });
  }
  return new SlicebenchError("FILE_DAMAGED", "The file is damaged: its content contradicts itself.", {
    hint: "Copy or export the file again from where it came from.",
    file,
    cause: thrown,
  });
}

const systemErrorSentences: Readonly<Record<string, string>> = {
  FILE_NOT_FOUND: "There is no such file.",
  FILE_NOT_ALLOWED: "The file may not be read by this user.",
  FILE_IS_FOLDER: "This is a folder, not a file.",
  FILE_UNREADABLE: "The disk could not deliver the file.",
};

function systemErrorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("syscall" in thrown) || !("code" in thrown)) return undefined;
  switch (thrown.code) {
    case "ENOENT":
    case "ENOTDIR":
      return "FILE_NOT_FOUND";
    case "EACCES":
    case "EPERM":
      return "FILE_NOT_ALLOWED";
    case "EISDIR":
      return "FILE_IS_FOLDER";
    default:
      return "FILE_UNREADABLE";
  }
}

/** What a thrown thing says, for the cause of an error: libraries throw strings and bare numbers too. */
export function thrownText(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === "string" ? thrown : `code ${String(thrown)}`;
}
