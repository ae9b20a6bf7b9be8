import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { SlicebenchError } from "../core/errors";
import { archiveFromWords, type ArchiveWords } from "../services/archive/archive-words";
import type { ArchiveConnections } from "../services/archive/connections";
import { type ExitCode, exitCodes } from "./exit-codes";
import { formatTable, type Output } from "./output";

/** How an archive is typed; the password never is, for others could read it in the list of processes. */
export interface AddWords extends ArchiveWords {
  secretFile?: string;
}

export function listArchives(connections: ArchiveConnections, output: Output): ExitCode {
  const archives = connections.list();
  for (const archive of archives) output.item({ ok: true, ...archive }, () => undefined);
  const rows = archives.map(({ archive }) => [
    archive.name,
    archive.protocol === "dicomweb" ? "DICOMweb" : "DIMSE",
    archive.protocol === "dicomweb"
      ? archive.url
      : `${archive.calledAeTitle}@${archive.host}:${archive.port} as ${archive.callingAeTitle}`,
  ]);
  output.say(
    archives.length === 0 ? "No archive is configured." : formatTable(["Name", "Protocol", "Address"], rows),
  );
  return exitCodes.done;
}

export async function addArchive(
  connections: ArchiveConnections,
  { name, words, output }: { name: string; words: AddWords; output: Output },
): Promise<ExitCode> {
  const { secretFile, ...others } = words;
  const archive = archiveFromWords(name, { ...others, ...wholePaths(words) });
  const secret = secretFile === undefined ? undefined : await readSecret(secretFile);
  if (secret === undefined && archive.protocol === "dicomweb" && archive.login.kind !== "none") {
    throw new SlicebenchError("USAGE", "The password or the token is missing.", {
      hint: "Put it into a file and name that with --secret-file, or pipe it in with --secret-file -.",
    });
  }
  const added = connections.add({ archive, secret });
  output.item(
    { ok: true, ...added },
    () => `${archive.name} is added. Try it: slicebench archive echo ${archive.name}`,
  );
  return exitCodes.done;
}

/** The files are looked for from wherever the program runs later. */
function wholePaths(words: AddWords): Partial<AddWords> {
  const files = (["caFile", "certificateFile", "keyFile"] as const).flatMap((key) => {
    const file = words[key];
    return file === undefined ? [] : [[key, resolve(file)]];
  });
  return Object.fromEntries(files) as Partial<AddWords>;
}

export function removeArchive(connections: ArchiveConnections, name: string): ExitCode {
  connections.remove(name);
  return exitCodes.done;
}

async function readSecret(file: string): Promise<string> {
  const secret = (file === "-" ? await readAll(process.stdin) : await readFile(file, "utf8")).trim();
  if (secret !== "") return secret;
  throw new SlicebenchError("USAGE", "The password or the token is empty.");
}
